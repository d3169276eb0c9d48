import { setTimeout as pause } from 'node:timers/promises';
import type { ImageEntry, Program, ProgramContext, RunningProgram } from '../images/types.ts';
import { ContainerConfigError } from './environment.ts';
import { timestamp } from './events.ts';
import { watchHealth } from './health.ts';
import { pullImage } from './images.ts';
import { LogBuffer } from './log-buffer.ts';
import type { ContainerState, ContainerStatus, Terminated } from './status.ts';
import type { ContainerSpec, EventDetails, LocalAddress } from './types.ts';

/**
 * Pauses before the next try, in milliseconds: a tenth of the kubelet's (10 s doubling to 300 s), so that a test of
 * CrashLoopBackOff or ImagePullBackOff takes seconds. The first restart is immediate, as the kubelet's is.
 */
export const BACK_OFF_MS = { first: 1000, longest: 30_000 };
/** A run this long, in milliseconds, clears the count: a tenth of the kubelet's ten minutes. */
const STABLE_RUN_MS = 60_000;
/** How often a container that lacks a Secret or ConfigMap looks for it again, in milliseconds. */
const CONFIG_RETRY_MS = 500;
/** Exit code of a program that was stopped by SIGTERM and did not say its own: 128 + 15. */
const STOPPED_BY_SIGNAL = 143;

/** What a container needs of its pod and node. */
export interface ContainerSurroundings {
  readonly images: readonly ImageEntry[];
  readonly podName: string;
  readonly podAddress: string;
  readonly restartPolicy: string;
  /** terminationGracePeriodSeconds in milliseconds, for a program that failed its liveness probe. */
  readonly graceMs: number;
  environment(container: ContainerSpec): Promise<Record<string, string>>;
  context(container: ContainerSpec): Pick<ProgramContext, 'pod' | 'resolve'>;
  event(details: EventDetails): void;
  /** State, readiness or ports changed. */
  changed(): void;
}

/** One container of a pod, from image pull to its last exit. */
export class ContainerRunner {
  readonly spec: ContainerSpec;
  readonly #around: ContainerSurroundings;
  readonly #stop = new AbortController();
  readonly #stopRequested: Promise<undefined>;
  #state: ContainerState = { waiting: { reason: 'ContainerCreating' } };
  #lastState: ContainerState | Record<string, never> = {};
  #restarts = 0;
  #ready = false;
  #started = false;
  #imageID = '';
  #id: string | undefined;
  #running: RunningProgram | undefined;
  #done: Promise<void> = Promise.resolve();
  #log = new LogBuffer();
  #previousLog: LogBuffer | undefined;
  #graceMs: number;

