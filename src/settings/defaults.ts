/** Generated from action.yml by tools/generate.ts: edit action.yml, then run `npm run generate`. Long: a table. */

/** Every input with its default (the text the runner would pass) and its description. */
export const inputs = {
  command: {
    default: 'deploy',
    description:
      'What to do: `deploy` releases a version step by step; `plan` says what a deploy would do and changes nothing; `promote` goes on with a release that is holding; `rollback` returns the traffic to the recorded stable version; `status` says what is recorded and live; `check` runs the checks and plugin proofs against what is live; `setup` installs Kong and applies the manifests of the platform, which needs wide rights once; `migrate` prints the Gateway API objects for those of App Mesh.',
  },
  config: {
    default: '',
    description:
      'Path of a YAML file in the workspace whose keys are these inputs. An input that differs from its default wins over the file. Example: `.github/mesh-canary.yaml`.',
  },
  services: {
    default: '',
    description:
      'Logical names of the services to release together, by comma or newline. They move in lockstep: all shift or all return. `promote`, `rollback` and `status` find them in the namespace where none are named. Example: `jazz, metal`.',
  },
  version: {
    default: '',
    description:
      'Version to release. It is made a DNS label (`V2.1.0+build` becomes `v2-1-0-build`) and names the new backend, `<service>-<version>`. Example: `v2`.',
  },
  image: {
    default: '',
    description:
      'Image of the new version: one reference for every service, or one `service=reference` a line. The new backend is cloned from stable with this image. Example: `jazz=ghcr.io/acme/jazz:v2`.',
  },
  manifests: {
    default: '',
    description:
      'Files and folders of Kubernetes manifests in the workspace, by comma or newline, applied in this order. A folder with a kustomization is built by kubectl, a Helm chart (folder or package) is rendered by helm. Example: `k8s/base, k8s/overlays/prod, charts/orders`.',
  },
  'helm-values': {
    default: '',
    description:
      'Files of values in the workspace for the charts among `manifests`, by comma or newline; a later one wins. Example: `charts/orders/values-prod.yaml`.',
  },
  'helm-release': {
    default: '',
    description:
      'Name of the release that the charts are rendered for, as in `helm upgrade`: it is part of names and labels. Empty: the name of the chart. Example: `orders`.',
  },
  namespace: {
    default: 'default',
    description: 'Namespace of the services. Example: `prod`.',
  },
  cluster: {
    default: '',
    description:
      'Name of an EKS cluster: the AWS CLI on PATH, signed in by a step before, makes a kubeconfig that only this step sees. Instead of `kubeconfig`. Example: `prod`.',
  },
  region: {
    default: '',
    description: 'Region of `cluster`. Empty: `AWS_REGION`, else what the AWS CLI is set to. Example: `eu-west-1`.',
  },
  'role-arn': {
    default: '',
    description:
      "IAM role that is assumed for the tokens of `cluster`, where the job's own has no access. Example: `arn:aws:iam::111122223333:role/deploy`.",
  },
  kubeconfig: {
    default: '',
    description:
      'Path of a kubeconfig file, or its content from a secret, which is kept in a private file that is removed at the end. Empty: what kubectl itself would use, `KUBECONFIG` or `~/.kube/config`.',
  },
  context: {
    default: '',
    description: 'Context of the kubeconfig to use. Empty: its current context. Example: `prod-eu`.',
  },
  mesh: {
    default: 'auto',
    description:
      'Which kind of route holds the weights: `gateway-api` (Kong, and meshes through Services as parents), `istio`, `kuma` (Kong Mesh too), `traefik-service` (Traefik, a TraefikService that IngressRoutes lead to), `traefik-ingressroute` (Traefik, weighted services of a rule), `app-mesh` (ended by AWS, so only when named), or `auto` to find it from the routes that send to the services.',
  },
  'mesh-name': {
    default: '',
    description:
      "The mesh the routes must belong to: on Gateway API the Gateway's name, on Istio the revision of the namespace, on Kuma the label `kuma.io/mesh`, on App Mesh the Mesh and the label `mesh` of the namespace. Empty: the one they name. Example: `kong`.",
  },
  'install-kong': {
    default: 'auto',
    description:
      'Whether to install Kong with helm: `true`, `false`, or `auto` to install it only where it is missing.',
  },
  'kong-namespace': {
    default: 'kong',
    description: 'Namespace Kong runs in, or is installed into.',
  },
  'kong-chart-version': {
    default: '0.24.0',
    description: 'Exact version of the `kong/ingress` helm chart to install. Example: `0.24.0`.',
  },
  'kong-chart-repository': {
    default: 'https://charts.konghq.com',
    description:
      'Address of the helm repository that holds the `ingress` chart: `https`, or `http` on this machine only.',
  },
  plugins: {
    default: '',
    description:
      'Kong plugins the released routes must have: names by comma or newline, or a YAML list whose items are names or `{name, plugin, config}`. Example: `key-auth, rate-limiting`.',
  },
  'gateway-url': {
    default: 'auto',
    description:
      "URL that users' requests go to, without query; `auto` takes the address from the Gateway's status; `in-cluster` asks the Gateway's Service through the API server. Example: `https://api.example.com`.",
  },
  'canary-weight': {
    default: '5,25,50,100',
    description:
      'Rising shares of requests for the new version in percent, at most two decimals, by comma. Ending below 100 leaves the release holding there. Example: `5,25,50,100`.',
  },
  'min-step': {
    default: '60s',
    description: 'Shortest time at each weight before the next. Example: `90s`.',
  },
  'max-step': {
    default: '30m',
    description:
      'Longest time at one weight; when it is over and the evidence is not enough, `on-inconclusive` decides. Example: `10m`.',
  },
  'warm-up': {
    default: '10s',
    description:
      'How long probes warm a new version up at weight 0 before anything counts: new pods are slow at first. Example: `30s`.',
  },
  'pre-flight': {
    default: '300',
    description:
      'Pairs of probes that both versions must answer side by side at weight 0, before any user meets the new version; `0` leaves it out. Example: `300`.',
  },
  'on-inconclusive': {
    default: 'rollback',
    description:
      'What to do when `max-step` is over and neither better nor worse is shown: `rollback` returns the traffic, `hold` leaves the weight where it is. The run fails either way.',
  },
  'on-cancel': {
    default: 'rollback',
    description:
      'What a cancelled run does with the weight: `rollback` returns it within seconds, `hold` leaves it for the command `promote` or `rollback`.',
  },
  bake: {
    default: '0s',
    description: 'Time the last weight is watched before the release counts as done. Example: `5m`.',
  },
  timeout: {
    default: '30m',
    description: 'Longest time for the whole run; when it ends, the traffic is returned. Example: `1h30m`.',
  },
  'ready-timeout': {
    default: '3m',
    description: 'How long pods, the gateway or a controller may take to become ready. Example: `3m`.',
  },
  retire: {
    default: 'keep',
    description:
      'What happens to the old version after promotion: `keep` it, `scale-down` to no replicas, or `delete` it. One that anything else still sends to is kept, and named.',
  },
  'on-conflict': {
    default: 'fail',
    description:
      'When another run holds the lock of a route: `fail` at once, `wait` for it within half the timeout, or `replace` it: that run is asked to return its traffic and give way, within half the timeout.',
  },
  'on-drift': {
    default: 'stop',
    description:
      'When somebody else changes the weights during a release: `stop` and leave their weights, or `adopt` their share and go on from it.',
  },
  'if-stale': {
    default: 'false',
    description:
      '`true`: `rollback` only where a run died, leaving a release unfinished and its lock to nobody. For a schedule.',
  },
  stable: {
    default: '',
    description:
      '`rollback` to this backend where no record says which, one `service=backend` a line. Example: `jazz=jazz-v1`.',
  },
  checks: {
    default: '',
    description:
      'YAML list of requests that must succeed on the public path: `name`, `path`, `method`, `headers`, `body`, and `expect` with `status`, `header`, `json`, `body`, `max-time`, `served-by`. Example: `[{name: ping, path: /dj/jazz/ping, expect: {status: 2xx}}]`.',
  },
  'check-command': {
    default: '',
    description:
      'A program that must exit with 0 before the release, at every weight and during bake: the program and its arguments, one a line. No shell is involved; `MESH_CANARY_WEIGHT`, `MESH_CANARY_SERVICES`, `MESH_CANARY_VERSION` and `MESH_CANARY_URL` say where the release is. Example: `./smoke-test.sh`.',
  },
  'probe-path': {
    default: '',
    description:
      "Path that is probed: one for every service, or one `service=/path` a line. Empty: taken from the service's route. Example: `jazz=/dj/jazz`.",
  },
  'probe-headers': {
    default: '',
    description:
      'Headers sent with every probe and with the default check, one `name: value` a line. Every value is treated as a secret. Example: `apikey: 3f9c07`, from a secret.',
  },
  'probe-consumer': {
    default: 'none',
    description:
      'Who the probes are behind key-auth: `none` uses `probe-headers` as given; `temporary` makes a consumer of this run with a key and limits of its own, and removes it at the end.',
  },
  'probe-rate': {
    default: '10',
    description:
      'Probes per second on the public path, and pairs of probes per second on the lanes, above 0 and up to 1000. Example: `10`.',
  },
  evidence: {
    default: 'probes',
    description:
      "Where the verdict comes from, by comma: `probes` on the lanes, and users' requests counted by `pods` (their metrics, read through the API server) or `prometheus`. Without the last two the verdict speaks of probes only. Example: `probes, pods`.",
  },
  metrics: {
    default: 'auto',
    description:
      "Which counters count users' requests: `plain` (`http_requests_total`), `istio`, `kuma`, `app-mesh`, `envoy`, or `auto` for the first that is there.",
  },
  'prometheus-url': {
    default: '',
    description:
      'Prometheus for `evidence: prometheus`: a URL, or `service:<namespace>/<name>:<port>` to ask it through the API server. Example: `service:monitoring/prometheus:9090`.',
  },
  'prometheus-queries': {
    default: '',
    description:
      "Own queries instead of `metrics`, as a YAML map: `requests`, `errors`, and if wanted `times`, `unit`, `scraped`. Each gives raw counters, a row for each pod; `{{namespace}}` and `{{pods}}` stand for the version's. Example: `{requests: 'sum by (pod) (hits_total{pod=~\"{{pods}}\"})', errors: 'sum by (pod) (misses_total{pod=~\"{{pods}}\"})'}`.",
  },
  'scrape-interval': {
    default: '15s',
    description: 'How often Prometheus scrapes the pods. Example: `30s`.',
  },
  'max-error-increase': {
    default: '1',
    description:
      'Largest increase of the share of failing requests that may reach users, in percentage points; smaller needs more requests. Example: `0.5`.',
  },
  'false-alarm': {
    default: '1',
    description:
      'Highest chance in percent that a release that is not worse is returned, over the whole release and all tests. Example: `0.1`.',
  },
  slo: {
    default: '',
    description:
      'Highest share of failing requests in percent you promise: a new version above it is returned even if the current one is as bad. Empty: none. Example: `0.1`.',
  },
  latency: {
    default: 'compare',
    description: '`compare` response times as well as errors, or `ignore` them.',
  },
  'allow-unproved': {
    default: 'false',
    description:
      "`true` lets a release go on whose versions cannot be told apart on the public path: then the share is the controller's word only.",
  },
  identify: {
    default: 'auto',
    description:
      'How an answer tells its version: `header:<name>`, `json:<dotted path>`, or `auto` to find out. Example: `header:x-app-version`.',
  },
  'kubectl-version': {
    default: '',
    description:
      "Which kubectl to use: an exact version, a minor such as `1.36` (its newest release), or `stable`. Empty: the one on PATH if it is within one minor of the cluster, else the stable release of the cluster's minor. What is not on PATH is downloaded and verified. Example: `1.36.3`.",
  },
  'helm-version': {
    default: '',
    description:
      'Which helm to use where Kong is to be installed: an exact version, a minor such as `4.2`, or `stable`. Empty: a helm 3 or 4 on PATH, else the stable release. Example: `4.2.3`.',
  },
  'tools-mirror': {
    default: '',
    description:
      'Base URL of a mirror with the paths of `dl.k8s.io` and `get.helm.sh`: `https`, or `http` on this machine only. What comes from it needs a checksum that is built in or given in `tools-checksums`; its own checksum files are not believed. Example: `https://mirror.example.com/tools`.',
  },
  'tools-checksums': {
    default: '',
    description:
      "SHA-256 of downloads, one `name=sha256` a line: `kubectl-v1.36.3-linux-amd64` and `helm-v4.2.3-linux-amd64` are the programs, `helm-v4.2.3-linux-amd64.tar.gz` is helm's archive. Only what has this checksum is used. Example: `kubectl-v1.36.3-linux-amd64=ebbd080e7c2e275093b55915722043257eb24004363e20acb3c4d71919f88336`.",
  },
} as const;

