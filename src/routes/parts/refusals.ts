/** What it means when a webhook stands in the way of a write: the API server's words say little about what to do. */

/** Whose webhook it is, by the end of its name, and how to bring it back (facts of each chart's failurePolicy). */
const CONTROLLERS: readonly { readonly name: RegExp; readonly whose: string; readonly restart: string }[] = [
  {
    name: /appmesh\.k8s\.aws$/,
    whose: 'the App Mesh controller',
    restart: 'kubectl rollout restart deployment -n appmesh-system appmesh-controller',
  },
  { name: /istio\.io$/, whose: 'istiod', restart: 'kubectl rollout restart deployment -n istio-system istiod' },
  {
    name: /(kuma\.io|kuma-admission\.kuma\.io)$/,
    whose: 'the control plane of Kuma',
    restart: 'kubectl rollout restart deployment -n kuma-system kuma-control-plane',
  },
  {
    name: /konghq\.com$/,
    whose: "Kong's controller",
    restart: 'kubectl rollout restart deployment -n kong -l app.kubernetes.io/component=controller',
  },
];

/**
 * What to do about a refusal by a webhook that could not be asked and has failurePolicy Fail: until it answers, nobody can
 * change the object, and traffic cannot be returned through it. Undefined for every other message.
 * @param message of the API server
 */
export function refusalHint(message: string): string | undefined {
  const webhook = /failed calling webhook "([^"]{1,253})"/.exec(message)?.[1];
  if (webhook === undefined) return undefined;
  const known = CONTROLLERS.find(({ name }) => name.test(webhook));
  const expired = /certificate has expired|x509/.test(message) ? ' (its certificate is the cause)' : '';
  const whose = known?.whose ?? 'its owner';
  const restart = known === undefined ? '' : `: ${known.restart}`;
  const ended =
    known?.name.source === CONTROLLERS[0]?.name.source
      ? '. App Mesh ended on 2026-09-30; docs/migrate-from-app-mesh.md says what to do when it cannot come back'
      : '';
  return `the webhook ${webhook} does not answer${expired} and fails closed, so nobody can change such objects, a return included. Bring ${whose} back${restart}${ended}`;
}
