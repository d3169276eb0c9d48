/** Puts every object of the manifests into its place in a release of the app as it is. No I/O; the table is in placing-table.ts. */
import { APPS_API } from '../kube/names.ts';
import { annotation, field, groupOf, type KubeObject, list, nameOf, strings, text } from '../kube/objects.ts';
import { keyOf } from '../services/app/identity.ts';
import { podReferences, templateOf } from '../services/app/pod-references.ts';
import { scales } from '../services/app/reach-backward.ts';
import { catchesOf, caught } from '../services/app/selectors.ts';
import { type Reach, reachOf } from '../services/reach.ts';
import { PLACING, type PlacingRow, type State, type Trait, type When } from './placing-table.ts';

export interface PlacingInput {
  /** What the manifests bring, with namespaces filled in and lists taken apart. */
  readonly manifests: readonly KubeObject[];
  readonly live: readonly KubeObject[];
  /** The home Deployment's and Service's names, and their namespace. */
  readonly namespace: string;
  readonly home: string;
  readonly homeService: string;
  /** The workloads that serve now, as they are live. */
  readonly serving: readonly KubeObject[];
  /** Whether applying the object would change the live one. Asked only for objects that exist. */
  readonly wouldChange: (object: KubeObject) => boolean;
  /** The table; another one in tests. */
  readonly table?: readonly PlacingRow[];
}

export interface Placed {
  readonly object: KubeObject;
  readonly when: When;
  /** Of the table; `unchanged` for what is live as the manifest has it. */
  readonly row: string;
  /** One sentence for plan and log. */
  readonly reason: string;
}

/** Every object of the manifests with its place, in the manifests' order. */
export function placeObjects(input: PlacingInput): readonly Placed[] {
  const desk = new Desk(input, input.manifests);
  return input.manifests.map((object) => desk.place(object));
}

class Desk {
  readonly #input: PlacingInput;
  readonly #table: readonly PlacingRow[];
  readonly #live: ReadonlyMap<string, KubeObject>;
  readonly #reach: Reach;
  readonly #used: ReadonlySet<string>;
  readonly #homePods: Readonly<Record<string, string>>;
  readonly #joining: ReadonlySet<string>;

