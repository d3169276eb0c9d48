import { describe, expect, it } from '@jest/globals';
import { ApiError, Unreachable } from '../../../../src/cluster/connection/transport.ts';
import { DriftError, RefusedError } from '../../../../src/errors.ts';
import { awaitAcknowledgement } from '../../../../src/rollout/route/acknowledge.ts';
import { writeRoute } from '../../../../src/rollout/route/write.ts';
import { gatewayApi } from '../../../../src/routes/providers/gateway-api/index.ts';
import { FakeApi, failed, type Mutable, refTo } from '../../../support/fake-api.ts';
import { FakeClock, settled } from '../../../support/fake-clock.ts';
import { route } from '../../../support/fixtures.ts';

const JOURNAL = '/metadata/annotations/mesh-canary.dev~1journal';

/** A write of a journal text that tests the generation it was planned for. */
function writing(text: string, planned: number[] = []) {
  return (live: ReturnType<typeof route>) => {
    planned.push(live.metadata.generation ?? 0);
    return {
      journal: text,
      patch: [
        { op: 'test' as const, path: '/metadata/generation', value: live.metadata.generation },
        { op: 'add' as const, path: JOURNAL, value: text },
      ],
    };
  };
}

function jazz() {
  const api = new FakeApi(route({ 'jazz-v1': 10_000 }));
  const ref = refTo(api.get('HTTPRoute', 'jazz'));
  const text = () => api.get('HTTPRoute', 'jazz').metadata.annotations?.['mesh-canary.dev/journal'];
  const patches = () => api.writes('httproutes');
  return { api, ref, text, patches };
}

const raceOnce = (api: FakeApi, change: (object: Mutable) => void) => {
  let raced = false;
  api.between = () => {
    if (raced) return;
    raced = true;
    api.edit('HTTPRoute', 'jazz', change);
  };
};

describe('writing a route', () => {
  it('names the webhook that fails closed, and who can bring it back', async () => {
    const { api, ref } = jazz();
    const words =
      'Internal error occurred: failed calling webhook "mvirtualrouter.appmesh.k8s.aws": no endpoints available';
    api.accident = (request) => (request.method === 'PATCH' ? failed(500, 'InternalError', request, words) : undefined);
    const refused = writeRoute(api.cluster(), ref, writing('ours'));
    await expect(refused).rejects.toThrow(RefusedError);
    await expect(refused).rejects.toThrow(/HTTPRoute prod\/jazz could not be written: .* no endpoints available/);
    await expect(refused).rejects.toMatchObject({
      next: expect.stringContaining('restart deployment -n appmesh-system'),
    });
  });

  it('plans again with the new object when somebody else wrote in between, and loses neither write', async () => {
    const { api, ref, text } = jazz();
    raceOnce(api, ({ spec }) => {
      spec.hostnames = ['dj.example.com'];
    });
    const planned: number[] = [];
    await writeRoute(api.cluster(), ref, writing('ours', planned));
    expect(planned).toEqual([1, 2]);
    expect(text()).toBe('ours');
    expect(api.get('HTTPRoute', 'jazz')['spec']).toHaveProperty('hostnames', ['dj.example.com']);
  });

  it('gives up with a DriftError after five newer objects in a row', async () => {
    const { api, ref, text, patches } = jazz();
    api.between = () => {
      api.edit('HTTPRoute', 'jazz', ({ spec }) => {
        spec.hostnames = [`${api.requests.length}.example.com`];
      });
    };
    await expect(writeRoute(api.cluster(), ref, writing('ours'))).rejects.toThrow(DriftError);
    expect(patches()).toHaveLength(5);
    expect(text()).toBeUndefined();
  });

  it('repeats a write the API server could not merge with a concurrent one (409)', async () => {
    const { api, ref, text, patches } = jazz();
    api.accident = (request) =>
      request.method === 'PATCH' && patches().length === 1
        ? failed(
            409,
            'Conflict',
            request,
            'Operation cannot be fulfilled on httproutes "jazz": the object has been modified',
          )
        : undefined;
    await writeRoute(api.cluster(), ref, writing('ours'));
    expect(text()).toBe('ours');
  });

  it('sends a write again when the connection was lost before it was taken', async () => {
    const { api, ref, text, patches } = jazz();
    api.accident = ({ method }) => (method === 'PATCH' && patches().length === 1 ? 'lost-before' : undefined);
    await writeRoute(api.cluster(), ref, writing('ours'));
    expect(patches()).toHaveLength(2);
    expect(text()).toBe('ours');
  });

  it('does not send a write again when the connection was lost after it was taken', async () => {
    const { api, ref, text, patches } = jazz();
    api.accident = ({ method }) => (method === 'PATCH' ? 'lost-after' : undefined);
    const written = await writeRoute(api.cluster(), ref, writing('ours'));
    expect(written.metadata.annotations?.['mesh-canary.dev/journal']).toBe('ours');
    expect(patches()).toHaveLength(1);
    expect(text()).toBe('ours');
  });

  it('recognises its own write that arrived late, instead of taking it for somebody else’s', async () => {
    const { api, ref, patches } = jazz();
    // The first write is lost on the way and lands between the second try's read and its write.
    api.accident = ({ method }) => (method === 'PATCH' && patches().length === 1 ? 'lost-before' : undefined);
    raceOnce(api, ({ metadata, spec }) => {
      metadata.annotations['mesh-canary.dev/journal'] = 'ours';
      spec.hostnames = ['dj.example.com'];
    });
    const written = await writeRoute(api.cluster(), ref, (live) => {
      if (live.metadata.annotations?.['mesh-canary.dev/journal'] !== undefined) throw new DriftError('not our journal');
      return writing('ours')(live);
    });
    expect(written.metadata.annotations?.['mesh-canary.dev/journal']).toBe('ours');
  });

  it('finds out whether a write was taken when the API server timed out over it', async () => {
    const { api, ref, text, patches } = jazz();
    api.accident = (request) => {
      if (request.method !== 'PATCH' || patches().length > 1) return undefined;
      return failed(504, 'Timeout', request, 'Timeout: request did not complete within requested timeout');
    };
    await writeRoute(api.cluster(), ref, writing('ours'));
    expect(text()).toBe('ours');
  });

  it('says that it is unknown when every try is lost', async () => {
    const { api, ref, patches } = jazz();
    api.accident = ({ method }) => (method === 'PATCH' ? 'lost-before' : undefined);
    await expect(writeRoute(api.cluster(), ref, writing('ours'))).rejects.toThrow(Unreachable);
    expect(patches()).toHaveLength(5);
  });

  it.each([
    [400, 'BadRequest', 'admission webhook "policy.example.com" denied the request: no weights on Friday'],
    [403, 'Forbidden', 'admission webhook "policy.example.com" denied the request: no weights on Friday'],
    [422, 'Invalid', 'HTTPRoute.gateway.networking.k8s.io "jazz" is invalid: no weights on Friday'],
  ])(
    'does not repeat a write that was judged and refused (%i), and passes on the words',
    async (status, reason, words) => {
      const { api, ref, patches } = jazz();
      api.accident = (request) => (request.method === 'PATCH' ? failed(status, reason, request, words) : undefined);
      const refused = writeRoute(api.cluster(), ref, writing('ours'));
      await expect(refused).rejects.toThrow(RefusedError);
      await expect(refused).rejects.toThrow(/HTTPRoute prod\/jazz was not accepted: .*no weights on Friday/);
      expect(patches()).toHaveLength(1);
    },
  );

  it('writes nothing when the plan is empty, and passes on what the plan throws', async () => {
    const { api, ref, patches } = jazz();
    await writeRoute(api.cluster(), ref, () => ({ patch: [], journal: 'ours' }));
    const drift = new DriftError('someone set the weights');
    const throwing = () => {
      throw drift;
    };
    await expect(writeRoute(api.cluster(), ref, throwing)).rejects.toBe(drift);
    expect(patches()).toEqual([]);
  });

  it('leaves other errors as they are', async () => {
    const { api, ref } = jazz();
    api.accident = (request) => (request.method === 'PATCH' ? failed(404, 'NotFound', request, 'gone') : undefined);
    await expect(writeRoute(api.cluster(), ref, writing('ours'))).rejects.toThrow(ApiError);
  });
});

