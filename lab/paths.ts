/** Where the lab keeps its files: the checkout, the per-user build cache and the run folder of each lab. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout: the nearest folder above this file with a package.json of this project. */
export const repositoryRoot = findRoot(path.dirname(fileURLToPath(import.meta.url)));

/** Go modules, CRDs and charts are data: they are read from the checkout, not from the compiler's output folder. */
export const labSources = path.join(repositoryRoot, 'lab');

/** The compiled `lab/` this process runs from; programs started by path live here. */
export const labPrograms = path.dirname(fileURLToPath(import.meta.url));

/** The per-user cache: `MESH_CANARY_CACHE`, else the XDG cache folder. Never removed by the lab. */
export function cacheDir(env: NodeJS.ProcessEnv = process.env): string {
  const own = env['MESH_CANARY_CACHE'];
  if (own !== undefined && own !== '') return path.resolve(own);
  const xdg = env['XDG_CACHE_HOME'];
  const base = xdg !== undefined && path.isAbsolute(xdg) ? xdg : path.join(os.homedir(), '.cache');
  return path.join(base, 'mesh-canary');
}

/** The folder above all run folders of this user. Short, because a unix socket's path must fit in about 100 bytes. */
export function runsDir(): string {
  return path.join(os.tmpdir(), `mc-lab-${os.userInfo().uid}`);
}

/** The run folder of one lab. Throws when the name is not a short DNS label. */
export function runDir(name: string): string {
  if (!/^[a-z0-9]([a-z0-9-]{0,22}[a-z0-9])?$/.test(name)) {
    throw new Error(`"${name}" cannot name a lab: use up to 24 lower-case letters, digits and hyphens.`);
  }
  return path.join(runsDir(), name);
}

/** Files and folders of one run folder, by what they are. */
export type RunFiles = ReturnType<typeof runFiles>;

export function runFiles(dir: string) {
  const certificates = path.join(dir, 'certs');
  return {
    /** What the lab is and which processes it has: see lab/supervisor/record.ts. */
    record: path.join(dir, 'lab.json'),
    kubeconfig: path.join(dir, 'kubeconfig'),
    logs: path.join(dir, 'logs'),
    /** Socket of the supervisor. */
    control: path.join(dir, 'control.sock'),
    /** Socket of the proxy from the API server to pods. */
    egress: path.join(dir, 'egress.sock'),
    egressConfiguration: path.join(dir, 'egress.json'),
    etcd: path.join(dir, 'etcd'),
    certificates,
    /** The certificate the API server makes for itself, which is its own authority. */
    authority: path.join(certificates, 'apiserver.crt'),
    /** Signs service account tokens. */
    signingKey: path.join(certificates, 'sa.key'),
    tokens: path.join(dir, 'tokens.csv'),
  } as const;
}

function findRoot(from: string): string {
  for (let dir = from; ; dir = path.dirname(dir)) {
    if (fs.existsSync(path.join(dir, 'lab', 'setup.mjs'))) return dir;
    if (path.dirname(dir) === dir) throw new Error(`no checkout of mesh-canary above ${from}`);
  }
}
