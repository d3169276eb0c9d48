/**
 * A mirror of the publishers of kubectl and helm on 127.0.0.1, with their paths (`dl.k8s.io`, `get.helm.sh`) and the
 * lab's own builds, that can be told to fail in the ways mirrors fail.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Binaries } from '../binaries/index.ts';
import { HELM_VERSION, KUBERNETES_VERSION } from '../binaries/versions.ts';

/** What happens to one request instead of its file. */
export type Fault =
  | { readonly kind: 'status'; readonly status: number }
  /** Half of the file with the length of the whole, then the connection ends. */
  | { readonly kind: 'cut' }
  /** 302 to the same path of another base URL. */
  | { readonly kind: 'redirect'; readonly to: string };

/** The platform as both publishers write it, e.g. `linux-amd64`. */
export const goPlatform = `${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`;

export const kubectlPath = (version: string) => `/release/v${version}/bin/${goPlatform.replace('-', '/')}/kubectl`;
export const helmPath = (version: string) => `/helm-v${version}-${goPlatform}.tar.gz`;
export const KUBECTL_PATH = kubectlPath(KUBERNETES_VERSION);
export const HELM_PATH = helmPath(HELM_VERSION);

export class ToolsMirror {
  /** Paths in the order they were asked for. */
  readonly asked: string[] = [];
  readonly #files = new Map<string, string>();
  readonly #faults = new Map<string, Fault[]>();
  readonly #server = http.createServer((request, response) => {
    // A client that goes away in the middle is what some tests are about.
    this.#answer(request, response).catch(() => response.destroy());
  });

  private constructor() {}

  /** A mirror of nothing yet. */
  static async start(): Promise<ToolsMirror> {
    const mirror = new ToolsMirror();
    await new Promise<void>((resolve, reject) => {
      mirror.#server.once('error', reject);
      mirror.#server.listen(0, '127.0.0.1', resolve);
    });
    return mirror;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Serves a file of the disk at a path; it is read at each request. */
  serve(at: string, file: string): this {
    this.#files.set(at, file);
    return this;
  }

  /** The next requests for a path fare like this, one after the other; the last one for ever when `always`. */
  fail(at: string, faults: readonly Fault[], always = false): this {
    this.#faults.set(at, always ? [...faults, ...Array<Fault>(1000).fill(faults.at(-1) as Fault)] : [...faults]);
    return this;
  }

  /** Forgets faults and what was asked; files stay. */
  reset(): void {
    this.#faults.clear();
    this.asked.length = 0;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const at = request.url ?? '/';
    this.asked.push(at);
    const fault = this.#faults.get(at)?.shift();
    const file = this.#files.get(at);
    if (fault?.kind === 'status') return void response.writeHead(fault.status).end();
    if (fault?.kind === 'redirect') return void response.writeHead(302, { location: fault.to + at }).end();
    if (file === undefined) return void response.writeHead(404).end();
    const { size } = fs.statSync(file);
    response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': size });
    if (fault?.kind !== 'cut') return pipeline(fs.createReadStream(file), response);
    await pipeline(fs.createReadStream(file, { end: Math.floor(size / 2) }), response, { end: false });
    response.destroy();
  }
}

/** The lab's kubectl and helm as the publishers offer them; helm's archive is made in `folder`. */
export async function serveBuilds(mirror: ToolsMirror, binaries: Binaries, folder: string): Promise<void> {
  const archive = path.join(folder, 'helm.tar.gz');
  await packHelm(binaries.helm, archive);
  const newest = path.join(folder, 'newest.txt');
  fs.writeFileSync(newest, `v${KUBERNETES_VERSION}`);
  const [major = '', minor = ''] = KUBERNETES_VERSION.split('.');
  mirror
    .serve(KUBECTL_PATH, binaries.kubectl)
    .serve(HELM_PATH, archive)
    .serve('/release/stable.txt', newest)
    .serve(`/release/stable-${major}.${minor}.txt`, newest);
}

/** `<platform>/helm` in a .tar.gz, as helm's own archives are; hardly compressed, which takes a second instead of ten. */
async function packHelm(program: string, archive: string): Promise<void> {
  const { size } = fs.statSync(program);
  const header = Buffer.alloc(512);
  header.write(`${goPlatform}/helm`, 0);
  header.write('0000755\0', 100);
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  header.write('0', 156);
  header.write('ustar\x0000', 257);
  header.fill(' ', 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  async function* blocks() {
    yield header;
    yield* fs.createReadStream(program);
    yield Buffer.alloc(((512 - (size % 512)) % 512) + 1024);
  }
  await pipeline(blocks, createGzip({ level: 1 }), fs.createWriteStream(archive));
}

export async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of fs.createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