/** Every output with its description. */
export const outputs = {
  result: {
    description:
      '`promoted`, `holding`, `bootstrapped`, `applied`, `returned`, `read`, `planned`, `passed`, `printed` or `nothing-to-do` when the run succeeded; `held` when the release was left where it is although it is not done; `rolled-back` or `failed` when it did not.',
  },
  reason: {
    description: 'One sentence that says why.',
  },
  weight: {
    description: 'Share of requests that go to the new version now, in percent.',
  },
  'failed-step': {
    description: 'What failed, for example `weight 25` or `check ping`; empty when nothing did.',
  },
  version: {
    description: 'Version that was released, as the DNS label used in names.',
  },
  'previous-version': {
    description: 'Version that was stable before.',
  },
  'observed-share': {
    description: 'Share of the new version last seen on the public path, in percent.',
  },
  'failing-requests': {
    description: 'How many requests on the public path were seen to fail during the run.',
  },
  url: {
    description: 'URL users reach the release at; fits `environment.url`.',
  },
  'migrate-file': {
    description: 'Path of the YAML file that `migrate` printed.',
  },
  'evidence-file': {
    description: 'Path of the evidence file (JSON) with the outcome, the settings without secrets, and the timeline.',
  },
  'report-file': {
    description: 'Path of the report (Markdown), the same text as the job summary.',
  },
  'plan-file': {
    description: 'Path of the plan (JSON) of the command `plan`; empty otherwise.',
  },
} as const;

export type InputName = keyof typeof inputs;
export type OutputName = keyof typeof outputs;
