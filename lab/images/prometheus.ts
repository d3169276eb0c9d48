import fs from 'node:fs';
import path from 'node:path';
import { stringify } from 'yaml';
import { findPrometheus } from '../binaries/index.ts';
import { freePorts } from '../control-plane/ports.ts';
import type { ClusterAccess } from '../node/types.ts';
import { type Child, startChild } from './child.ts';
import { serviceAccountToken } from './service-account.ts';
import type { Program, ProgramContext, RunningProgram } from './types.ts';

export interface PrometheusOptions {
  readonly client: ClusterAccess;
  readonly apiUrl: string;
  /** PEM file of the API server's certificate authority. */
  readonly caFile: string;
  /** Run folder of the lab. */
  readonly dir: string;
}

const PORT = 9090;
const READY_MS = 30_000;
/** What is scraped: pods of the DJ app, unless their annotation says no. */
const SCRAPED_IMAGES = '.*(dj-app|hello-world):.*';
const INTERVAL = /^[1-9]\d*(ms|s)$/;

/**
 * The program of `prom/prometheus:*`: the real server with the pod's own ServiceAccount. In the lab it makes its own
 * configuration; of the container it takes `SCRAPE_INTERVAL` (15s) and `SCRAPE_JOBS` (1), how often each pod is scraped. What it has stored outlives the pod,
 * as on a persistent volume. Built by `ensurePrometheus`; until then its containers cannot start.
 */
export function prometheusProgram(options: PrometheusOptions): Program {
  return { start: (context) => start(options, context) };
}

async function start(options: PrometheusOptions, context: ProgramContext): Promise<RunningProgram> {
  const { pod, env, log, exited } = context;
  const binary = findPrometheus();
  if (binary === undefined) throw new Error('Prometheus is not built: start it with lab.startPrometheus()');
  const interval = env['SCRAPE_INTERVAL'] ?? '15s';
  if (!INTERVAL.test(interval)) throw new Error(`SCRAPE_INTERVAL=${interval} is not like 15s or 500ms`);
  const jobs = Number(env['SCRAPE_JOBS'] ?? 1);
  if (!Number.isInteger(jobs) || jobs < 1) throw new Error(`SCRAPE_JOBS=${env['SCRAPE_JOBS']} is no number of jobs`);
  const home = path.join(options.dir, 'pods', pod.uid);
  const data = path.join(options.dir, 'volumes', pod.namespace, pod.labels['app'] ?? 'prometheus');
  for (const folder of [home, data]) fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const tokenFile = path.join(home, 'token');
  fs.writeFileSync(tokenFile, await serviceAccountToken(options.client, pod), { mode: 0o600 });
  const config = path.join(home, 'prometheus.yml');
  fs.writeFileSync(config, stringify(scrapeConfiguration({ ...options, interval, jobs, tokenFile })));
  const [port = 0] = await freePorts(1);
  let running: Child | undefined;
  let ended = false;
  const child = startChild({
    command: binary,
    args: [
      `--config.file=${config}`,
      `--storage.tsdb.path=${data}`,
      '--storage.tsdb.no-lockfile',
      `--web.listen-address=127.0.0.1:${port}`,
      // Hidden flag; how soon targets that discovery has found are scraped. Default 5s.
      '--scrape.discovery-reload-interval=1s',
    ],
    env: {},
    logDir: path.join(options.dir, 'logs'),
    logName: `prometheus-${pod.name}`,
    onLine: log,
    onExit: (code) => {
      ended = true;
      if (running !== undefined) exited(code);
    },
  });
  await ready(port, () => ended).catch(async (error: Error) => {
    await child.stop(0);
    throw error;
  });
  running = child;
  return {
    ports: { [PORT]: port },
    stop: async (graceMs) => {
      running = undefined;
      await child.stop(graceMs);
      fs.rmSync(home, { recursive: true, force: true });
    },
  };
}

async function ready(port: number, ended: () => boolean): Promise<void> {
  const deadline = Date.now() + READY_MS;
  for (;;) {
    if (ended()) throw new Error('Prometheus ended before it was ready');
    const answer = await fetch(`http://127.0.0.1:${port}/-/ready`).catch(() => undefined);
    if (answer?.ok) return;
    if (Date.now() > deadline) throw new Error(`Prometheus was not ready within ${READY_MS / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/**
 * Pods by discovery with the labels users' configurations give them, scraped through the API server: the addresses of
 * the lab's pods are only names. The file of the fields: prometheus.io/docs/prometheus/latest/configuration.
 */
export function scrapeConfiguration(options: {
  readonly apiUrl: string;
  readonly caFile: string;
  readonly tokenFile: string;
  readonly interval: string;
  readonly jobs: number;
}): object {
  const access = {
    authorization: { credentials_file: options.tokenFile },
    tls_config: { ca_file: options.caFile },
  };
  const pod = '__meta_kubernetes_pod';
  const label = (source: string, target: string) => ({ source_labels: [source], target_label: target });
  return {
    global: { scrape_interval: options.interval, scrape_timeout: options.interval },
    scrape_configs: Array.from({ length: options.jobs }, (_, index) => ({
      job_name: index === 0 ? 'pods' : `pods-${index + 1}`,
      scheme: 'https',
      ...access,
      kubernetes_sd_configs: [{ role: 'pod', api_server: options.apiUrl, ...access }],
      relabel_configs: [
        { source_labels: [`${pod}_container_image`], regex: SCRAPED_IMAGES, action: 'keep' },
        { source_labels: [`${pod}_annotation_prometheus_io_scrape`], regex: 'false', action: 'drop' },
        { source_labels: [`${pod}_phase`], regex: 'Pending|Succeeded|Failed|Completed', action: 'drop' },
        label('__address__', 'instance'),
        label('__meta_kubernetes_namespace', 'namespace'),
        label(`${pod}_name`, 'pod'),
        {
          source_labels: ['__meta_kubernetes_namespace', `${pod}_name`, `${pod}_container_port_number`],
          regex: '(.+);(.+);(.+)',
          replacement: '/api/v1/namespaces/$1/pods/$2:$3/proxy/metrics',
          target_label: '__metrics_path__',
        },
        { target_label: '__address__', replacement: new URL(options.apiUrl).host },
      ],
    })),
  };
}
