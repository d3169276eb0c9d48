/** Stable and canary must look the same to Kong, select their own pods only, and not hold on to users. */
import { SERVICE_UPSTREAM, UPSTREAM_POLICY } from '../kube/names.ts';
import { annotation, field, type KubeObject, nameOf, refOf, strings, text } from '../kube/objects.ts';
import { VERSION_LABEL } from '../services/clone.ts';
import { deploymentOf, hpaOf, podLabels, selects } from '../services/pods.ts';
import { type Finding, shellWord, type World } from './picture.ts';

export function lintServices(world: World): Finding[] {
  return world
    .backends()
    .flatMap(({ released, stable, canary }) => [
      ...(stable !== undefined && canary !== undefined ? pair(world, stable, canary) : []),
      ...[stable, canary].flatMap((service) =>
        service === undefined ? [] : stickiness(world, service, released.service),
      ),
    ]);
}

function pair(world: World, stable: KubeObject, canary: KubeObject): Finding[] {
  return [
    ...annotationsDiffer(stable, canary),
    ...serviceUpstreamDiffers(stable, canary),
    ...catches(world, stable, canary, 'stable'),
    ...catches(world, canary, stable, 'canary'),
    ...autoscalerCatches(world, stable, canary),
  ];
}

/** kong.md 2.5: a rule whose Services differ in one `konghq.com/*` annotation is dropped, the whole route with it. */
function annotationsDiffer(stable: KubeObject, canary: KubeObject): Finding[] {
  const names = [...Object.keys(stable.metadata.annotations ?? {}), ...Object.keys(canary.metadata.annotations ?? {})];
  return [...new Set(names)]
    .filter((name) => name.startsWith('konghq.com/') && annotation(stable, name) !== annotation(canary, name))
    .sort()
    .map((name) => {
      const values = [stable, canary].map(
        (service) => `${service.metadata.name} has ${shown(annotation(service, name))}`,
      );
      const effect =
        name === UPSTREAM_POLICY
          ? 'Kong would quietly fall back to round robin for both'
          : 'Kong drops a route whose Services differ in it: every caller would get 404';
      return {
        severity: 'error',
        rule: 'annotations-differ',
        object: refOf(canary),
        problem: `The annotation ${name} differs: ${values.join(', ')}. ${effect}.`,
        fix: equaliser(name, stable, canary),
      };
    });
}

function serviceUpstreamDiffers(stable: KubeObject, canary: KubeObject): Finding[] {
  const [a, b] = [annotation(stable, SERVICE_UPSTREAM), annotation(canary, SERVICE_UPSTREAM)];
  if (a === b) return [];
  return [
    {
      severity: 'warning',
      rule: 'service-upstream-differs',
      object: refOf(canary),
      problem: `The annotation ${SERVICE_UPSTREAM} differs: ${stable.metadata.name} has ${shown(a)}, ${canary.metadata.name} has ${shown(b)}. Kong would send to one by its address and to the pods of the other, and a version without ready pods would still get its share.`,
      fix: equaliser(SERVICE_UPSTREAM, stable, canary),
    },
  ];
}

/** Stable's value goes to the canary; a value that only the canary has goes to stable. */
function equaliser(name: string, stable: KubeObject, canary: KubeObject): string {
  const wanted = annotation(stable, name) ?? annotation(canary, name) ?? '';
  const target = annotation(stable, name) === undefined ? stable : canary;
  return [
    `kubectl annotate service ${target.metadata.name} -n ${target.metadata.namespace} --overwrite ${shellWord(`${name}=${wanted}`)}`,
    'or in its manifest:',
    'metadata:',
    '  annotations:',
    `    ${name}: ${JSON.stringify(wanted)}`,
  ].join('\n');
}

function catches(world: World, service: KubeObject, other: KubeObject, which: 'stable' | 'canary'): Finding[] {
  const deployments = world.inNamespace('Deployment');
  const selector = strings(service, 'spec', 'selector');
  const own = deploymentOf(service, deployments);
  // looked up by name as well: a Service that selects too much would hide the Deployment behind it
  const foreign =
    world.get('Deployment', other.metadata.namespace, other.metadata.name) ?? deploymentOf(other, deployments);
  if (foreign === undefined || foreign === own || !selects(selector, podLabels(foreign))) return [];
  const leak =
    which === 'stable'
      ? `users of ${service.metadata.name} would reach the new version before it has any weight, and after its return`
      : `the new version's share would be answered by pods of ${other.metadata.name} as well`;
  return [
    {
      severity: 'error',
      rule: 'selector-catches',
      object: refOf(service),
      problem: `${nameOf(service)} selects ${selectorText(selector)}, which the pods of ${nameOf(foreign)} carry too: ${leak}.`,
      fix: which === 'stable' ? narrowStable(service, own, foreign) : narrowCanary(service, own),
    },
  ];
}

