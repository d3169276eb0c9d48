import { describe, expect, it } from '@jest/globals';
import { refusalHint } from '../../../../src/routes/parts/refusals.ts';

const failed = (name: string, why = 'connect: connection refused') =>
  `Internal error occurred: failed calling webhook "${name}": failed to call webhook: Post "https://x.svc:443/y?timeout=10s": ${why}`;

describe('a refusal by a webhook that could not be asked', () => {
  it.each([
    ['mvirtualrouter.appmesh.k8s.aws', 'the App Mesh controller', 'appmesh-system appmesh-controller'],
    ['rev.validation.istio.io', 'istiod', 'istio-system istiod'],
    ['validator.kuma-admission.kuma.io', 'the control plane of Kuma', 'kuma-system kuma-control-plane'],
    ['httproutes.gateway.networking.k8s.io.validation.ingress-controller.konghq.com', "Kong's controller", '-n kong'],
  ])('of %s says whom to bring back', (name, whose, restart) => {
    const hint = refusalHint(failed(name));
    expect(hint).toContain(`the webhook ${name} does not answer and fails closed`);
    expect(hint).toContain(`Bring ${whose} back: kubectl rollout restart deployment`);
    expect(hint).toContain(restart);
    expect(hint?.includes('2026-09-30')).toBe(name.endsWith('appmesh.k8s.aws'));
  });

  it('names the certificate where that is the cause, and an owner nobody knows', () => {
    expect(refusalHint(failed('a.example.com', 'x509: certificate has expired'))).toBe(
      'the webhook a.example.com does not answer (its certificate is the cause) and fails closed, so nobody can change such objects, a return included. Bring its owner back',
    );
  });

  it.each([
    'admission webhook "vvirtualrouter.appmesh.k8s.aws" denied the request: no',
    'httproutes.gateway.networking.k8s.io "jazz" is forbidden',
    '',
  ])('is not what "%s" is', (message) => {
    expect(refusalHint(message)).toBeUndefined();
  });
});
