/**
 * Lists in which one key stands twice. `kubectl apply` takes the last entry; server-side apply refuses the object
 * ("duplicate entries for key"), so they are folded before. Keys as in the API's own list-map-keys (core/v1 types.go).
 */
import { field, list, mapAt, text } from '../../kube/objects.ts';

/** Names of folded container ports, which probes and Services may still ask for, with their numbers. */
export type PortNames = ReadonlyMap<string, number>;

/** The pod's spec with each list folded, and the port names that went. Order is that of the first of each entry. */
export function foldPodSpec(podSpec: unknown): { readonly spec: Record<string, unknown>; readonly ports: PortNames } {
  const spec = structuredClone(mapAt(podSpec));
  const ports = new Map<string, number>();
  fold(spec, 'volumes', byName);
  fold(spec, 'imagePullSecrets', byName);
  fold(spec, 'hostAliases', (entry) => text(entry, 'ip'));
  for (const key of ['containers', 'initContainers', 'ephemeralContainers']) {
    fold(spec, key, byName);
    for (const container of list(spec, key)) foldContainer(container as Record<string, unknown>, ports);
  }
  return { spec, ports };
}

/** A Service's ports, folded, with targets that went replaced by their numbers. */
export function foldServicePorts(ports: readonly unknown[], names: PortNames): readonly unknown[] {
  const holder: Record<string, unknown> = { ports: structuredClone(ports) };
  fold(holder, 'ports', (entry) => `${String(field(entry, 'port'))}/${text(entry, 'protocol') || 'TCP'}`);
  for (const port of list(holder, 'ports')) numbered(port, 'targetPort', names);
  return list(holder, 'ports');
}

function foldContainer(container: Record<string, unknown>, names: Map<string, number>): void {
  fold(container, 'env', byName);
  fold(container, 'volumeMounts', (entry) => text(entry, 'mountPath'));
  fold(container, 'volumeDevices', (entry) => text(entry, 'devicePath'));
  for (const [name, number] of foldPorts(container)) names.set(name, number);
  for (const probe of ['livenessProbe', 'readinessProbe', 'startupProbe'])
    numberedHandler(field(container, probe), names);
  for (const moment of ['postStart', 'preStop']) numberedHandler(field(container, 'lifecycle', moment), names);
}

/** Ports by number and protocol; a name that only a folded one had is given back with its number. */
function foldPorts(container: Record<string, unknown>): PortNames {
  const before = list(container, 'ports');
  fold(container, 'ports', (entry) => `${String(field(entry, 'containerPort'))}/${text(entry, 'protocol') || 'TCP'}`);
  const left = new Set(list(container, 'ports').map((port) => text(port, 'name')));
  const gone = before.filter((port) => text(port, 'name') !== '' && !left.has(text(port, 'name')));
  return new Map(gone.map((port) => [text(port, 'name'), Number(field(port, 'containerPort'))]));
}

function numberedHandler(handler: unknown, names: PortNames): void {
  numbered(field(handler, 'httpGet'), 'port', names);
  numbered(field(handler, 'tcpSocket'), 'port', names);
}

function numbered(holder: unknown, key: string, names: PortNames): void {
  const number = names.get(text(holder, key));
  if (number !== undefined) (holder as Record<string, unknown>)[key] = number;
}

function byName(entry: unknown): string {
  return text(entry, 'name');
}

function fold(holder: Record<string, unknown>, key: string, keyOf: (entry: unknown) => string): void {
  const entries = list(holder, key);
  const last = new Map(entries.map((entry) => [keyOf(entry), entry]));
  if (last.size < entries.length) holder[key] = [...last.values()];
}
