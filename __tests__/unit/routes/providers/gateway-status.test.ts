import { describe, expect, it } from '@jest/globals';
import { gatewayApi } from '../../../../src/routes/providers/gateway-api/index.ts';
import { describeConditions } from '../../../../src/routes/providers/gateway-api/status.ts';
import { documents, fixture } from '../fixtures.ts';

interface Case {
  says: string;
  expect?: string;
  refused?: string;
  /** Services the route names as parents. */
  services?: string[];
  parents: unknown[];
}
const cases = documents<Case[]>('status.yaml')[0]!;
const withStatus = (parents: unknown[], services: readonly string[] = []) => ({
  ...fixture('dj.yaml'),
  spec: { parentRefs: [{ name: 'kong' }, ...services.map((name) => ({ group: '', kind: 'Service', name }))] },
  status: { parents },
});

describe('acknowledged', () => {
  it.each(cases.map((one) => [one.says, one] as const))('%s', (_, { expect: answer, refused, parents, services }) => {
    const acknowledgement = gatewayApi.status.acknowledged(withStatus(parents, services), 7);
    if (refused === undefined) expect(acknowledgement).toBe(answer);
    else expect(acknowledgement).toEqual({ refused: expect.stringContaining(refused) });
  });

  it('is unknown for an object without a status, and for a status that is nonsense', () => {
    expect(gatewayApi.status.acknowledged(fixture('dj.yaml'), 3)).toBe('unknown');
    expect(
      gatewayApi.status.acknowledged({ ...fixture('dj.yaml'), status: { parents: [null, 3, { conditions: 'x' }] } }, 3),
    ).toBe('unknown');
  });
});

describe('describeConditions', () => {
  it('names controller, parent, reason and generation', () => {
    const { parents } = cases.find(({ says }) => says === 'a backend is not found')!;
    expect(describeConditions(withStatus(parents))).toBe(
      'konghq.com/kic-gateway-controller for Gateway kong/http: Accepted=True [generation 7], ' +
        'ResolvedRefs=False (BackendNotFound: jazz-v2 does not exist) [generation 7], Programmed=Unknown [generation 7]',
    );
  });

  it('says so when nobody has reported', () => {
    expect(describeConditions(fixture('dj.yaml'))).toBe('no controller has reported on the route');
  });
});
