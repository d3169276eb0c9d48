/** The weights of a release, as they will be written and as the data plane will take them. Pure. */
import type { KubeObject } from '../kube/objects.ts';
import { field } from '../kube/objects.ts';
import { splitAt } from '../routes/index.ts';
import { round } from '../routes/parts/percent.ts';
import type { Percent, RouteProvider } from '../routes/types.ts';
import { replicasNeeded } from '../services/clone.ts';
import { hpaOf, readyPods } from '../services/pods.ts';
import type { ServicePlan } from '../study/service-plan.ts';
import { answersNeeded } from '../verdict/index.ts';
import type { StepPlan } from './types.ts';

/** Chance to confirm a share while the previous one is in force, as in rollout/steps/split-proof.ts. */
const PROOF_LEVEL = 0.001;

/**
 * The steps from where the release is now, with the pods there will be: a canary starts with the replicas of its
 * Deployment (an autoscaler's least, at least), and is raised before each rise as a deploy does.
 */
export function stepsOf(
  plan: ServicePlan,
  asked: readonly Percent[],
  provider: RouteProvider,
  live: readonly KubeObject[],
): readonly StepPlan[] {
  const { discovery } = plan;
  if (discovery.kind !== 'release') return [];
  const stable = discovery.stable.name;
  const canary = discovery.canary.name;
  const slices = live.filter(({ kind }) => kind === 'EndpointSlice');
  // The route sends nobody to a stable version without ready pods: a deploy waits for the first.
  const stablePods = Math.max(1, readyPods(slices, stable));
  let canaryPods = Math.max(readyPods(slices, canary), replicasOf(discovery.canary.deployment, live));
  const reached = plan.journal?.phase === 'holding' ? plan.liveShare : 0;
  let previous = reached;
  return asked
    .filter((share) => share >= reached)
    .map((share) => {
      canaryPods = Math.max(canaryPods, replicasNeeded(stablePods, share));
      const split = splitAt(provider, { stable, canary }, share, plan.by);
      const ready = { [stable]: stablePods, [canary]: canaryPods };
      const effective = round(provider.weights.effectiveShare(split, { stable, canary }, ready));
      const answers = answersNeeded(effective / 100, previous / 100, PROOF_LEVEL);
      previous = effective;
      const weights = provider.weights.quantise(share);
      return { asked: share, weights, effective, pods: { stable: stablePods, canary: canaryPods }, answers };
    });
}

/** Replicas a Deployment will have once it is applied over the live one. */
function replicasOf(deployment: KubeObject, live: readonly KubeObject[]): number {
  const { name, namespace } = deployment.metadata;
  const running = live.find(
    ({ kind, metadata }) => kind === 'Deployment' && metadata.name === name && metadata.namespace === namespace,
  );
  const written = numberAt(deployment, 'replicas') ?? 1;
  const autoscaler = hpaOf(
    deployment,
    live.filter(({ kind }) => kind === 'HorizontalPodAutoscaler'),
  );
  const now = numberAt(running, 'replicas');
  if (autoscaler !== undefined) return Math.max(now ?? 1, numberAt(autoscaler, 'minReplicas') ?? 1);
  return Math.max(written, now ?? 0);
}

function numberAt(object: unknown, key: string): number | undefined {
  const value = field(object, 'spec', key);
  return typeof value === 'number' ? value : undefined;
}
