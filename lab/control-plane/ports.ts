/** Free ports on 127.0.0.1. */
import net from 'node:net';

/**
 * Distinct free ports, as the system gives them. Another process may take one before it is used, so whoever uses them
 * must be ready to try again with others: see {@link portWasTaken}.
 */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => listening()));
  const ports = servers.map((server) => (server.address() as net.AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** Whether a program's output says that its port was in use: the words of Go's net package. */
export function portWasTaken(output: string): boolean {
  return /address already in use/i.test(output);
}

function listening(): Promise<net.Server> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}
