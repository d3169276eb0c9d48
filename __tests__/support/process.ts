/** One run as a process: it can be cancelled, stopped, woken and killed. Everything it does passes its gate, and is noted. */
import type { ApiRequest, Transport } from '../../src/cluster/connection/transport.ts';
import type { OpenHttp } from '../../src/gateway/in-cluster.ts';
import { decode } from '../../src/journal/journal.ts';
import type { KubeObject } from '../../src/kube/objects.ts';
import type { Clock } from '../../src/ports.ts';
import type { FakeApi } from './fake-api.ts';
import type { FakeClock } from './fake-clock.ts';
import { weightsOf } from './fixtures.ts';
import type { FakeKong } from './kong.ts';

export class Process {
  readonly cancel = new AbortController();
  /** Groups of its log, its writes, and what the controllers made of them, in order. */
  readonly timeline: string[] = [];
  readonly killed: Promise<void>;
  /** Closed while it is stopped, for ever once it is killed. */
  #gate: Promise<void> = Promise.resolve();
  #die: () => void = () => undefined;

  constructor() {
    this.killed = new Promise((resolve) => {
      this.#die = resolve;
    });
  }

  /** SIGKILL. */
  kill(): void {
    this.#gate = new Promise(() => undefined);
    this.#die();
  }

  /** SIGSTOP. @returns SIGCONT */
  stop(): () => void {
    let goOn = () => {};
    this.#gate = new Promise((resolve) => {
      goOn = resolve;
    });
    return goOn;
  }

  clock(clock: FakeClock): Clock {
    return {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      timeout: (milliseconds) => clock.timeout(milliseconds),
      every: (milliseconds, work) => clock.every(milliseconds, () => void this.#gate.then(work)),
      sleep: (milliseconds, signal) => clock.sleep(milliseconds, signal).finally(() => this.#gate),
    };
  }

  http(kong: FakeKong): OpenHttp {
    return () => {
      const client = async (request: Parameters<ReturnType<OpenHttp>>[0]) => {
        await this.#gate;
        if (request.signal?.aborted) return { status: 0, headers: {}, body: '', milliseconds: 0, error: 'cancelled' };
        return kong.answer(request);
      };
      return Object.assign(client, { close: () => undefined });
    };
  }

  transport(api: FakeApi): Transport {
    return {
      send: async (request: ApiRequest): Promise<unknown> => {
        await this.#gate;
        const answer = await api.send(request);
        if (request.method !== 'GET') this.#note(api, request);
        await this.#gate;
        return answer;
      },
      stream: (path, signal) => this.#gate.then(() => api.stream(path, signal)),
      close: () => undefined,
    };
  }

  #note(api: FakeApi, { method, path }: ApiRequest): void {
    const [target = '', query = ''] = path.split('?');
    if (/\/(leases|selfsubjectaccessreviews)\b/.test(target)) return;
    const [plural = '', name = ''] = target.split('/').slice(-2);
    const what = method === 'POST' ? name : `${plural}/${name}`;
    const live = plural === 'httproutes' && !name.includes('-lane-') ? api.find('HTTPRoute', name) : undefined;
    if (query.includes('dryRun')) this.timeline.push(`dry run ${what}`);
    else this.timeline.push(`${method} ${what}${live === undefined ? '' : `: ${described(live)}`}`);
  }
}

/** e.g. `v1 75 %, v2 25 %, observing`. */
function described(object: KubeObject): string {
  const shares = Object.entries(weightsOf(object)).map(
    ([name, weight]) => `${name.split('-').at(-1)} ${weight / 100} %`,
  );
  const read = decode(object.metadata.annotations?.['mesh-canary.dev/journal'] ?? '');
  return [...shares, ...('journal' in read ? [read.journal.phase] : [])].join(', ');
}
