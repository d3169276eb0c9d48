import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { FaultSource, faultPlan } from '../../../../lab/images/dj-faults.ts';
import { metricsStyle, metricsStyles, RequestMetrics } from '../../../../lab/images/dj-metrics.ts';
import { countersOf, difference } from '../../../../src/evidence/users/counters.ts';
import { parseExposition } from '../../../../src/evidence/users/exposition.ts';
import { firstPresent, metricsOf } from '../../../../src/evidence/users/presets.ts';

const app = 'mesh-canary.dev/lab/dj-app:v1';
const kinds = (env: Record<string, string>, count: number, method = 'GET') => {
  const source = new FaultSource(faultPlan(env, app));
  return Array.from({ length: count }, () => source.next(method).fault.kind);
};
const share = (found: string[], kind: string) => found.filter((each) => each === kind).length / found.length;

describe('faults of the DJ app', () => {
  it('are none by default', () => {
    expect(new Set(kinds({}, 100))).toEqual(new Set(['none']));
  });

  it('come at the rate that was asked for, and the same way for the same seed', () => {
    const env = { FAULT_ERROR_RATE: '0.3', FAULT_CLOSE_RATE: '0.1', FAULT_SEED: '7' };
    const found = kinds(env, 5000);
    expect(share(found, 'error')).toBeCloseTo(0.3, 1);
    expect(share(found, 'close')).toBeCloseTo(0.1, 1);
    expect(kinds(env, 200)).toEqual(found.slice(0, 200));
    expect(kinds({ ...env, FAULT_SEED: '8' }, 200)).not.toEqual(found.slice(0, 200));
  });

  it('hit only the methods that were named, and only after the requests that were granted', () => {
    const env = { FAULT_ERROR_RATE: '1', FAULT_METHODS: 'post, put', FAULT_AFTER_REQUESTS: '2' };
    expect(kinds(env, 3)).toEqual(['none', 'none', 'none']);
    expect(kinds(env, 4, 'POST')).toEqual(['none', 'none', 'error', 'error']);
  });

  it('come only while the file exists that switches them', () => {
    const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'mc-switch-')), 'outage');
    const source = new FaultSource(faultPlan({ FAULT_ERROR_RATE: '1', FAULT_WHEN_FILE: file }, app));
    expect(source.next('GET').fault.kind).toBe('none');
    fs.writeFileSync(file, '');
    expect(source.next('GET').fault.kind).toBe('error');
    fs.rmSync(path.dirname(file), { recursive: true });
    expect(source.next('GET').fault.kind).toBe('none');
  });

  it('answer with the status that was asked for', () => {
    const source = new FaultSource(
      faultPlan({ FAULT_ERROR_RATE: '1', FAULT_STATUS: '503', FAULT_LATENCY_MS: '5' }, app),
    );
    expect(source.next('GET')).toEqual({ fault: { kind: 'error', status: 503 }, latencyMs: 5 });
  });

  it('belong to some tags, and the environment has the last word', () => {
    expect(faultPlan({}, 'mesh-canary.dev/lab/dj-app:v3-broken').errorRate).toBe(0.3);
    expect(faultPlan({ FAULT_ERROR_RATE: '0' }, 'mesh-canary.dev/lab/dj-app:v3-broken').errorRate).toBe(0);
    expect(faultPlan({}, 'mesh-canary.dev/lab/dj-app:v3').errorRate).toBe(0);
    expect(faultPlan({}, 'mesh-canary.dev/lab/dj-app:crash').crashOnStart).toBe(true);
  });

  it.each([{ FAULT_ERROR_RATE: '30%' }, { FAULT_ERROR_RATE: '30' }, { FAULT_LATENCY_MS: '-1' }])(
    'are refused when not understood: %j',
    (env) => {
      expect(() => faultPlan(env as unknown as Record<string, string>, app)).toThrow(/FAULT_\w+=/);
    },
  );
});

describe('metrics of the DJ app', () => {
  it('are a counter and a cumulative histogram in the text format of Prometheus', () => {
    const metrics = new RequestMetrics('v"1');
    metrics.observe('GET', 200, 0.004);
    metrics.observe('GET', 500, 0.2);
    metrics.observe('GET', 200, 9);
    const lines = metrics.text().split('\n');
    expect(lines).toContain('http_requests_total{method="GET",status="200",code="200",version="v\\"1"} 2');
    expect(lines).toContain('http_requests_total{method="GET",status="500",code="500",version="v\\"1"} 1');
    const bucket = (le: string) => `http_request_duration_seconds_bucket{method="GET",version="v\\"1",le="${le}"}`;
    expect(lines).toContain(`${bucket('0.005')} 1`);
    expect(lines).toContain(`${bucket('0.25')} 2`);
    expect(lines).toContain(`${bucket('2.5')} 2`);
    expect(lines).toContain(`${bucket('+Inf')} 3`);
    expect(metrics.text().endsWith('\n')).toBe(true);
  });

  it.each(metricsStyles)(
    'as %s has them are what the preset of that name looks for, and calls of the pod itself are not',
    (style) => {
      const metrics = new RequestMetrics('v1', style);
      const read = () => {
        const page = parseExposition(metrics.text());
        if ('problem' in page) throw new Error(page.problem);
        const metric = firstPresent(metricsOf(style), page.series);
        const counted = metric && countersOf(page.series, metric);
        if (!counted || 'problem' in counted) throw new Error(`nothing found for ${style}`);
        return counted.counters;
      };
      metrics.observe('GET', 200, 0.02);
      const before = read();
      for (let count = 0; count < 10; count++) metrics.observe('GET', count === 0 ? 500 : 200, 0.02);
      const { requests, errors, times } = difference(before, read());
      expect({ requests, errors }).toEqual({ requests: 10, errors: 1 });
      expect(times.get(0.025)).toBe(style === 'istio' ? 9 : 10);
      expect(times.get(0.01)).toBe(0);
    },
  );

  it('are refused in a style nobody knows', () => {
    expect(() => metricsStyle('linkerd')).toThrow(/METRICS_STYLE=linkerd is none of plain, istio/);
  });
});
