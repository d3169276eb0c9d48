/** Somebody else who writes the same objects: with two writers of one weight, neither split holds. */
import { MANAGED_BY } from '../kube/names.ts';
import {
  annotation,
  field,
  groupOf,
  type KubeObject,
  list,
  nameOf,
  pointer,
  refOf,
  strings,
  text,
} from '../kube/objects.ts';
import type { Path } from '../routes/types.ts';
import type { Finding, World } from './picture.ts';

/** A route, or a Service, with the place of what is weighted. */
interface Owned {
  readonly object: KubeObject;
  readonly rules: Path;
}

export function lintOwners(world: World): Finding[] {
  const routes: readonly Owned[] = [
    ...world.routes().map((object) => ({ object, rules: ['spec', 'rules'] })),
    ...world.splitRoutes().map(({ provider, route }) => ({ object: route.object, rules: provider.facts.rulesAt })),
  ];
  const services = world
    .backends()
    .flatMap(({ stable, canary }) => [stable, canary].filter((service) => service !== undefined));
  return [
    ...routes.flatMap((route) => [
      ...progressive(world, route),
      ...argoCd(world, route),
      ...flux(route),
      ...helm(route.object),
    ]),
    ...services.flatMap((object) => progressive(world, { object, rules: [] })),
  ];
}

/** Names under which somebody wrote the object (metadata.managedFields). */
function managers(object: KubeObject): string[] {
  return list(object, 'metadata', 'managedFields').map((entry) => text(entry, 'manager'));
}

/** Who wrote the route's rules last: a manager that owns `f:spec` → `f:rules`, or what the provider calls them. */
function writesRules({ object, rules }: Owned, manager: RegExp): boolean {
  const owned = rules.map((part) => `f:${part}`);
  return list(object, 'metadata', 'managedFields').some(
    (entry) =>
      manager.test(text(entry, 'manager')) && owned.length > 0 && field(entry, 'fieldsV1', ...owned) !== undefined,
  );
}

function progressive(world: World, owned: Owned): Finding[] {
  const { object } = owned;
  const owner = (object.metadata.ownerReferences ?? []).find(
    ({ kind, apiVersion }) =>
      (kind === 'Canary' && apiVersion.startsWith('flagger.app/')) ||
      (kind === 'Rollout' && apiVersion.startsWith('argoproj.io/')),
  );
  const flagger =
    owner?.kind === 'Canary' ||
    strings(object, 'metadata', 'labels')[MANAGED_BY] === 'flagger' ||
    writesRules(owned, /^flagger$/);
  const rollouts =
    owner?.kind === 'Rollout' ||
    annotation(object, 'argo-rollouts.argoproj.io/managed-by-rollouts') !== undefined ||
    strings(object, 'spec', 'selector')['rollouts-pod-template-hash'] !== undefined ||
    strings(object, 'metadata', 'labels')['rollouts.argoproj.io/gatewayapi-canary'] !== undefined ||
    writesRules(owned, /^(rollouts-controller|argo-rollouts|gatewayAPI)/i);
  if (!flagger && !rollouts) return [];
  const [tool, kind, resource] = flagger
    ? ['Flagger', 'Canary', 'canary.flagger.app']
    : ['Argo Rollouts', 'Rollout', 'rollout.argoproj.io'];
  const name = owner?.name ?? annotation(object, 'argo-rollouts.argoproj.io/managed-by-rollouts');
  return [
    {
      severity: 'error',
      rule: flagger ? 'owner-flagger' : 'owner-argo-rollouts',
      object: refOf(object),
      problem: `${nameOf(object)} belongs to ${tool}${name === undefined ? '' : ` (${kind} ${name})`}, which moves the same traffic: each would undo the other's weights.`,
      fix: [
        `Release this service with ${tool}, or take it out of its hands first:`,
        flagger
          ? `set spec.revertOnDeletion: true in the ${kind} and then kubectl delete ${resource} ${name ?? '<name>'} -n ${world.input.namespace}`
          : `make it a Deployment again (https://argoproj.github.io/argo-rollouts/migrating/), then kubectl delete ${resource} ${name ?? '<name>'} -n ${world.input.namespace}`,
      ].join('\n'),
    },
  ];
}

