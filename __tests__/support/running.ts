import type { Clock } from '../../src/ports.ts';
import { createLog } from '../../src/report/log.ts';
import { Notes } from '../../src/report/notes.ts';
import { RouteWriter } from '../../src/rollout/route/writer.ts';
import type { Running } from '../../src/rollout/running.ts';
import { gatewayApi } from '../../src/routes/providers/gateway-api/index.ts';
import type { FakeApi } from './fake-api.ts';
import { ports, settings } from './fixtures.ts';

/** A release under way as far as one step needs it; what it says is kept in its notes. */
export function aRunning(api: FakeApi, clock: Clock, more: Partial<Running> = {}): Running {
  const silent = () => undefined;
  const log = createLog({ write: silent, annotate: silent, startGroup: silent, endGroup: silent, mask: silent });
  const cluster = api.cluster(clock);
  const running = {
    settings: settings(),
    log,
    notes: new Notes(log, () => clock.now()),
    ports: ports(clock),
    run: { id: 'run-1' },
    signal: new AbortController().signal,
    cluster,
    provider: gatewayApi,
    writer: new RouteWriter(cluster, more.provider ?? gatewayApi, clock),
    adopted: new Set<string>(),
    path: { url: 'http://gateway', headers: {} },
    lanes: { begun: false, reopened: 0 },
    services: [],
    doing: 'before the release',
    returned: [],
    moved: false,
    retained: [],
  };
  return { ...running, ...more } as unknown as Running;
}
