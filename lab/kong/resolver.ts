/**
 * Where a pod or a service of the lab really listens. Addresses of pods (10.244.*) are only names: the lab's control
 * socket answers `GET /resolve?host=…&port=…` with a local host and port. Pods and the own proxy of a mesh are remembered
 * until they refuse a connection; everything else is asked each time: the answer for a service may differ each time.
 */
import { Agent, request } from 'node:http';

export interface Address {
  readonly host: string;
  readonly port: number;
  /** It stays the same: the proxy of a mesh beside this Kong. */
  readonly fixed?: true;
}

export interface Resolver {
  /** The local address, or undefined when the lab knows no such host; throws never. */
  lookup(host: string, port: number): Address | undefined | Promise<Address | undefined>;
  /** Nobody listened there: ask anew next time. */
  forget(host: string, port: number): void;
  close(): void;
}

const POD_NETWORK = '10.244.';
const PATIENCE_MS = 5000;

/** Dials every host as it is written. */
export const DIRECT: Resolver = { lookup: (host, port) => ({ host, port }), forget() {}, close() {} };

/** @param from address of the pod this Kong runs in: in a mesh, names of Services lead to the pod's own proxy. */
export function socketResolver(socketPath: string, log: (line: string) => void, from?: string): Resolver {
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  const pods = new Map<string, Address>();
  return {
    lookup(host, port) {
      if (host.startsWith('127.') || host === 'localhost') return { host, port };
      const key = `${host}:${port}`;
      const known = pods.get(key);
      if (known !== undefined) return known;
      return ask(agent, socketPath, host, port, from).then(
        (address) => {
          if (address !== undefined && (host.startsWith(POD_NETWORK) || address.fixed)) pods.set(key, address);
          return address;
        },
        (error: Error) => {
          log(`cannot resolve ${key} on ${socketPath}: ${error.message}`);
          return undefined;
        },
      );
    },
    forget(host, port) {
      pods.delete(`${host}:${port}`);
    },
    close() {
      agent.destroy();
    },
  };
}

function ask(
  agent: Agent,
  socketPath: string,
  host: string,
  port: number,
  from: string | undefined,
): Promise<Address | undefined> {
  return new Promise((resolve, reject) => {
    const caller = from === undefined ? '' : `&from=${from}`;
    const path = `/resolve?host=${encodeURIComponent(host)}&port=${port}${caller}`;
    const asking = request({ agent, socketPath, path, headers: { host: 'lab' }, timeout: PATIENCE_MS }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode !== 200) return resolve(undefined);
        try {
          resolve(JSON.parse(Buffer.concat(chunks).toString('utf8')) as Address);
        } catch (error) {
          reject(error as Error);
        }
      });
    });
    asking.on('timeout', () => asking.destroy(new Error(`no answer within ${PATIENCE_MS} ms`)));
    asking.on('error', reject);
    asking.end();
  });
}
