import type { Program } from './types.ts';

/** A container that only waits to be stopped: pause, busybox sleeping, helper images of tests. */
export const idle: Program = {
  start: async () => ({ ports: {}, stop: async () => {} }),
};
