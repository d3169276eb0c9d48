/**
 * The one table of inputs: how each is written, how it is read, and which commands it means something to. Parsing,
 * the check for unknown keys, the schema and the command line all run from it.
 */

import { providers } from '../routes/index.ts';
import type { InputName } from './defaults.ts';
import type { Parse } from './problems.ts';
import type { CheckSpec, Command, PluginSpec } from './types.ts';
import {
  chartRepository,
  chartVersion,
  gatewayUrl,
  imageReference,
  requestPath,
  toolsMirror,
} from './values/addresses.ts';
import { checks } from './values/checks.ts';
import type { KubeconfigInput } from './values/clusters.ts';
import { awsRegion, eksCluster, kubeconfig, roleArn } from './values/clusters.ts';
import { duration } from './values/durations.ts';
import { commandLine, evidence, ownQueries, prometheusUrl } from './values/evidence.ts';
import { headerMap } from './values/headers.ts';
import { identify } from './values/identify.ts';
import { listOf, perService } from './values/lists.ts';
import { contextName, dnsLabel, dnsSubdomain, serviceName, versionLabel } from './values/names.ts';
import { oneOf, positive, weights, whole } from './values/numbers.ts';
import type { Place } from './values/paths.ts';
import { workspacePath } from './values/paths.ts';
import { plugins } from './values/plugins.ts';
import { checksums, toolVersion } from './values/tools.ts';
import type { OwnQueries } from './vocabulary.ts';
import { presetNames } from './vocabulary.ts';

/** How a value is written: decides its JSON Schema and whether an option may be repeated on the command line. */
export type Kind =
  | 'text'
  | 'number'
  | 'word'
  | 'duration'
  | 'weights'
  | 'list'
  | 'per-service'
  | 'headers'
  | 'checks'
  | 'plugins'
  | 'checksums'
  | 'queries'
  | 'command';

export interface InputSpec<T> {
  readonly kind: Kind;
  readonly parse: (place: Place) => Parse<T>;
  /** Commands the input means something to; absent = all. */
  readonly only?: readonly Command[];
  /** The words of a `word`. */
  readonly words?: readonly string[];
  /** Its value is a secret: no message shows it. */
  readonly secret?: true;
}

const input = <T>(kind: Kind, parse: Parse<T>, more: Partial<InputSpec<T>> = {}): InputSpec<T> => ({
  kind,
  parse: () => parse,
  ...more,
});

const word = <const W extends string>(words: readonly W[], more: Partial<InputSpec<W>> = {}): InputSpec<W> =>
  input('word', oneOf(words), { words, ...more });

/** What only a release needs. */
const deploy = { only: ['deploy', 'plan', 'promote'] } as const;
/** What a release and its way back need. */
const release = { only: ['deploy', 'plan', 'promote', 'rollback'] } as const;
/** What a request to the public path needs. */
const asking = { only: ['deploy', 'plan', 'promote', 'rollback', 'check'] } as const;

export const inputTable = {
  command: word(['deploy', 'setup', 'plan', 'check', 'promote', 'rollback', 'status', 'migrate']),
  config: { kind: 'text', parse: workspacePath } as InputSpec<string>,
  services: input('list', listOf(serviceName), {
    only: ['deploy', 'plan', 'check', 'promote', 'rollback', 'status', 'migrate'],
  }),
  version: input('text', versionLabel, deploy),
  image: input('per-service', perService(imageReference), { only: ['deploy', 'plan'] }),
  manifests: { kind: 'list', parse: (place) => listOf(workspacePath(place)) } as InputSpec<readonly string[]>,
  'helm-values': { kind: 'list', parse: (place) => listOf(workspacePath(place)) } as InputSpec<readonly string[]>,
  'helm-release': input('text', dnsLabel),
  namespace: input('text', dnsLabel),
  cluster: input('text', eksCluster),
  region: input('text', awsRegion),
  'role-arn': input('text', roleArn),
  kubeconfig: { kind: 'text', parse: kubeconfig } as InputSpec<KubeconfigInput>,
  context: input('text', contextName),
  mesh: word(['auto', ...providers.map(({ facts }) => facts.name)]),
  'mesh-name': input('text', dnsSubdomain),
  'install-kong': word(['auto', 'true', 'false']),
  'kong-namespace': input('text', dnsLabel),
  'kong-chart-version': input('text', chartVersion),
  'kong-chart-repository': input('text', chartRepository),
  plugins: { kind: 'plugins', parse: plugins } as InputSpec<readonly PluginSpec[]>,
  'gateway-url': input('text', gatewayUrl),
  'canary-weight': input('weights', weights, deploy),
  'min-step': input('duration', duration(), deploy),
  'max-step': input('duration', duration(1000), deploy),
  'warm-up': input('duration', duration(), deploy),
  'pre-flight': input('number', whole(100_000), deploy),
  'on-inconclusive': word(['rollback', 'hold'], deploy),
  'on-cancel': word(['rollback', 'hold'], deploy),
  bake: input('duration', duration(), deploy),
  timeout: input('duration', duration(1000)),
  'ready-timeout': input('duration', duration(1000)),
  retire: word(['keep', 'scale-down', 'delete'], deploy),
  settle: word(['in-place', 'keep-name'], deploy),
  'on-conflict': word(['fail', 'wait', 'replace'], release),
  'on-drift': word(['stop', 'adopt'], deploy),
  'if-stale': word(['true', 'false'], { only: ['rollback'] }),
  stable: input('per-service', perService(serviceName), { only: ['rollback'] }),
  checks: {
    kind: 'checks',
    parse: checks,
    only: ['deploy', 'plan', 'promote', 'check'],
  } as InputSpec<readonly CheckSpec[]>,
  'check-command': input('command', commandLine, deploy),
  'probe-path': input(
    'per-service',
    perService(requestPath, (text) => text.startsWith('/')),
    asking,
  ),
  'probe-headers': input('headers', headerMap, { ...asking, secret: true }),
  'probe-consumer': word(['none', 'temporary'], deploy),
  'probe-rate': input('number', positive(1000), release),
  evidence: input('list', evidence, deploy),
  metrics: word(['auto', ...presetNames], deploy),
  'prometheus-url': input('text', prometheusUrl, deploy),
  'prometheus-queries': { kind: 'queries', parse: ownQueries, ...deploy } as InputSpec<OwnQueries>,
  'scrape-interval': input('duration', duration(1000), deploy),
  'max-error-increase': input('number', positive(50), deploy),
  'false-alarm': input('number', positive(20), deploy),
  slo: input('number', positive(50), deploy),
  latency: word(['compare', 'ignore'], deploy),
  'allow-unproved': word(['true', 'false'], deploy),
  identify: input('text', identify, asking),
  'kubectl-version': input('text', toolVersion('kubectl')),
  'helm-version': input('text', toolVersion('helm')),
  'tools-mirror': input('text', toolsMirror),
  'tools-checksums': input('checksums', checksums),
} satisfies Record<InputName, InputSpec<unknown>>;

/** What parsing every input yields: undefined where it was not given or had a problem. */
export type Parsed = {
  readonly [N in keyof typeof inputTable]: (typeof inputTable)[N] extends InputSpec<infer T> ? T | undefined : never;
};

export const inputNames = Object.keys(inputTable) as InputName[];
