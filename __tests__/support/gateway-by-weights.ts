import type { HttpAnswer, HttpClient, HttpRequest } from '../../src/http/client.ts';
import type { FakeApi } from './fake-api.ts';
import type { FakeClock } from './fake-clock.ts';
import { answer, weightsOf } from './fixtures.ts';

export interface GatewayOptions {
  readonly clock: FakeClock;
  /** Route by service; the path's last part is the service. */
  readonly routes?: Readonly<Record<string, string>>;
  /** Milliseconds until an answer comes. */
  readonly takes?: number;
  /** How a version answers, by its backend's name; as itself unless said otherwise. */
  readonly says?: (backend: string) => HttpAnswer;
}

/** Answers by the weights of the HTTPRoute it finds in the API, in turn, as far as a test of a return needs it. */
export class GatewayByWeights {
  readonly asked: HttpRequest[] = [];
  readonly #api: FakeApi;
  readonly #options: GatewayOptions;
  #turn = 0;

  constructor(api: FakeApi, options: GatewayOptions) {
    this.#api = api;
    this.#options = options;
  }

  readonly http: HttpClient & { close(): void } = Object.assign(
    async (request: HttpRequest): Promise<HttpAnswer> => {
      this.asked.push(request);
      const { clock, takes = 5, says = named } = this.#options;
      const backend = this.#draw(new URL(request.url).pathname.split('/').at(-1) ?? '');
      try {
        await clock.sleep(takes, request.signal);
      } catch {
        return { status: 0, headers: {}, body: '', milliseconds: 0, error: 'given up' };
      }
      return says(backend);
    },
    { close: () => undefined },
  );

  #draw(service: string): string {
    const weights = weightsOf(this.#api.get('HTTPRoute', this.#options.routes?.[service] ?? service));
    const all = Object.values(weights).reduce((sum, weight) => sum + weight, 0);
    let at = (this.#turn++ * 0.381966 * all) % all;
    for (const [name, weight] of Object.entries(weights)) {
      if (at < weight) return name;
      at -= weight;
    }
    return '';
  }
}

/** `jazz-v1` names itself v1. */
function named(backend: string): HttpAnswer {
  return answer(backend.slice(backend.indexOf('-') + 1));
}

/** A controller of Kong's that takes every write of an HTTPRoute at once, and says so. */
export function controlledByKong(api: FakeApi): void {
  const send = api.send.bind(api);
  api.send = async (request) => {
    const answered = await send(request);
    const name = /\/httproutes\/([^/?]+)(?:\?|$)/.exec(request.path)?.[1];
    if (request.method !== 'GET' && name !== undefined && api.find('HTTPRoute', name) !== undefined) {
      api.edit('HTTPRoute', name, (object) => {
        const condition = { type: 'Programmed', status: 'True', reason: 'Programmed', message: '' };
        const conditions = [{ ...condition, observedGeneration: object.metadata.generation }];
        const parentRef = { name: 'kong', namespace: 'kong' };
        object.status = { parents: [{ controllerName: 'konghq.com/kic-gateway-controller', parentRef, conditions }] };
      });
    }
    return answered;
  };
}
