/**
 * Evidence that the canary fails more often than stable: an e-process on the share of errors that fall on the canary.
 * docs/statistics.md §2 (relative risk) and §3 (clusters).
 *
 * Given that a request failed, it was the canary's with probability w when the versions are equal, whatever the error
 * rate does over time. An error of the canary multiplies by psi / (1 + w(psi−1)), one of stable by 1 / (1 + w(psi−1)).
 * The setting is that of M. Lindon and A. Malek, "Anytime-Valid Inference for Multinomial Count Data" (NeurIPS 2022),
 * section on inhomogeneous Bernoulli processes; the conditional e-variable that of P. Grünwald, A. Henzi and T. Lardy,
 * "Anytime-valid tests of conditional independence under model-X" (JASA 2023). Returning at 1/alpha keeps alpha by
 * J. Ville's inequality (1939) however often one looks.
 */
import { logWeightedSum } from './logarithms.ts';

/** Relative risks the evidence is averaged over, and the share of each: from "half again as often" to "only it". */
export const RELATIVE_RISKS = [1.5, 2, 3, 5, 10, 30, 100, 1000] as const;
export const RISK_SHARES = [0.06, 0.06, 0.08, 0.1, 0.1, 0.15, 0.2, 0.25] as const;

/** Start points: from the beginning, from step 2, from step 3, for faults that only show at a higher weight. */
export const START_STEPS = [0, 2, 3] as const;
export const START_SHARES = [0.8, 0.1, 0.1] as const;

/** Shares of the block and the tempered form in the cluster-robust mixture. */
export const ROBUST_SHARES = [0.75, 0.25] as const;

/** Log evidence by start point begun, then by relative risk. */
export interface RollbackState {
  /** Product of one factor an error; divided by the cluster size in the robust form. */
  readonly product: readonly (readonly number[])[];
  /** Robust form only: one bounded factor a window. */
  readonly block?: readonly (readonly number[])[];
}

/** `raw` needs independent requests; `robust` bears clusters of errors up to `clusterSize`, and any within a window. */
export type Form = { readonly kind: 'raw' } | { readonly kind: 'robust'; readonly clusterSize: number };

export function beginRollback(form: Form): RollbackState {
  return form.kind === 'raw' ? { product: [] } : { product: [], block: [] };
}

/**
 * Adds one window.
 * @param step start points up to it are begun
 * @param canary errors of the canary
 * @param errors errors of both
 * @param share probability w that a request, hence an error, is the canary's
 */
export function observeErrors(
  state: RollbackState,
  form: Form,
  step: number,
  canary: number,
  errors: number,
  share: number,
): RollbackState {
  const started = START_STEPS.filter((start) => step >= start).length;
  if (errors === 0 && state.product.length >= started) return state;
  const tempering = form.kind === 'raw' ? 1 : form.clusterSize;
  const product: number[] = [];
  const block: number[] = [];
  for (let g = 0; g < RELATIVE_RISKS.length; g += 1) {
    const above = (RELATIVE_RISKS[g] ?? 1) - 1;
    const norm = Math.log1p(share * above);
    product.push((canary * (LOG_RISKS[g] ?? 0) - errors * norm) / tempering);
    if (form.kind === 'robust') block.push(errors === 0 ? 0 : Math.log1p((above * canary) / errors) - norm);
  }
  const grown = add(state.product, product, started);
  return form.kind === 'raw' ? { product: grown } : { product: grown, block: add(state.block ?? [], block, started) };
}

const NOTHING = RELATIVE_RISKS.map(() => 0);
const LOG_RISKS = RELATIVE_RISKS.map((psi) => Math.log(psi));

function add(starts: readonly (readonly number[])[], factors: readonly number[], started: number): number[][] {
  return Array.from({ length: Math.max(started, starts.length) }, (_, k) => {
    const before = starts[k] ?? NOTHING;
    return before.map((value, g) => value + (factors[g] ?? 0));
  });
}

/** ln of the evidence: averaged over relative risks, forms and start points. A start not reached yet counts as 1. */
export function rollbackEvidence(state: RollbackState): number {
  const starts = START_SHARES.map((_, k) => {
    if (state.product[k] === undefined) return 0;
    const product = logWeightedSum(RISK_SHARES, state.product[k] ?? NOTHING);
    if (state.block === undefined) return product;
    return logWeightedSum(ROBUST_SHARES, [logWeightedSum(RISK_SHARES, state.block[k] ?? NOTHING), product]);
  });
  return logWeightedSum(START_SHARES, starts);
}
