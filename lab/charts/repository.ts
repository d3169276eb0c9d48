import { createHash } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { parse, stringify } from 'yaml';
import { labSources } from '../paths.ts';
import { type TarEntry, tar } from './tar.ts';

export interface ChartRepository {
  /** What `helm install --repo` takes. */
  readonly url: string;
  stop(): Promise<void>;
}

interface Chart {
  readonly name: string;
  readonly version: string;
  readonly [field: string]: unknown;
}

/**
 * Packages the chart `ingress` with the given CRD files in its `crds/` folder into `workDir`, and serves it as a Helm
 * chart repository (https://helm.sh/docs/topics/chart_repository/) on 127.0.0.1.
 */
export async function startChartRepository(workDir: string, crdFiles: readonly string[]): Promise<ChartRepository> {
  fs.mkdirSync(workDir, { recursive: true });
  const chartDir = path.join(labSources, 'charts', 'ingress');
  const archive = packageChart(chartDir, crdFiles);
  const chart = parse(fs.readFileSync(path.join(chartDir, 'Chart.yaml'), 'utf8')) as Chart;
  const file = `${chart.name}-${chart.version}.tgz`;
  fs.writeFileSync(path.join(workDir, file), archive);
  fs.writeFileSync(path.join(workDir, 'index.yaml'), repositoryIndex(chart, file, archive));
  const served = new Map([
    ['/index.yaml', 'application/x-yaml'],
    [`/${file}`, 'application/gzip'],
  ]);
  const server = http.createServer((request, response) => {
    const name = (request.url ?? '/').split('?')[0] ?? '/';
    const type = served.get(name);
    if (type === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end(`${name} is not in this chart repository\n`);
      return;
    }
    const content = fs.readFileSync(path.join(workDir, name));
    response.writeHead(200, { 'content-type': type, 'content-length': content.length });
    response.end(request.method === 'HEAD' ? undefined : content);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The gzipped archive `helm package` would make of a chart folder, with further files in `crds/`. */
export function packageChart(chartDir: string, crdFiles: readonly string[]): Buffer {
  const name = path.basename(chartDir);
  const own = fs
    .readdirSync(chartDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
  const entries: TarEntry[] = own.map((file) => ({
    path: [name, ...path.relative(chartDir, file).split(path.sep)].join('/'),
    content: fs.readFileSync(file),
  }));
  for (const file of crdFiles) {
    entries.push({ path: `${name}/crds/${path.basename(file)}`, content: fs.readFileSync(file) });
  }
  return gzipSync(tar(entries));
}

function repositoryIndex(chart: Chart, file: string, archive: Buffer): string {
  const digest = createHash('sha256').update(archive).digest('hex');
  const created = '2026-01-01T00:00:00Z';
  return stringify({
    apiVersion: 'v1',
    generated: created,
    entries: { [chart.name]: [{ ...chart, created, digest, urls: [file] }] },
  });
}
