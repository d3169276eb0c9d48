/** Consumers and their keys: what is wrong here shows as 401 for callers whose keys look right. */
import { CREDENTIAL_LABEL, INGRESS_CLASS } from '../kube/names.ts';
import { annotation, field, type KubeObject, list, nameOf, refOf, strings, text } from '../kube/objects.ts';
import type { Finding, World } from './picture.ts';

/** Credential kinds of Kong Ingress Controller 3.x (internal/util/credential.go). */
const CREDENTIALS = ['key-auth', 'basic-auth', 'hmac-auth', 'jwt', 'oauth2', 'acl', 'mtls-auth'];

export function lintConsumers(world: World): Finding[] {
  const own = world.inNamespace('KongConsumer');
  return [
    ...own.flatMap((consumer) => [...classless(world, consumer), ...credentials(world, consumer)]),
    ...sameName(world),
  ];
}

function classless(world: World, consumer: KubeObject): Finding[] {
  if (annotation(consumer, INGRESS_CLASS) === world.ingressClass) return [];
  const { name, namespace } = consumer.metadata;
  const has = annotation(consumer, INGRESS_CLASS);
  return [
    {
      severity: world.severityFor(consumer),
      rule: 'class-missing',
      object: refOf(consumer),
      problem: `${nameOf(consumer)} ${has === undefined ? 'has no class' : `has the class "${has}"`}, so Kong's controller ignores it and its keys are refused with 401. (A KongConsumer has no ingressClassName; only the annotation counts.)`,
      fix: [
        `kubectl annotate kongconsumer ${name} -n ${namespace} --overwrite kubernetes.io/ingress.class=${world.ingressClass}`,
        'or in its manifest:',
        'metadata:',
        '  annotations:',
        `    kubernetes.io/ingress.class: ${world.ingressClass}`,
      ].join('\n'),
    },
  ];
}

function credentials(world: World, consumer: KubeObject): Finding[] {
  return list(consumer, 'credentials').flatMap((entry): Finding[] => {
    if (typeof entry !== 'string') return [];
    const namespace = consumer.metadata.namespace ?? world.input.namespace;
    const secret = world.get('Secret', namespace, entry);
    if (secret !== undefined) return secretProblems(world, consumer, secret);
    if (!world.knows('Secret')) return [];
    return [
      {
        severity: world.severityFor(consumer),
        rule: 'credential-missing',
        object: refOf(consumer),
        problem: `${nameOf(consumer)} names the Secret ${namespace}/${entry}, which does not exist: its key is refused with 401.`,
        fix: [
          `kubectl create secret generic ${entry} -n ${namespace} --from-literal=key="$(openssl rand -hex 24)"`,
          `kubectl label secret ${entry} -n ${namespace} ${CREDENTIAL_LABEL}=key-auth`,
        ].join('\n'),
      },
    ];
  });
}

function secretProblems(world: World, consumer: KubeObject, secret: KubeObject): Finding[] {
  const { name, namespace } = secret.metadata;
  const label = secret.metadata.labels?.[CREDENTIAL_LABEL];
  const severity = world.severityFor(secret);
  if (label === undefined || !CREDENTIALS.includes(label)) {
    const old = oldType(secret);
    const kind = old === '' ? 'key-auth' : old;
    const cause =
      label !== undefined
        ? `its label ${CREDENTIAL_LABEL} is "${label}" (allowed: ${CREDENTIALS.join(', ')})`
        : old === ''
          ? `it lacks the label ${CREDENTIAL_LABEL}`
          : `it says its kind in the field kongCredType, which is no longer read since Kong Ingress Controller 3.2`;
    return [
      {
        severity,
        rule: old === '' ? 'credential-unlabelled' : 'kong-cred-type',
        object: refOf(secret),
        problem: `${nameOf(secret)}, the key of ${nameOf(consumer)}, is ignored: ${cause}. Callers with that key get 401.`,
        fix: [
          `kubectl label secret ${name} -n ${namespace} --overwrite ${CREDENTIAL_LABEL}=${kind}`,
          'or in its manifest:',
          'metadata:',
          '  labels:',
          `    ${CREDENTIAL_LABEL}: ${kind}`,
          ...(old === '' ? [] : ['and without the field kongCredType.']),
        ].join('\n'),
      },
    ];
  }
  if (label === 'key-auth' && isPlaceholder(value(secret, 'key'))) {
    return [
      {
        severity: 'warning',
        rule: 'placeholder-key',
        object: refOf(secret),
        problem: `${nameOf(secret)} still holds the placeholder of the example as its key: anybody could call with it.`,
        fix: `kubectl create secret generic ${name} -n ${namespace} --from-literal=key="$(openssl rand -hex 24)" --dry-run=client -o yaml | kubectl label -f - --local ${CREDENTIAL_LABEL}=key-auth -o yaml | kubectl apply -f -`,
      },
    ];
  }
  return [];
}

/** Kong refuses the whole configuration when two consumers share a username, whatever their namespaces. */
function sameName(world: World): Finding[] {
  const byName = new Map<string, KubeObject>();
  const findings: Finding[] = [];
  for (const consumer of world.all('KongConsumer')) {
    if (annotation(consumer, INGRESS_CLASS) !== world.ingressClass) continue;
    const username = text(consumer, 'username');
    if (username === '') continue;
    const other = byName.get(username);
    if (other === undefined) {
      byName.set(username, consumer);
      continue;
    }
    const brought = world.brings(consumer) || world.brings(other);
    findings.push({
      severity: brought ? 'error' : 'warning',
      rule: 'consumer-name-taken',
      object: refOf(world.brings(other) ? other : consumer),
      problem: `${nameOf(other)} and ${nameOf(consumer)} both have the username "${username}": Kong refuses its whole configuration, and no later change of any route arrives.`,
      fix: `Give one of them another username, for example "${consumer.metadata.namespace}-${username}".`,
    });
  }
  return findings;
}

/** The field that named the kind until 3.1, from `stringData` or `data`. */
export function oldType(secret: KubeObject): string {
  return value(secret, 'kongCredType') || value(secret, 'kongCredtype');
}

function value(secret: KubeObject, key: string): string {
  const plain = strings(secret, 'stringData')[key];
  if (plain !== undefined) return plain;
  const encoded = field(secret, 'data', key);
  return typeof encoded === 'string' ? Buffer.from(encoded, 'base64').toString('utf8') : '';
}

function isPlaceholder(key: string): boolean {
  return /^(replace[-_ ]?me|change[-_ ]?me|<.*>)$/i.test(key.trim());
}