  constructor(input: PlacingInput, manifests: readonly KubeObject[]) {
    this.#input = input;
    this.#table = input.table ?? PLACING;
    this.#live = new Map(input.live.map((object) => [keyOf(object), object]));
    this.#reach = reachOf(input.live, input.serving);
    const home = this.#homeOf(manifests);
    this.#homePods = strings(templateOf(home ?? input.serving[0] ?? EMPTY), 'metadata', 'labels');
    const runs = manifests.filter((object) => object === home || (object.kind === 'Job' && hookOf(object) !== 'other'));
    this.#used = new Set(
      runs.flatMap((workload) =>
        podReferences(field(templateOf(workload), 'spec'), workload.metadata.namespace).map(({ ref }) => keyOf(ref)),
      ),
    );
    this.#joining = this.#joiners(manifests);
  }

  place(object: KubeObject): Placed {
    const traits = this.#traits(object);
    const state = this.#state(object);
    const row = this.#rowOf(object, traits);
    const when = row.when[state ?? 'changed'];
    const fixed = when === 'never' || when === 'migration' || when === 'refused' || traits.has('home');
    if (state === undefined && !(fixed && !ONLY_CHANGED.has(row.id)))
      return { object, when: 'before', row: 'unchanged', reason: `${nameOf(object)} is live as it is here.` };
    return { object, when, row: row.id, reason: this.#reason(object, row, state, when) };
  }

  #rowOf(object: KubeObject, traits = this.#traits(object)): PlacingRow {
    const row = this.#table.find(
      ({ kinds, traits: wanted = [] }) => ofKind(kinds, object) && wanted.every((trait) => traits.has(trait)),
    );
    if (row === undefined) throw new Error(`no row of the table is for ${nameOf(object)}`);
    return row;
  }

  #reason(object: KubeObject, row: PlacingRow, state: State | undefined, when: When): string {
    if (when !== 'at-promotion' && when !== 'with-canary') return `${nameOf(object)}: ${row.sentence}`;
    const why = this.#reach.why(object);
    if (why !== undefined) return `${nameOf(object)} bears on the pods that serve (${why}). ${row.sentence}`;
    return state === 'joining'
      ? `${nameOf(object)} is new and would take hold of what serves. ${row.sentence}`
      : `${nameOf(object)}: ${row.sentence}`;
  }

  /** Undefined where it is live with the same content. */
  #state(object: KubeObject): State | undefined {
    if (this.#live.has(keyOf(object))) return this.#input.wouldChange(object) ? 'changed' : undefined;
    // a name that the serving pods would read as soon as it is there
    return this.#reach.has(object) || this.#joining.has(keyOf(object)) ? 'joining' : 'fresh';
  }

  /**
   * New objects that would be within reach once they are applied with everything else that comes before. What is reached
   * by way of an object that itself waits (the credentials of a new ScaledObject) need not wait with it.
   */
  #joiners(manifests: readonly KubeObject[]): ReadonlySet<string> {
    const first = manifests.filter(
      (object) => !this.#live.has(keyOf(object)) && this.#rowOf(object).when.fresh === 'before',
    );
    const { live, serving } = this.#input;
    const reach = reachOf([...live, ...first], serving);
    const early = first.filter((object) => !reach.has(object));
    const joining = new Set<string>();
    for (const object of first.filter((one) => reach.has(one))) {
      const tried = [...early, object];
      const there = reachOf([...live, ...tried], serving);
      if (tried.some((one) => there.has(one))) joining.add(keyOf(object));
      else early.push(object);
    }
    return joining;
  }

  #homeOf(manifests: readonly KubeObject[]): KubeObject | undefined {
    const { namespace, home } = this.#input;
    return manifests.find(
      ({ kind, metadata }) => kind === 'Deployment' && metadata.name === home && metadata.namespace === namespace,
    );
  }

  #traits(object: KubeObject): ReadonlySet<Trait> {
    const live = this.#live.get(keyOf(object));
    const hook = hookOf(object);
    const { namespace, home, homeService } = this.#input;
    const isHome =
      object.kind === 'Deployment' && object.metadata.name === home && object.metadata.namespace === namespace;
    const traits: readonly (readonly [Trait, boolean])[] = [
      ['hook-before', hook === 'before'],
      ['hook', hook === 'other'],
      ['home', isHome],
      ['behind-service', this.#behindService(object, homeService)],
      ['immutable', field(live, 'immutable') === true],
      ['other-selector', isHome && live !== undefined && otherSelector(object, live)],
      ['used', this.#used.has(keyOf(object))],
      ['of-home', this.#isOfHome(object)],
    ];
    return new Set(traits.filter(([, so]) => so).map(([trait]) => trait));
  }

  #behindService(object: KubeObject, name: string): boolean {
    const { namespace } = this.#input;
    const pods = strings(templateOf(object), 'metadata', 'labels');
    return [...this.#live.values(), ...this.#input.manifests].some(
      (service) =>
        service.kind === 'Service' &&
        service.metadata.name === name &&
        service.metadata.namespace === namespace &&
        catchesOf(service).some((one) => caught(one, object.metadata.namespace, pods)),
    );
  }

  /** It scales the home Deployment, or its first selector catches the pods of the new one. */
  #isOfHome(object: KubeObject): boolean {
    const { namespace, home } = this.#input;
    const workload = { apiVersion: APPS_API, kind: 'Deployment', metadata: { name: home, namespace } };
    if (scales(object, workload)) return true;
    if (object.kind === 'Canary') return text(object, 'spec', 'targetRef', 'name') === home;
    const [subject] = catchesOf(object);
    return subject !== undefined && subject.role !== 'peers' && caught(subject, namespace, this.#homePods);
  }
}

const EMPTY: KubeObject = { apiVersion: '', kind: '', metadata: { name: '' } };
/** Rows that refuse a change and have nothing against what is live already. */
const ONLY_CHANGED = new Set(['immutable-config', 'home-selector']);

function ofKind(kinds: readonly string[], object: KubeObject): boolean {
  return kinds.some(
    (kind) => kind === '*' || kind === object.kind || kind === `${groupOf(object.apiVersion)}/${object.kind}`,
  );
}

/** Helm's hooks that come before the release, and Argo CD's; one annotation may name several moments. */
function hookOf(object: KubeObject): 'before' | 'other' | undefined {
  const moments = [annotation(object, 'helm.sh/hook'), annotation(object, 'argocd.argoproj.io/hook')]
    .flatMap((value) => (value ?? '').split(','))
    .map((moment) => moment.trim())
    .filter((moment) => moment !== '');
  if (moments.length === 0) return undefined;
  const before = moments.some((moment) => /^(pre-install|pre-upgrade|PreSync|Sync|crd-install)$/.test(moment));
  // a Pod of a hook runs once, like a Job, and nobody would wait for it
  return before && object.kind !== 'Pod' ? 'before' : 'other';
}

function otherSelector(object: KubeObject, live: KubeObject): boolean {
  const [wanted, there] = [object, live].map((one) => canonical(field(one, 'spec', 'selector')));
  return wanted !== there;
}

/** A LabelSelector as text, whatever the order of its keys. */
function canonical(selector: unknown): string {
  const labels = Object.entries(strings(selector, 'matchLabels')).sort(([a], [b]) => (a < b ? -1 : 1));
  const expressions = list(selector, 'matchExpressions').map(
    (entry) => `${text(entry, 'key')} ${text(entry, 'operator')} ${[...list(entry, 'values')].sort().join(',')}`,
  );
  return JSON.stringify([labels, expressions.sort()]);
}
