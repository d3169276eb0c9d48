/** What serving pods run on and what steers them: no release changes any of it before its last weight is proved. Pure. */
import { groupOf, type KubeObject, nameOf, type ObjectRef, refOf } from '../kube/objects.ts';
import { keyOf } from './app/identity.ts';
import { bearsOn, bearsOnPods, podsOf, type ServingPods } from './app/reach-backward.ts';
import { stepsFrom } from './app/reach-forward.ts';
import { catchesOf, caught } from './app/selectors.ts';

export interface Reached {
  /** An object that need not exist: a name that the pods would read is reached, too. */
  readonly ref: ObjectRef;
  /** A sentence part to follow the object's name, as in "Deployment shop/orders mounts it". */
  readonly why: string;
}

/** What is reached, by what it is: `get` and `has` take the ref of any version of the API. */
export interface Reach {
  readonly all: readonly Reached[];
  has(object: KubeObject | ObjectRef): boolean;
  why(object: KubeObject | ObjectRef): string | undefined;
}

const WORKLOADS = /^(Deployment|StatefulSet|DaemonSet|ReplicaSet|Rollout|Pod)$/;

/**
 * Everything that the pods of the serving workloads run on or are steered by, over any number of steps:
 * their workload, configuration, account and its rights, volumes, classes and namespace; the Services, budgets, policies
 * and monitors that catch them; what scales them; routes of any kind to those Services and what is bound to either;
 * other workloads behind the same Services, with all of theirs.
 * @param objects all that is live, of all namespaces as far as it can be read
 * @param serving the workloads that serve, as they are live
 */
export function reachOf(objects: readonly KubeObject[], serving: readonly KubeObject[]): Reach {
  const search = new Search(objects);
  for (const workload of serving) search.reach(refOf(workload), 'serves', workload);
  search.run();
  return search;
}

/** The reach once an object is there (or is there in this shape): how a manifest that would join it is seen. */
export function reachWith(
  objects: readonly KubeObject[],
  serving: readonly KubeObject[],
  more: readonly KubeObject[],
): Reach {
  const byKey = new Map([...objects, ...more].map((object) => [keyOf(object), object]));
  return reachOf([...byKey.values()], serving);
}

class Search implements Reach {
  readonly all: Reached[] = [];
  readonly #objects: readonly KubeObject[];
  readonly #byKey: ReadonlyMap<string, KubeObject>;
  readonly #reached = new Map<string, Reached>();
  readonly #pods: ServingPods[] = [];
  #next = 0;

  constructor(objects: readonly KubeObject[]) {
    this.#objects = objects;
    this.#byKey = new Map(objects.map((object) => [keyOf(object), object]));
  }

  has(object: KubeObject | ObjectRef): boolean {
    return this.#reached.has(keyOf(object));
  }

  why(object: KubeObject | ObjectRef): string | undefined {
    return this.#reached.get(keyOf(object))?.why;
  }

  reach(ref: ObjectRef, why: string, workload?: KubeObject): void {
    const key = keyOf(ref);
    if (this.#reached.has(key)) return;
    const entry = { ref, why };
    this.#reached.set(key, entry);
    this.all.push(entry);
    const object = workload ?? this.#byKey.get(key);
    if (object !== undefined && WORKLOADS.test(object.kind)) this.#pods.push(podsOf(object));
  }

  run(): void {
    let pods = 0;
    while (this.#next < this.all.length || pods < this.#pods.length) {
      const serving = this.#pods[pods];
      if (serving !== undefined) {
        pods++;
        this.#around(serving);
        continue;
      }
      const entry = this.all[this.#next++];
      if (entry !== undefined) this.#from(entry.ref);
    }
    this.#globals();
  }

  #around(pods: ServingPods): void {
    for (const object of this.#objects) {
      const why = bearsOnPods(object, pods);
      if (why !== undefined) this.reach(refOf(object), why);
    }
  }

  #from(ref: ObjectRef): void {
    const object = this.#byKey.get(keyOf(ref));
    if (object !== undefined) {
      for (const step of stepsFrom(object)) this.reach(step.ref, `${nameOf(object)} ${step.why}`);
      if (object.kind === 'Service' && groupOf(object.apiVersion) === '') this.#behind(object);
    }
    for (const other of this.#objects) {
      if (this.has(other)) continue;
      const why = bearsOn(other, ref, this.#objects, (seen) => this.has(seen));
      if (why !== undefined) this.reach(refOf(other), why);
    }
  }

  /** Workloads behind a reached Service answer for it. */
  #behind(service: KubeObject): void {
    const catches = catchesOf(service);
    for (const object of this.#objects) {
      if (!WORKLOADS.test(object.kind)) continue;
      const { namespace, labels } = podsOf(object);
      if (catches.some((one) => caught(one, namespace, labels)))
        this.reach(refOf(object), `answers for ${nameOf(service)}`, object);
    }
  }

  /** A plugin of Kong's that is global is bound to every route. */
  #globals(): void {
    for (const object of this.#objects)
      if (object.kind === 'KongClusterPlugin' && object.metadata.labels?.['global'] === 'true')
        this.reach(refOf(object), 'is bound to every route');
  }
}
