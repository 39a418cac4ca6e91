import timers from 'node:timers';

/** Node's own timers, for the kernel: taken before those of the cells replace them, and never stopped. */
export const { setTimeout: after, clearTimeout: cancel, setImmediate: afterTurn } = timers;
