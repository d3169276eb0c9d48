import { type ProbeTarget, runProbe } from './probes.ts';
import type { EventDetails } from './types.ts';

export interface HealthReport {
  /** The container has started: at once, or when its startup probe succeeded. */
  started(): void;
  /** The readiness probe changed its mind; a container without one is ready when it has started. */
  ready(ready: boolean): void;
  /** The liveness or startup probe gave the container up. */
  kill(): void;
  event(details: EventDetails): void;
}

/** Runs the probes of one run of a container, in the kubelet's order: startup first, the others after it succeeded. */
export function watchHealth(target: ProbeTarget, report: HealthReport, signal: AbortSignal): void {
  const { startupProbe, readinessProbe, livenessProbe, name: container } = target.container;
  const failed = (kind: string) => (message: string) =>
    report.event({ type: 'Warning', reason: 'Unhealthy', message: `${kind} probe failed: ${message}`, container });
  const killUnless = (healthy: boolean, kind: string): void => {
    if (healthy) return;
    const message = `Container ${container} failed ${kind} probe, will be restarted`;
    report.event({ type: 'Normal', reason: 'Killing', message, container });
    report.kill();
  };
  const startOthers = (): void => {
    report.started();
    if (readinessProbe === undefined) report.ready(true);
    else {
      const settled = (healthy: boolean): void => report.ready(healthy);
      runProbe('readiness', readinessProbe, target, { settled, failed: failed('Readiness') }, signal);
    }
    if (livenessProbe !== undefined) {
      const settled = (healthy: boolean): void => killUnless(healthy, 'liveness');
      runProbe('liveness', livenessProbe, target, { settled, failed: failed('Liveness') }, signal);
    }
  };
  if (startupProbe === undefined) {
    startOthers();
    return;
  }
  const startup = new AbortController();
  signal.addEventListener('abort', () => startup.abort(), { once: true });
  const settled = (healthy: boolean): void => {
    startup.abort();
    if (healthy) startOthers();
    killUnless(healthy, 'startup');
  };
  runProbe('startup', startupProbe, target, { settled, failed: failed('Startup') }, startup.signal);
}
