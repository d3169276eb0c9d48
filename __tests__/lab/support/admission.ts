/** Admission that says no, in one place of a lab. */
import type { Place } from './world.ts';

/** An admission policy that refuses every write to a route of the place. @returns what takes it away again */
export async function refusingRoutes(place: Place): Promise<() => Promise<void>> {
  const name = `refuse-${place.namespace}`;
  const kind = 'ValidatingAdmissionPolicy';
  const rule = { apiGroups: ['gateway.networking.k8s.io'], apiVersions: ['v1'], resources: ['httproutes'] };
  const [policy, binding] = [
    {
      failurePolicy: 'Fail',
      matchConstraints: {
        resourceRules: [{ ...rule, operations: ['UPDATE'] }],
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': place.namespace } },
      },
      validations: [{ expression: 'false', message: 'nobody writes routes today' }],
    },
    { policyName: name, validationActions: ['Deny'] },
  ];
  const apiVersion = 'admissionregistration.k8s.io/v1';
  await place.apply(
    { apiVersion, kind, metadata: { name }, spec: policy },
    { apiVersion, kind: `${kind}Binding`, metadata: { name }, spec: binding },
  );
  let count = 0;
  const refused = (): Promise<boolean> =>
    place.world.lab
      .kubectl(['annotate', 'httproute', 'jazz', '-n', place.namespace, '--overwrite', `asked=${++count}`])
      .then(() => false)
      .catch((error: Error) => /nobody writes routes today/.test(error.message));
  await place.until(refused);
  return async () => {
    await place.world.lab.kubectl(['delete', `${kind.toLowerCase()}binding`, name]);
    await place.world.lab.kubectl(['delete', kind.toLowerCase(), name]);
    await place.until(async () => !(await refused()));
  };
}