function narrowStable(service: KubeObject, own: KubeObject | undefined, foreign: KubeObject): string {
  const { name, namespace } = service.metadata;
  const labels = own === undefined ? {} : podLabels(own);
  const taken = podLabels(foreign)[VERSION_LABEL];
  const present = labels[VERSION_LABEL];
  const value = present ?? (taken === 'stable' ? 'v0' : 'stable');
  const patch = (kind: string, object: string, body: unknown) =>
    `kubectl patch ${kind} ${object} -n ${namespace} --type merge -p ${shellWord(JSON.stringify(body))}`;
  const label =
    own === undefined || present !== undefined
      ? []
      : [
          patch('deployment', own.metadata.name, {
            spec: { template: { metadata: { labels: { [VERSION_LABEL]: value } } } },
          }),
          `kubectl rollout status deployment ${own.metadata.name} -n ${namespace}`,
        ];
  return [
    'Once, in this order (no request is lost: the pods carry the label before the Service asks for it):',
    ...label,
    patch('service', name, { spec: { selector: { [VERSION_LABEL]: value } } }),
    'and the same in the manifests of both.',
  ].join('\n');
}

function narrowCanary(service: KubeObject, own: KubeObject | undefined): string {
  const labels = own === undefined ? {} : podLabels(own);
  const selector = { ...strings(service, 'spec', 'selector'), [VERSION_LABEL]: labels[VERSION_LABEL] ?? '<version>' };
  const lines = Object.entries(selector).map(([key, value]) => `    ${key}: ${value}`);
  return [
    'In the manifest of the Service (its pods must carry the same labels):',
    'spec:',
    '  selector:',
    ...lines,
  ].join('\n');
}

/**
 * A HorizontalPodAutoscaler finds pods by its Deployment's selector; since Kubernetes 1.27 two autoscalers that find
 * the same pods both stop (condition AmbiguousSelector).
 */
function autoscalerCatches(world: World, stable: KubeObject, canary: KubeObject): Finding[] {
  const deployments = world.inNamespace('Deployment');
  const own =
    world.get('Deployment', stable.metadata.namespace, stable.metadata.name) ?? deploymentOf(stable, deployments);
  const other = world.get('Deployment', canary.metadata.namespace, canary.metadata.name);
  const hpa = hpaOf(own, world.inNamespace('HorizontalPodAutoscaler'));
  if (own === undefined || other === undefined || own === other || hpa === undefined) return [];
  if (!selects(strings(own, 'spec', 'selector', 'matchLabels'), podLabels(other))) return [];
  return [
    {
      severity: 'warning',
      rule: 'autoscaler-catches',
      object: refOf(hpa),
      problem: `${nameOf(hpa)} would count the pods of ${nameOf(other)} as well, because the selector of ${nameOf(own)} catches them; with an autoscaler on each, Kubernetes stops scaling both (AmbiguousSelector).`,
      fix: `A Deployment's selector cannot be changed: release once under a versioned name (${other.metadata.name}), then retire ${own.metadata.name}.`,
    },
  ];
}

function stickiness(world: World, service: KubeObject, logical: string): Finding[] {
  const name = annotation(service, UPSTREAM_POLICY);
  if (name === undefined || name === '') return [];
  const policy = world.get('KongUpstreamPolicy', service.metadata.namespace, name);
  if (policy === undefined) {
    if (!world.knows('KongUpstreamPolicy')) return [];
    return [
      {
        severity: 'error',
        rule: 'upstream-policy-missing',
        object: refOf(service),
        problem: `${nameOf(service)} names the KongUpstreamPolicy ${name}, which does not exist in ${service.metadata.namespace}: Kong refuses the Service.`,
        fix: `Add the KongUpstreamPolicy ${name} to the manifests, or: kubectl annotate service ${service.metadata.name} -n ${service.metadata.namespace} ${UPSTREAM_POLICY}-`,
      },
    ];
  }
  const algorithm = text(policy, 'spec', 'algorithm');
  if (algorithm === 'sticky-sessions' || field(policy, 'spec', 'stickySessions') !== undefined) {
    return [
      {
        severity: 'error',
        rule: 'sticky-sessions',
        object: refOf(policy),
        problem: `${nameOf(policy)} pins callers of ${logical} to a pod by a cookie: callers pinned to the new version may stay there after the traffic is returned.`,
        fix: `For the release, use an algorithm without cookies:\nspec:\n  algorithm: round-robin`,
      },
    ];
  }
  if (algorithm !== 'consistent-hashing') return [];
  return [
    {
      severity: 'warning',
      rule: 'consistent-hashing',
      object: refOf(policy),
      problem: `${nameOf(policy)} sends callers of ${logical} by a hash: the weight is a share of the hashed values (users, for example), one busy caller counts for many, and probes with one value always meet one version.`,
      fix: `Accept that shares are of callers, or for the release:\nspec:\n  algorithm: round-robin`,
    },
  ];
}

function selectorText(selector: Readonly<Record<string, string>>): string {
  return Object.entries(selector)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}

function shown(value: string | undefined): string {
  return value === undefined ? 'none' : JSON.stringify(value);
}
