/** The verdict room: counts in, verdict and sentence out. Pure: no I/O, no clock, no chance. */
export { designOf } from './design.ts';
export { judge, update } from './judge.ts';
export { boundsFrom, histogramFrom } from './probe-times.ts';
export type { ProofJudgement, ProofOutcome, SplitProof } from './proof.ts';
export { advanceProof, beginProof } from './proof.ts';
export type { GuardJudgement, GuardState, GuardWindow } from './public-path.ts';
export { beginGuard, GUARD_SHARE, judgeGuard, observeGuard, readGuard } from './public-path.ts';
export { answersNeeded } from './split.ts';
export type { State } from './state.ts';
export { begin, joined, partOf, readState } from './state.ts';
export type { Count, Decision, Design, Histogram, Metric, Moment, Source, Verdict, Window } from './types.ts';