/** Argo CD reports the route as out of sync during a release, and with selfHeal sets the weights back. */
function argoCd(world: World, owned: Owned): Finding[] {
  const { object: route } = owned;
  const tracking = annotation(route, 'argocd.argoproj.io/tracking-id');
  const app = tracking?.split(':')[0] ?? strings(route, 'metadata', 'labels')['argocd.argoproj.io/instance'];
  if (app === undefined && !managers(route).some((manager) => /^argocd/.test(manager))) return [];
  const application =
    app === undefined ? undefined : world.all('Application').find(({ metadata }) => metadata.name === app);
  if (application !== undefined && ignoresRules(application, owned)) return [];
  const heals = field(application, 'spec', 'syncPolicy', 'automated', 'selfHeal') === true;
  return [
    {
      severity: heals ? 'error' : 'warning',
      rule: 'owner-argo-cd',
      object: refOf(route),
      problem: `${nameOf(route)} is kept by Argo CD${app === undefined ? '' : ` (application ${app})`}: ${heals ? 'it heals itself, so weights go back to what is in git within minutes' : 'a sync during a release sets the weights back to what is in git'}, unless the rule below is there.`,
      fix: [
        `In the Application${app === undefined ? '' : ` ${app}`}:`,
        'spec:',
        '  ignoreDifferences:',
        `    - group: ${groupOf(route.apiVersion)}`,
        `      kind: ${route.kind}`,
        `      name: ${route.metadata.name}`,
        `      namespace: ${route.metadata.namespace}`,
        '      jsonPointers:',
        `        - ${pointer(...owned.rules)}`,
        '  syncPolicy:',
        '    syncOptions:',
        '      - RespectIgnoreDifferences=true',
      ].join('\n'),
    },
  ];
}

function ignoresRules(application: KubeObject, { object: route, rules }: Owned): boolean {
  const respected = list(application, 'spec', 'syncPolicy', 'syncOptions').includes('RespectIgnoreDifferences=true');
  const rule = list(application, 'spec', 'ignoreDifferences').some(
    (entry) =>
      text(entry, 'kind') === route.kind &&
      ['', route.metadata.name].includes(text(entry, 'name')) &&
      ['', route.metadata.namespace].includes(text(entry, 'namespace')) &&
      (list(entry, 'jsonPointers').some((path) => path === pointer(...rules) || path === '/spec') ||
        list(entry, 'jqPathExpressions').some(
          (path) => typeof path === 'string' && path.startsWith(`.${rules.join('.')}`),
        )),
  );
  return respected && rule;
}

/** Flux applies its objects at every interval; the annotation makes it create the route and leave it alone afterwards. */
function flux({ object: route, rules }: Owned): Finding[] {
  const marks = { ...strings(route, 'metadata', 'labels'), ...strings(route, 'metadata', 'annotations') };
  const kustomization = marks['kustomize.toolkit.fluxcd.io/name'];
  const release = marks['helm.toolkit.fluxcd.io/name'];
  if (kustomization === undefined && release === undefined) return [];
  if (/^(IfNotPresent|Ignore)$/i.test(marks['kustomize.toolkit.fluxcd.io/ssa'] ?? '')) return [];
  if (marks['kustomize.toolkit.fluxcd.io/reconcile'] === 'disabled') return [];
  const { name, namespace } = route.metadata;
  const common = { severity: 'warning', rule: 'owner-flux', object: refOf(route) } as const;
  if (kustomization === undefined) {
    return [
      {
        ...common,
        problem: `${nameOf(route)} is kept by Flux (HelmRelease ${release}): an upgrade, or drift correction where it is on, sets the weights back.`,
        fix: [
          `In the HelmRelease ${release}:`,
          'spec:',
          '  driftDetection:',
          '    ignore:',
          `      - paths: ["${pointer(...rules)}"]`,
          '        target:',
          `          kind: ${route.kind}`,
          `          name: ${name}`,
          'and do not upgrade it during a release.',
        ].join('\n'),
      },
    ];
  }
  return [
    {
      ...common,
      problem: `${nameOf(route)} is kept by Flux (Kustomization ${kustomization}), which sets the weights back to what is in git at its next interval.`,
      fix: [
        `In the manifest of ${route.kind} ${namespace}/${name} in git:`,
        'metadata:',
        '  annotations:',
        '    kustomize.toolkit.fluxcd.io/ssa: IfNotPresent',
        '(Flux then creates the route and leaves it alone; other changes of the route go through mesh-canary or by hand.)',
      ].join('\n'),
    },
  ];
}

/** A helm upgrade writes the chart's weights; helm knows no field to leave alone. */
function helm(route: KubeObject): Finding[] {
  const release = annotation(route, 'meta.helm.sh/release-name');
  const labels = strings(route, 'metadata', 'labels');
  if (release === undefined || labels['helm.toolkit.fluxcd.io/name'] !== undefined) return [];
  return [
    {
      severity: 'warning',
      rule: 'owner-helm',
      object: refOf(route),
      problem: `${nameOf(route)} belongs to the helm release ${release}: a helm upgrade during a canary sets the weights back to the chart's.`,
      fix: `Run no helm upgrade of ${release} during a canary, or take the route out of the chart: annotate it with helm.sh/resource-policy: keep, upgrade, then remove it from the templates.`,
    },
  ];
}
