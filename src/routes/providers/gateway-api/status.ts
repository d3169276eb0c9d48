/** What controllers say about a Gateway API route: conditions by parent, each for one generation. */
import { field, list, text } from '../../../kube/objects.ts';
import type { Acknowledgement } from '../../types.ts';

/** Kong Ingress Controller and Kong Operator name themselves `konghq.com/…`. */
const KONG = 'konghq.com/';

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  /** Absent where a controller never sets it (Linkerd): such a condition says nothing about our write. */
  readonly generation: number | undefined;
}

interface ParentStatus {
  readonly controller: string;
  readonly parent: string;
  /** A Service as parent: callers inside a mesh. */
  readonly service: boolean;
  readonly conditions: readonly Condition[];
}

/**
 * Whether the controllers have taken `generation`. Where Kong reports, other Gateways do not count: a route may have
 * more of them. Services as parents (GAMMA) always count, each by the mesh that answers for it: a controller that says
 * NoMatchingParent means another's parent. A Service nobody has reported on is 'unknown'.
 *
 * Kong sets `Programmed` after the push of a configuration that holds the generation
 * (internal/controllers/gateway/httproute_controller.go); it stays Unknown when the generation changed nothing Kong
 * sees, so 'unknown' may never turn into 'yes'. Controllers without `Programmed` are believed at Accepted and
 * ResolvedRefs. Conditions of an older generation say nothing, and so do those that name none (Linkerd,
 * linkerd2#14964; APISIX before 2026-05): there the public path decides.
 */
export function acknowledgement(route: unknown, generation: number): Acknowledgement {
  const reported = parentsOf(route);
  const kong = reported.some(({ controller }) => controller.startsWith(KONG));
  const asked = reported.filter(
    (parent) => !isForeign(parent) && (!kong || parent.service || parent.controller.startsWith(KONG)),
  );
  // Where nobody but strangers has reported, their words are all there is.
  const answers = (asked.length > 0 ? asked : reported).map((parent) => answerOf(parent, generation));
  const refused = answers.find((answer) => typeof answer === 'object');
  if (refused !== undefined) return refused;
  if (servicesOf(route).some((name) => !asked.some(({ service, parent }) => service && parent === name)))
    return 'unknown';
  return answers.length > 0 && answers.every((answer) => answer === 'yes') ? 'yes' : 'unknown';
}

/** Every parent's conditions in one line, for messages: what the controller has said so far, and for which generation. */
export function describeConditions(route: unknown): string {
  const parents = parentsOf(route);
  if (parents.length === 0) return 'no controller has reported on the route';
  return parents
    .map(({ controller, parent, conditions }) => {
      const said = conditions.map(describe).join(', ') || 'no conditions';
      return `${controller || 'a controller without a name'} for ${parent}: ${said}`;
    })
    .join('; ');
}

function answerOf(parent: ParentStatus, generation: number): Acknowledgement {
  const current = parent.conditions.filter((condition) => (condition.generation ?? -1) >= generation);
  const status = (type: string) => current.find((condition) => condition.type === type)?.status;
  const refusal = current.find(
    ({ type, status, reason }) =>
      status === 'False' &&
      (type === 'Accepted' || type === 'ResolvedRefs' || (type === 'Programmed' && reason === 'TranslationError')),
  );
  if (refusal !== undefined) return { refused: `${parent.controller} for ${parent.parent}: ${describe(refusal)}` };
  if (status('Programmed') === 'True') return 'yes';
  const pushes = parent.controller.startsWith(KONG) || parent.conditions.some(({ type }) => type === 'Programmed');
  return !pushes && status('Accepted') === 'True' && status('ResolvedRefs') === 'True' ? 'yes' : 'unknown';
}

/** A controller that answers for a parent which is not its own. */
function isForeign({ conditions }: ParentStatus): boolean {
  return conditions.some(
    ({ type, status, reason }) => type === 'Accepted' && status === 'False' && reason === 'NoMatchingParent',
  );
}

/** Services the route names as parents, as {@link ParentStatus.parent} writes them. */
function servicesOf(route: unknown): string[] {
  return list(route, 'spec', 'parentRefs')
    .filter((ref) => text(ref, 'kind') === 'Service')
    .map((ref) => `Service ${text(ref, 'name')}`);
}

function describe({ type, status, reason, message, generation }: Condition): string {
  const why = [reason, message].filter((part) => part !== '').join(': ');
  const whose = generation === undefined ? '' : ` [generation ${generation}]`;
  return `${type}=${status}${why === '' ? '' : ` (${why})`}${whose}`;
}

function parentsOf(route: unknown): ParentStatus[] {
  return list(route, 'status', 'parents').map((entry) => {
    const section = text(entry, 'parentRef', 'sectionName');
    const kind = text(entry, 'parentRef', 'kind') || 'Gateway';
    return {
      controller: text(entry, 'controllerName'),
      parent: `${kind} ${text(entry, 'parentRef', 'name')}${section === '' ? '' : `/${section}`}`,
      service: kind === 'Service',
      conditions: list(entry, 'conditions').map((condition) => {
        const generation = field(condition, 'observedGeneration');
        return {
          type: text(condition, 'type'),
          status: text(condition, 'status'),
          reason: text(condition, 'reason'),
          message: text(condition, 'message'),
          generation: typeof generation === 'number' ? generation : undefined,
        };
      }),
    };
  });
}
