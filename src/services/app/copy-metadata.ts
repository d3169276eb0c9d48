/** What of an object's metadata comes along to its copy for a canary, and what belongs to others and stays behind. */
import { CANARY_LABEL, CLONE_LABEL } from '../../kube/names.ts';
import type { KubeObject, ObjectMeta } from '../../kube/objects.ts';
import { shortened } from './identity.ts';

/** Written by the cluster, kubectl or this tool for one object alone. */
const OWN =
  /^(kubectl\.kubernetes\.io\/(last-applied-configuration|restartedAt)|deployment\.kubernetes\.io\/|autoscaling\.alpha\.kubernetes\.io\/|mesh-canary\.dev\/|field\.cattle\.io\/)/;

/**
 * Marks of whoever keeps the original: with them on the copy, Argo CD, Flux or helm would delete it as one of theirs that
 * is missing in git. `app.kubernetes.io/instance` is Argo CD's tracking label in its default set-up up to 2.x.
 */
const KEEPERS =
  /^(argocd\.argoproj\.io\/|([a-z-]+\.)?toolkit\.fluxcd\.io\/|fluxcd\.io\/|meta\.helm\.sh\/|helm\.sh\/(?!chart$)|app\.kubernetes\.io\/(managed-by|instance)$|objectset\.rio\.cattle\.io\/|kapp\.k14s\.io\/|config\.kubernetes\.io\/|config\.k8s\.io\/|applyset\.kubernetes\.io\/)/;

/**
 * Orders to somebody else about one object: a name in DNS, a load balancer, a tailnet, a second route, a watcher that
 * writes images. A copy that repeats them takes the name, or pays for a second one.
 */
const ORDERS =
  /^(([\w-]+\.)?external-dns\.alpha\.kubernetes\.io\/|dns\.alpha\.kubernetes\.io\/|coredns\.io\/|tailscale\.com\/|service\.beta\.kubernetes\.io\/|service\.kubernetes\.io\/(?!topology)|alb\.ingress\.kubernetes\.io\/|cloud\.google\.com\/|networking\.gke\.io\/|metallb\.(io|universe\.tf)\/|(io\.cilium|lbipam\.cilium\.io)\/|kube-vip\.io\/|load-balancer\.hetzner\.cloud\/|oci\.oraclecloud\.com\/|oci-network-load-balancer\.oraclecloud\.com\/|kubernetes\.digitalocean\.com\/|loadbalancer\.openstack\.org\/|getambassador\.io\/config|mirror\.linkerd\.io\/|multicluster\.linkerd\.io\/|consul\.hashicorp\.com\/service-(sync|name)|scaledobject\.keda\.sh\/transfer-hpa-ownership|keel\.sh\/|image\.openshift\.io\/|kubernetes\.io\/service-account\.|cert-manager\.io\/)/;

/** Annotations of a pod template that come along; a restart asked for with kubectl is part of what runs. */
export function keptTemplateAnnotations(annotations: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(annotations).filter(([key]) => !OWN.test(key) || key === 'kubectl.kubernetes.io/restartedAt'),
  );
}

/** Name, namespace, labels and annotations of a copy; identity, owners and finalizers of the original stay with it. */
export function copiedMetadata(
  original: KubeObject,
  copy: { readonly name: string; readonly canary: string; readonly from: string },
  labels: Readonly<Record<string, string>> = original.metadata.labels ?? {},
): ObjectMeta {
  const kept = (values: Readonly<Record<string, string>>) =>
    Object.fromEntries(
      Object.entries(values).filter(([key]) => !OWN.test(key) && !KEEPERS.test(key) && !ORDERS.test(key)),
    );
  const annotations = kept(original.metadata.annotations ?? {});
  const { namespace } = original.metadata;
  return {
    name: copy.name,
    ...(namespace === undefined ? {} : { namespace }),
    labels: { ...kept(labels), [CLONE_LABEL]: shortened(copy.from), [CANARY_LABEL]: shortened(copy.canary) },
    ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
  };
}
