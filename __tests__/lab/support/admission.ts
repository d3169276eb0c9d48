/** Admission that says no, in one place of a lab. */
import type { Place } from './world.ts';

export interface Refusal {
  /** Common Expression Language on `object` and `oldObject`: what is allowed all the same. */
  readonly unless: string;
  /** The words of the policy. */
  readonly words: string;
  readonly operations?: readonly ('CREATE' | 'UPDATE')[];
}

/** Asks whether a policy is in force: never allowed while it is. */
const ASKED = 'example.com/asked';

/** An admission policy that refuses every write to a route of the place. @returns what takes it away again */
export function refusingRoutes(place: Place): Promise<() => Promise<void>> {
  return refusing(place, { unless: 'false', words: 'nobody writes routes today' });
}

/** An admission policy for the routes of a place, in force when this is done. @returns what takes it away again */
export async function refusing(
  place: Place,
  { unless, words, operations = ['UPDATE'] }: Refusal,
): Promise<() => Promise<void>> {
  const name = `refuse-${place.namespace}`;
  const kind = 'ValidatingAdmissionPolicy';
  const rule = { apiGroups: ['gateway.networking.k8s.io'], apiVersions: ['v1'], resources: ['httproutes'] };
  const asked = `has(object.metadata.annotations) && '${ASKED}' in object.metadata.annotations`;
  const [policy, binding] = [
    {
      failurePolicy: 'Fail',
      matchConstraints: {
        resourceRules: [{ ...rule, operations }],
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': place.namespace } },
      },
      validations: [{ expression: `!(${asked}) && (${unless})`, message: words }],
    },
    { policyName: name, validationActions: ['Deny'] },
  ];
  const apiVersion = 'admissionregistration.k8s.io/v1';
  await place.apply(
    { apiVersion, kind, metadata: { name }, spec: policy },
    { apiVersion, kind: `${kind}Binding`, metadata: { name }, spec: binding },
  );
  const refused = (): Promise<boolean> =>
    place.world.lab
      .kubectl(['annotate', 'httproute', 'jazz', '-n', place.namespace, `${ASKED}=yes`, '--dry-run=server'])
      .then(() => false)
      .catch((error: Error) => error.message.includes(words));
  await place.until(refused);
  return async () => {
    await place.world.lab.kubectl(['delete', `${kind.toLowerCase()}binding`, name]);
    await place.world.lab.kubectl(['delete', kind.toLowerCase(), name]);
    await place.until(async () => !(await refused()));
  };
}
