/** What a run is asked to do: parsed once from inputs and config file, frozen, passed to everything after. */

import type { OwnQueries, PresetName } from './vocabulary.ts';

export type Command = 'deploy' | 'setup' | 'plan' | 'check' | 'promote' | 'rollback' | 'status' | 'migrate';

/** Milliseconds; inputs write them as `30s`, `5m`, `1h30m`. */
export type Milliseconds = number;

/** A check on the public path; see docs/checks-and-plugins.md. */
export interface CheckSpec {
  readonly name: string;
  /** Path and query, from the gateway's root. */
  readonly path: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly expect: Expectation;
}

export interface Expectation {
  /** Allowed status codes; a class such as 2xx is expanded. Default: 200 to 299. */
  readonly status: readonly number[];
  /** Response headers that must be there; the value is compared whole, or as a pattern when written /…/. */
  readonly header: Readonly<Record<string, string>>;
  /** Values in the JSON body by dotted path, e.g. `{"status": "ok"}`. */
  readonly json: Readonly<Record<string, unknown>>;
  /** Text the body must contain, or a pattern written /…/. */
  readonly body?: string;
  readonly maxTime?: Milliseconds;
  /** `stable` or `canary`: which version must have answered (needs `identify`). */
  readonly servedBy?: 'stable' | 'canary';
}

/** One entry of `plugins`: the name of a plugin object, or one written inline. */
export type PluginSpec =
  | { readonly kind: 'named'; readonly name: string }
  | {
      readonly kind: 'inline';
      readonly name: string;
      readonly plugin: string;
      readonly config: Readonly<Record<string, unknown>>;
    };

export type Identify =
  | { readonly by: 'auto' }
  | { readonly by: 'header'; readonly name: string }
  | { readonly by: 'json'; readonly path: string };

export type EvidenceSource = 'probes' | 'pods' | 'prometheus';

/** Where Prometheus is asked: directly, or through the API server. */
export type PrometheusServer =
  | { readonly by: 'url'; readonly url: string }
  | { readonly by: 'service'; readonly namespace: string; readonly service: string; readonly port: string };

export interface Settings {
  readonly command: Command;
  /** Logical service names, e.g. `jazz`; sorted, without repeats. */
  readonly services: readonly string[];
  /** Version to release as a DNS label, e.g. `v2`; empty for commands that do without, and where the manifests say it. */
  readonly version: string;
  /** Image by service for canaries cloned from stable; empty when manifests bring the new version. */
  readonly image: Readonly<Record<string, string>>;
  /** Files and folders of manifests, kustomizations and charts, relative to the workspace, in the order given. */
  readonly manifests: readonly string[];
  /** Files of values for charts among them, relative to the workspace; a later one wins. */
  readonly helmValues: readonly string[];
  /** Name of the release that charts are rendered for; absent = the chart's own name. */
  readonly helmRelease?: string;
  readonly namespace: string;

  /** Name of an EKS cluster that the AWS CLI leads to; then there is no kubeconfig and no context. */
  readonly cluster?: string;
  readonly region?: string;
  /** Role that is assumed for the tokens of the cluster. */
  readonly roleArn?: string;
  /** Path of the kubeconfig; absent = kubectl's own rules (KUBECONFIG, ~/.kube/config). */
  readonly kubeconfig?: string;
  /** The kubeconfig itself, instead of a path: holds secrets. */
  readonly kubeconfigContent?: string;
  /** What must not be seen of it: tokens, passwords, keys. */
  readonly kubeconfigSecrets?: readonly string[];
  readonly context?: string;

  /** `auto`, or the name of a provider (src/routes/index.ts). */
  readonly mesh: string;
  /** What the provider takes it for: the Gateway's name, Istio's revision, the Mesh of Kuma and App Mesh. */
  readonly meshName?: string;
  readonly installKong: 'auto' | 'true' | 'false';
  readonly kongNamespace: string;
  readonly kongChartVersion: string;
  readonly kongChartRepository: string;
  readonly plugins: readonly PluginSpec[];
  /**
   * `auto` = from the Gateway's status; `in-cluster` = its Service, through the API server; else the URL users' requests
   * go to, without a trailing slash.
   */
  readonly gatewayUrl: 'auto' | 'in-cluster' | string;

  /** Rising shares in percent, e.g. [5, 25, 50, 100]. */
  readonly canaryWeight: readonly number[];
  readonly minStep: Milliseconds;
  readonly maxStep: Milliseconds;
  readonly warmUp: Milliseconds;
  /** Pairs of lane probes before the first weight; 0 = none. */
  readonly preFlight: number;
  readonly onInconclusive: 'rollback' | 'hold';
  readonly onCancel: 'rollback' | 'hold';
  readonly bake: Milliseconds;
  readonly timeout: Milliseconds;
  /** How long a new version, the gateway or a controller may take to become ready. */
  readonly readyTimeout: Milliseconds;
  readonly retire: 'keep' | 'scale-down' | 'delete';
  /** `in-place`: a service whose own Deployment the manifests hold gets the new version under its name. */
  readonly settle: 'in-place' | 'keep-name';
  readonly onConflict: 'fail' | 'wait' | 'replace';
  readonly onDrift: 'stop' | 'adopt';
  /** `rollback`: only where a run died. */
  readonly ifStale: boolean;
  /** `rollback`: backend to return to, by service, where no record says. */
  readonly stable: Readonly<Record<string, string>>;

  readonly checks: readonly CheckSpec[];
  /** Program and arguments that must exit with 0; empty = none. */
  readonly checkCommand: readonly string[];
  /** Path probed for each service; absent = taken from the service's route. */
  readonly probePath: Readonly<Record<string, string>>;
  /** Sent with every probe and default check; every value is masked before use. */
  readonly probeHeaders: Readonly<Record<string, string>>;
  readonly probeConsumer: 'none' | 'temporary';
  /** Probes per second on the public path, and pairs per second on the lanes. */
  readonly probeRate: number;
  readonly evidence: readonly EvidenceSource[];
  /** Preset of the metrics that count users' requests. */
  readonly metrics: 'auto' | PresetName;
  readonly prometheusUrl?: PrometheusServer;
  readonly prometheusQueries?: OwnQueries;
  readonly scrapeInterval: Milliseconds;
  /** Percentage points. */
  readonly maxErrorIncrease: number;
  /** Percent. */
  readonly falseAlarm: number;
  /** Highest share of failing requests, percent. */
  readonly slo?: number;
  readonly latency: 'compare' | 'ignore';
  readonly allowUnproved: boolean;
  readonly identify: Identify;

  /** `stable`, `1.36` or `1.36.3`; empty = what fits on PATH, else the stable release for the cluster. */
  readonly kubectlVersion: string;
  readonly helmVersion: string;
  /** Base URL of a mirror of the publishers' builds, without a trailing slash; absent = the publishers. */
  readonly toolsMirror?: string;
  /** SHA-256 in lower case by download, e.g. `kubectl-v1.36.3-linux-amd64`. */
  readonly toolsChecksums: Readonly<Record<string, string>>;

  /** Folder relative paths are resolved against. */
  readonly workspace: string;
}

/** One thing wrong with one input. */
export interface Problem {
  readonly input: string;
  /** The value as given, shortened; never shown for secrets. */
  readonly value: string;
  /** What is wrong and what is allowed, one sentence. */
  readonly message: string;
  /** Path of the config file when the value came from it. */
  readonly source?: string;
}
