/** How the Kong Ingress Controller turns a rule's weights into the split users get. */
import type { Percent, Split } from '../types.ts';

/**
 * The share in percent one backend gets through Kong.
 *
 * The controller spreads a backend's weight over its ready pods with an integer division, and gives each at least 1;
 * backends without ready pods are dropped, so their share silently goes to the others; weight 0 stays 0
 * (Kong/kubernetes-ingress-controller, internal/dataplane/translator/translate_upstreams.go, getUpstreams). With 99 / 1
 * over 10 + 10 pods the canary gets 10 %, which is why our weights add up to 10 000.
 *
 * A Service annotated `ingress.kubernetes.io/service-upstream` is one target whatever its pods: count it as 1.
 *
 * @param readyPods by backend name; a backend that is not listed has none
 */
export function kongShare(split: Split, backend: string, readyPods: Readonly<Record<string, number>>): Percent {
  let total = 0;
  let ours = 0;
  for (const [name, weight] of Object.entries(split.weights)) {
    const pods = Object.hasOwn(readyPods, name) ? (readyPods[name] ?? 0) : 0;
    if (weight <= 0 || pods <= 0) continue;
    const given = pods * Math.max(1, Math.floor(weight / pods));
    total += given;
    if (name === backend) ours = given;
  }
  return total === 0 ? 0 : (100 * ours) / total;
}