  constructor(spec: ContainerSpec, around: ContainerSurroundings) {
    this.spec = spec;
    this.#around = around;
    this.#graceMs = around.graceMs;
    this.#stopRequested = new Promise((resolve) => {
      this.#stop.signal.addEventListener('abort', () => resolve(undefined), { once: true });
    });
  }

  get ports(): Readonly<Record<number, number>> {
    return this.#running?.ports ?? {};
  }

  get started(): boolean {
    return this.#started;
  }

  /** The log of the current or the previous run, or in the kubelet's words why there is none. */
  log(previous: boolean): LogBuffer | string {
    const where = `container "${this.spec.name}" in pod "${this.#around.podName.split('_')[0]}"`;
    // While it waits for its next run, the last run is both the current and the previous one (as the kubelet has it).
    if (!('waiting' in this.#state)) {
      return previous ? (this.#previousLog ?? `previous terminated ${where} not found`) : this.#log;
    }
    if ('terminated' in this.#lastState) return this.#log;
    const { reason } = this.#state.waiting;
    const pulling = reason === 'ErrImagePull' || reason === 'ImagePullBackOff';
    return `${where} is waiting to start: ${pulling ? 'trying and failing to pull image' : reason}`;
  }

  start(): void {
    this.#done = this.#live();
  }

  /** Pulls the image only; for init containers, which have nothing to do in the lab. Resolves when it is there. */
  async complete(): Promise<void> {
    if ((await this.#pull()) === undefined) return;
    const now = timestamp(new Date());
    this.#set({ terminated: { exitCode: 0, reason: 'Completed', startedAt: now, finishedAt: now } }, true);
  }

  /** Stops the program within the grace period, in milliseconds, and ends the container for good. */
  async stop(graceMs: number): Promise<void> {
    this.#graceMs = graceMs;
    this.#stop.abort();
    await this.#done;
  }

  status(): ContainerStatus {
    return {
      name: this.spec.name,
      state: this.#state,
      lastState: this.#lastState,
      ready: this.#ready,
      restartCount: this.#restarts,
      image: this.spec.image,
      imageID: this.#imageID,
      ...(this.#id === undefined ? {} : { containerID: this.#id }),
      started: this.#started,
    };
  }

  async #live(): Promise<void> {
    const program = await this.#pull();
    let backOff = 0;
    while (program !== undefined && !this.#stop.signal.aborted) {
      const env = await this.#environment();
      if (env === undefined) return;
      const began = Date.now();
      const end = await this.#run(program, env);
      this.#finish(end);
      const again =
        this.#around.restartPolicy === 'Always' || (this.#around.restartPolicy === 'OnFailure' && end.exitCode !== 0);
      if (!again || this.#stop.signal.aborted) return;
      this.#lastState = this.#state;
      backOff = Date.now() - began > STABLE_RUN_MS ? 0 : backOff;
      if (backOff > 0) await this.#backOff(backOff);
      backOff = Math.min(backOff === 0 ? BACK_OFF_MS.first : backOff * 2, BACK_OFF_MS.longest);
      this.#restarts += 1;
    }
  }

  async #pull(): Promise<Program | undefined> {
    const { image, name: container } = this.spec;
    const event = (type: 'Normal' | 'Warning', reason: string, message: string): void =>
      this.#around.event({ type, reason, message, container });
    for (let wait = BACK_OFF_MS.first; !this.#stop.signal.aborted; wait = Math.min(wait * 2, BACK_OFF_MS.longest)) {
      event('Normal', 'Pulling', `Pulling image "${image}"`);
      const pulled = pullImage(image, this.#around.images);
      if ('program' in pulled) {
        this.#imageID = pulled.imageID;
        event(
          'Normal',
          'Pulled',
          `Successfully pulled image "${image}" in 1ms (1ms including waiting). Image size: 0 bytes.`,
        );
        return pulled.program;
      }
      this.#set({ waiting: { reason: pulled.reason, message: pulled.message } });
      if (pulled.reason === 'InvalidImageName') {
        event('Warning', 'InspectFailed', `Failed to apply default image tag "${image}": ${pulled.message}`);
        event('Warning', 'Failed', 'Error: InvalidImageName');
        await this.#pause(wait);
        continue;
      }
      event('Warning', 'Failed', `Failed to pull image "${image}": ${pulled.message}`);
      event('Warning', 'Failed', `Error: ${pulled.reason}`);
      // The kubelet shows ErrImagePull until its next look at the pod, and the back-off from then on.
      await this.#pause(wait / 5);
      const message = `Back-off pulling image "${image}"`;
      this.#set({ waiting: { reason: 'ImagePullBackOff', message: `${message}: ErrImagePull: ${pulled.message}` } });
      event('Normal', 'BackOff', message);
      event('Warning', 'Failed', 'Error: ImagePullBackOff');
      await this.#pause(wait);
    }
    return undefined;
  }

  async #environment(): Promise<Record<string, string> | undefined> {
    while (!this.#stop.signal.aborted) {
      try {
        return await this.#around.environment(this.spec);
      } catch (error) {
        if (error instanceof ContainerConfigError) {
          this.#set({ waiting: { reason: 'CreateContainerConfigError', message: error.message } });
          this.#around.event({
            type: 'Warning',
            reason: 'Failed',
            message: `Error: ${error.message}`,
            container: this.spec.name,
          });
        }
        await this.#pause(CONFIG_RETRY_MS);
      }
    }
    return undefined;
  }

  /** One run of the program, from start to exit. */
  async #run(program: Program, env: Readonly<Record<string, string>>): Promise<Terminated> {
    const { name, image, ports = [] } = this.spec;
    const startedAt = timestamp(new Date());
    this.#id = `containerd://${crypto.randomUUID().replaceAll('-', '')}`;
    if (this.#restarts > 0) this.#previousLog = this.#log;
    const log = this.#restarts > 0 ? new LogBuffer() : this.#log;
    this.#log = log;
    const end = (exitCode: number, reason = exitCode === 0 ? 'Completed' : 'Error', message?: string): Terminated => {
      const id = this.#id === undefined ? {} : { containerID: this.#id };
      return {
        exitCode,
        reason,
        ...(message === undefined ? {} : { message }),
        startedAt,
        finishedAt: timestamp(new Date()),
        ...id,
      };
    };
    let exit = (_code: number): void => {};
    const exited = new Promise<number>((resolve) => {
      exit = resolve;
    });
    let running: RunningProgram;
    try {
      const containerPorts = ports.map(({ containerPort }) => containerPort);
      running = await program.start({
        ...this.#around.context(this.spec),
        env,
        image,
        containerPorts,
        log: (line: string) => log.write(line),
        exited: exit,
      });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      log.write(message);
      log.close();
      return end(128, 'StartError', message);
    }
    this.#running = running;
    const over = new AbortController();
    this.#around.event({ type: 'Normal', reason: 'Created', message: `Created container: ${name}`, container: name });
    this.#around.event({ type: 'Normal', reason: 'Started', message: `Started container ${name}`, container: name });
    this.#begin(startedAt, over.signal, exit);
    const code = await Promise.race([exited, this.#stopRequested]);
    over.abort();
    if (code === undefined || code === STOPPED_BY_SIGNAL) {
      if (code === undefined) await this.#preStop();
      this.#ready = false;
      await running.stop(this.#graceMs);
    }
    this.#running = undefined;
    log.close();
    return end(code ?? 0);
  }

  /** Marks the container as running and starts its probes. */
  #begin(startedAt: string, signal: AbortSignal, exit: (code: number) => void): void {
    this.#state = { running: { startedAt } };
    const { podAddress, changed, event } = this.#around;
    const target = { container: this.spec, podAddress, local: (port: number) => this.#local(port) };
    const report = {
      started: () => {
        this.#started = true;
        changed();
      },
      ready: (ready: boolean) => {
        this.#ready = ready;
        changed();
      },
      kill: () => exit(STOPPED_BY_SIGNAL),
      event,
    };
    watchHealth(target, report, signal);
    changed();
  }

  #local(port: number): LocalAddress | undefined {
    const local = this.ports[port];
    return local === undefined ? undefined : { host: '127.0.0.1', port: local };
  }

  #finish(end: Terminated): void {
    this.#started = false;
    this.#set({ terminated: end });
  }

  async #backOff(ms: number): Promise<void> {
    const { name } = this.spec;
    const pod = this.#around.podName;
    const shown = ms < 1000 ? `${ms}ms` : `${ms / 1000}s`;
    const message = `back-off ${shown} restarting failed container=${name} pod=${pod}`;
    this.#set({ waiting: { reason: 'CrashLoopBackOff', message } });
    const told = `Back-off restarting failed container ${name} in pod ${pod}`;
    this.#around.event({ type: 'Warning', reason: 'BackOff', message: told, container: name });
    await this.#pause(ms);
  }

  async #preStop(): Promise<void> {
    const { name, lifecycle } = this.spec;
    this.#around.event({ type: 'Normal', reason: 'Killing', message: `Stopping container ${name}`, container: name });
    const seconds = lifecycle?.preStop?.sleep?.seconds ?? 0;
    if (seconds > 0) await pause(Math.min(seconds * 1000, this.#graceMs));
  }

  #set(state: ContainerState, ready = false): void {
    this.#state = state;
    this.#ready = ready;
    this.#around.changed();
  }

  async #pause(ms: number): Promise<void> {
    await pause(ms, undefined, { signal: this.#stop.signal }).catch(() => {});
  }
}
