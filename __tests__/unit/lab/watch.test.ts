import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import type { LabClient } from '../../../lab/client.ts';
import { Watch, type WatchEvent, type WatchOptions } from '../../../lab/watch.ts';
import type { KubeObject } from '../../../src/kube/objects.ts';

function pod(name: string, version: string, uid = name): KubeObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'prod', uid, resourceVersion: version } };
}

/** A server whose lists and streams the test writes; each `open` waits for the test to look at it. */
class Server {
  items: KubeObject[] = [];
  version = '1';
  refuse: number | undefined;
  readonly asked: string[] = [];
  private stream = new PassThrough();
  private opened: (() => void) | undefined;

  async list(path: string) {
    this.asked.push(`list ${path}`);
    return { items: this.items, resourceVersion: this.version };
  }

  async open(_method: string, path: string, _body: unknown, _type: unknown, signal: AbortSignal) {
    this.asked.push(`watch ${new URLSearchParams(path.split('?')[1]).get('resourceVersion')}`);
    // As a response of LabClient.open: an error after the start never goes unheard.
    const stream = new PassThrough().on('error', () => {});
    signal.addEventListener('abort', () => stream.destroy(new Error('aborted')));
    this.stream = stream;
    this.opened?.();
    return Object.assign(stream, { statusCode: this.refuse ?? 200 }) as unknown as IncomingMessage;
  }

  nextStream(): Promise<void> {
    return new Promise((resolve) => {
      this.opened = resolve;
    });
  }

  write(bytes: Buffer): void {
    this.stream.write(bytes);
  }

  send(type: string, object: unknown): void {
    this.stream.write(`${JSON.stringify({ type, object })}\n`);
  }

  end(): void {
    this.stream.end();
  }
}

/** A watch whose events can be awaited one by one. */
function follow(server: Server, options: WatchOptions<KubeObject> = {}) {
  const events: string[] = [];
  const waiting: (() => void)[] = [];
  const watch = new Watch(server as unknown as LabClient, '/api/v1/pods', {
    ...options,
    onEvent: (event: WatchEvent<KubeObject>) => {
      events.push(`${event.type} ${event.object.metadata.name}@${event.object.metadata.resourceVersion}`);
      for (const wake of waiting.splice(0)) wake();
    },
  });
  const until = async (count: number) => {
    while (events.length < count) await new Promise<void>((wake) => waiting.push(wake));
    return events;
  };
  return { watch, events, until };
}

describe('a watch', () => {
  it('reports the list, then changes from where the list ended', async () => {
    const server = new Server();
    server.items = [pod('a', '1')];
    server.version = '7';
    const open = server.nextStream();
    const { watch, events, until } = follow(server);
    await watch.synced;
    expect(events).toEqual(['ADDED a@1']);
    await open;
    server.send('ADDED', pod('b', '8'));
    server.send('MODIFIED', pod('a', '9'));
    server.send('DELETED', pod('b', '10'));
    expect(await until(4)).toEqual(['ADDED a@1', 'ADDED b@8', 'MODIFIED a@9', 'DELETED b@10']);
    expect(server.asked).toEqual(['list /api/v1/pods', 'watch 7']);
    expect(watch.objects().map((object) => object.metadata.name)).toEqual(['a']);
    expect(watch.object('a', 'prod')?.metadata.resourceVersion).toBe('9');
    await watch.stop();
  });

  it('reads events that arrive in pieces', async () => {
    const server = new Server();
    const open = server.nextStream();
    const { watch, until } = follow(server);
    await open;
    const text = ['ä', 'ö'].map((name) => `${JSON.stringify({ type: 'ADDED', object: pod(name, '5') })}\n`).join('');
    for (const byte of Buffer.from(text)) server.write(Buffer.of(byte));
    expect(await until(2)).toEqual(['ADDED ä@5', 'ADDED ö@5']);
    await watch.stop();
  });

  it('resumes after the last event or bookmark when the stream ends', async () => {
    const server = new Server();
    const open = server.nextStream();
    const { watch, until } = follow(server);
    await open;
    server.send('ADDED', pod('a', '5'));
    server.send('BOOKMARK', { metadata: { resourceVersion: '20' } });
    await until(1);
    const again = server.nextStream();
    server.end();
    await again;
    expect(server.asked).toEqual(['list /api/v1/pods', 'watch 1', 'watch 20']);
    await watch.stop();
  });

  it('lists again when its place is too old, and reports only what differs', async () => {
    const server = new Server();
    server.items = [pod('kept', '1'), pod('changed', '2'), pod('gone', '3'), pod('replaced', '4', 'first')];
    const open = server.nextStream();
    const { watch, events, until } = follow(server);
    await open;
    events.length = 0;
    server.items = [pod('kept', '1'), pod('changed', '6'), pod('replaced', '7', 'second')];
    server.version = '9';
    const again = server.nextStream();
    server.send('ERROR', { kind: 'Status', code: 410, message: 'too old resource version' });
    await again;
    expect(await until(4)).toEqual(['MODIFIED changed@6', 'DELETED replaced@4', 'ADDED replaced@7', 'DELETED gone@3']);
    expect(server.asked.at(-1)).toBe('watch 9');
    await watch.stop();
  });

  it('fails when it is refused', async () => {
    const server = new Server();
    server.refuse = 403;
    const failure = await new Promise<Error>((onFailure) => follow(server, { onFailure }));
    expect(failure.message).toContain('403');
  });

  it('gives an error of its own code to its owner instead of trying again', async () => {
    const server = new Server();
    server.items = [pod('a', '1')];
    const failure = await new Promise<Error>((onFailure) => {
      new Watch(server as unknown as LabClient, '/api/v1/pods', {
        onEvent: () => {
          throw new Error('mine');
        },
        onFailure,
      });
    });
    expect(failure.message).toBe('mine');
    expect(server.asked).toEqual(['list /api/v1/pods']);
  });
});
