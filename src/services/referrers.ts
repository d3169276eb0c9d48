/** Who sends to a Service, or to its pods: asked before the old version is scaled down or deleted. Pure. */
import { KEDA_GROUP, KEDA_HTTP_GROUP } from '../kube/names.ts';
import { field, groupOf, type KubeObject, type ObjectRef, refOf, strings, text } from '../kube/objects.ts';
import { keyOf } from './app/identity.ts';
import { isGranted, isGrantedFrom, placesTo, type ServiceAddress } from './app/routes-to.ts';
import { catchesOf, caught, type Labels } from './app/selectors.ts';
import type { Unseen } from './sender-kinds.ts';

export interface Referrer {
  readonly ref: ObjectRef;
  /** What leads there, to follow the object's name: `spec.rules[0].backendRefs[0] names it`. */
  readonly why: string;
}

export interface Retiring extends ServiceAddress {
  /** The Deployment behind the Service, and the labels of its pods; absent where only the Service goes. */
  readonly deployment?: string;
  readonly podLabels?: Labels;
  /** The Service stays when its pods go: then it counts as one that sends to them. */
  readonly stays?: boolean;
  /** Labels of the pods that take over: who catches them, too, loses nothing. */
  readonly successorLabels?: Labels | undefined;
}

export interface ReferrersOptions {
  /** Objects that may name it: the release's own route at weight 0, what goes together with it. */
  readonly except?: readonly ObjectRef[];
  /** False where ReferenceGrants could not be listed: then every reference from another namespace counts. */
  readonly grantsKnown?: boolean;
}

/**
 * Everything that leads to the Service or to the pods behind it, of all kinds and namespaces given.
 * An object counts also where its weight is 0: a route whose backend is gone may be refused as a whole.
 * A Gateway API route of another namespace counts where a ReferenceGrant lets it through.
 */
export function referrersOf(
  target: Retiring,
  objects: readonly KubeObject[],
  { except = [], grantsKnown = true }: ReferrersOptions = {},
): readonly Referrer[] {
  const own = keyOf({ apiVersion: 'v1', kind: 'Service', namespace: target.namespace, name: target.name });
  const ignored = new Set([...(target.stays ? [] : [own]), ...except.map(keyOf)]);
  return objects.flatMap((object): Referrer[] => {
    if (ignored.has(keyOf(object))) return [];
    const granted = !grantsKnown || isGranted(object, target, objects);
    const named = granted && !target.stays ? placesTo(object, target) : [];
    const reasons = [...named, ...catching(object, target), ...scaling(object, target)];
    return reasons.length === 0 ? [] : [{ ref: refOf(object), why: reasons.join('; ') }];
  });
}

/** Services, mesh services and the like whose selector has the pods: callers by another name. */
function catching(object: KubeObject, { namespace, podLabels, successorLabels }: Retiring): readonly string[] {
  if (podLabels === undefined) return [];
  const sends = catchesOf(object).some(
    (one) =>
      one.role === 'sends' &&
      caught(one, namespace, podLabels) &&
      !(successorLabels !== undefined && caught(one, namespace, successorLabels)),
  );
  return sends ? ['its selector catches the pods'] : [];
}

/** A ScaledObject scales by what arrives elsewhere (queues): the pods have work that no route shows. */
function scaling(object: KubeObject, { namespace, deployment }: Retiring): readonly string[] {
  if (deployment === undefined || object.metadata.namespace !== namespace) return [];
  if (groupOf(object.apiVersion) !== KEDA_GROUP && groupOf(object.apiVersion) !== KEDA_HTTP_GROUP) return [];
  const target = field(object, 'spec', 'scaleTargetRef');
  const kind = text(target, 'kind') || 'Deployment';
  if (kind !== 'Deployment' || strings(target)['name'] !== deployment) return [];
  return [`scales Deployment ${deployment}`];
}

/**
 * Whether what could not be looked at may hide a referrer. From other namespaces a Gateway API route needs a grant;
 * where only pods are scaled down, which can be undone, names in other namespaces' DNS (ExternalName) do not hold it up:
 * callers that use the address itself are not seen either.
 */
export function mayHide(
  { kind, group, where, from }: Unseen,
  target: ServiceAddress,
  objects: readonly KubeObject[],
  reversible: boolean,
): boolean {
  if (where === 'everywhere') return true;
  if (from === 'granted') return kind === undefined || isGrantedFrom(kind, target, objects);
  return from === 'far' && !(reversible && group === '' && kind === 'Service');
}

/** `VirtualService (networking.istio.io) of other namespaces`. */
export function describeUnseen({ kind, group, where }: Unseen): string {
  const what = kind === undefined ? (group === undefined ? 'every kind' : `every kind of ${group}`) : kind;
  const of = kind !== undefined && group !== undefined && group !== '' ? ` (${group})` : '';
  return `${what}${of}${where === 'everywhere' ? '' : ' of other namespaces'}`;
}