describe('waiting for the controller', () => {
  const say = (api: FakeApi, status: string, generation: number, reason = '') =>
    api.edit('HTTPRoute', 'jazz', (object) => {
      object.status = {
        parents: [
          {
            controllerName: 'konghq.com/kic-gateway-controller',
            parentRef: { name: 'kong' },
            conditions: [
              { type: 'Programmed', status, reason, message: 'as Kong says', observedGeneration: generation },
            ],
          },
        ],
      };
    });
  const start = () => {
    const { api } = jazz();
    const clock = new FakeClock();
    const written = api.get('HTTPRoute', 'jazz');
    const answer = awaitAcknowledgement(api.cluster(clock), gatewayApi, written, { clock, timeout: 10_000 });
    answer.catch(() => undefined);
    return { api, clock, answer };
  };

  it('ends at once when Kong has programmed this generation', async () => {
    const { api, clock, answer } = start();
    await settled();
    say(api, 'True', 1);
    await expect(answer).resolves.toBe('yes');
    expect(clock.monotonic()).toBe(0);
  });

  it('does not take the word about an older generation for an answer', async () => {
    const { api, clock, answer } = start();
    await settled();
    say(api, 'True', 0);
    await clock.advance(10_000);
    await expect(answer).resolves.toBe('unknown');
  });

  it('is bounded: silence is unknown, not a failure', async () => {
    const { clock, answer } = start();
    await clock.advance(10_000);
    await expect(answer).resolves.toBe('unknown');
  });

  it('fails at once with the words of a controller that refuses', async () => {
    const { api, answer } = start();
    await settled();
    say(api, 'False', 1, 'TranslationError');
    await expect(answer).rejects.toThrow(
      /the controller refused HTTPRoute prod\/jazz: .*TranslationError: as Kong says/,
    );
  });

  it('says that the route was deleted', async () => {
    const { api, answer } = start();
    await settled();
    api.remove('HTTPRoute', 'jazz');
    await expect(answer).rejects.toThrow('HTTPRoute prod/jazz was deleted while the release was running');
  });
});
