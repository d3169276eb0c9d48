/** References of a kustomization to what is not in the repository: only what cannot change under its name. Pure. */

/** What kustomize takes for a repository or an address rather than for a path (api/internal/git/repospec.go). */
const REMOTE = /^(?:git::|[a-z][a-z0-9+.-]*:\/\/|[\w.-]+@[\w.-]+[:/]|(?:www\.)?github\.com[:/]|gh:)/i;
const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
/** `v1.2.3`, also with what a repository of several things puts before it: `kustomize/v5.4.1`, `orders-1.2.3`. */
const EXACT_VERSION = /^(?:[\w.-]+[/-])?v?\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/;

const ALLOWED =
  'give ?ref= a full commit (40 digits) or an exact version such as v1.2.3, or bring it into the repository';

export function isRemote(reference: string): boolean {
  return REMOTE.test(reference);
}

/** What is wrong with a remote reference, with what is allowed; undefined for one that always means the same. */
export function moving(reference: string): string | undefined {
  const shown = withoutPassword(reference);
  const bare = reference.replace(/^git::/i, '');
  if (/^(?:http|git|file|ftp):\/\//i.test(bare))
    return `${shown} is not fetched: only https:// and ssh are. Or ${ALLOWED.replace(/^.*, or /, '')}`;
  if (/^https:\/\/[^/]*:[^/]*@/i.test(bare)) return `${shown} holds a password: bring it into the repository instead`;
  const [address = '', query = ''] = bare.split('?', 2);
  const asked = new URLSearchParams(query);
  const ref = asked.get('ref') ?? asked.get('version');
  if (ref !== null) return isFixed(ref) ? undefined : `${shown} follows ${ref}, which may move: ${ALLOWED}`;
  // A single file has its version in the path, as releases and raw files have it.
  const file = /^https:\/\/.*\.(?:ya?ml|json)$/i.test(address);
  if (file && address.split('/').slice(3).some(isFixed)) return undefined;
  return file
    ? `${shown} has neither a full commit nor an exact version in its path: take one that has, or bring it into the repository`
    : `${shown} has no ref: ${ALLOWED}`;
}

function isFixed(ref: string): boolean {
  return COMMIT.test(ref) || EXACT_VERSION.test(ref);
}

function withoutPassword(reference: string): string {
  return reference.replace(/(:\/\/)[^/@]*@/, '$1…@').slice(0, 200);
}
