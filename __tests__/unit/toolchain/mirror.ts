/** A local mirror of the publishers, small programs with real headers, and archives of them. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import zlib from 'node:zlib';
import type { Clock } from '../../../src/ports.ts';

export const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/** An ELF header for a processor (0x3e amd64, 0xb7 arm64), and something to tell programs apart. */
export function elf(machine = 0x3e, text = 'program'): Buffer {
  const head = Buffer.alloc(64);
  head.writeUInt32BE(0x7f454c46, 0);
  head[4] = 2;
  head[5] = 1;
  head.writeUInt16LE(machine, 18);
  return Buffer.concat([head, Buffer.from(text.repeat(200))]);
}

/** A .tar.gz as helm's: a folder, a text, the program. */
export function tarGz(files: Readonly<Record<string, Buffer>>): Buffer {
  const blocks: Buffer[] = [];
  for (const [name, content] of Object.entries(files)) {
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write('0000755\0', 100);
    header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write(name.endsWith('/') ? '5' : '0', 156);
    header.write('ustar\x0000', 257);
    header.write(checksumOf(header), 148);
    blocks.push(header, content, Buffer.alloc((512 - (content.length % 512)) % 512));
  }
  return zlib.gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

/** The sum of a header's bytes, with blanks where the sum will be. */
function checksumOf(header: Buffer): string {
  header.fill(' ', 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  return `${sum.toString(8).padStart(6, '0')}\0 `;
}

export type Reply = (request: http.IncomingMessage, response: http.ServerResponse) => void;

/** Answers with what `files` holds, `replies` first (one each time it is asked, the last one for ever). */
export class Mirror {
  readonly files = new Map<string, Buffer | string>();
  readonly replies = new Map<string, Reply[]>();
  readonly asked: string[] = [];
  readonly headers: http.IncomingHttpHeaders[] = [];
  /** Targets of CONNECT: requests that came to it as a proxy. All are sent to itself. */
  readonly tunnelled: string[] = [];
  readonly #server = http.createServer((request, response) => this.#answer(request, response));

  async start(): Promise<this> {
    this.#server.on('connect', (request, socket) => {
      this.tunnelled.push(request.url ?? '');
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      this.#server.emit('connection', socket);
    });
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(request: http.IncomingMessage, response: http.ServerResponse): void {
    const at = request.url ?? '';
    this.asked.push(at);
    this.headers.push(request.headers);
    const replies = this.replies.get(at);
    const reply = replies !== undefined && replies.length > 1 ? replies.shift() : replies?.[0];
    const file = this.files.get(at);
    if (reply !== undefined) reply(request, response);
    else if (file !== undefined) response.end(file);
    else response.writeHead(404).end();
  }
}

/** Time that passes at once, and how long each pause was. */
export function hurriedClock(): Clock & { slept: number[] } {
  const slept: number[] = [];
  return {
    slept,
    now: () => 0,
    monotonic: () => 0,
    sleep: async (milliseconds) => {
      slept.push(milliseconds);
    },
    timeout: () => new AbortController().signal,
    every: () => () => undefined,
  };
}

/** A script on PATH that says it is this version, as kubectl and helm do. */
export function script(folder: string, name: 'kubectl' | 'helm', version: string): string {
  fs.mkdirSync(folder, { recursive: true });
  const words = name === 'kubectl' ? JSON.stringify({ clientVersion: { gitVersion: version } }) : `${version}+gabc`;
  const file = path.join(folder, name);
  fs.writeFileSync(file, `#!/bin/sh\necho '${words}'\n`, { mode: 0o755 });
  return file;
}

/** Every file below a folder that could be run. */
export function runnable(folder: string): string[] {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => (fs.statSync(file).mode & 0o111) !== 0);
}
