/** Names that emitted cell code and the execution child share. */

/** The object with the helpers that emitted code calls; a hidden property of the global object. */
export const runtimeName = '__spikelab';

/**
 * The global constants that stop loops and function calls of a cell: `false` until an interrupt, so that V8 folds the test away.
 * Each interrupt begins a new generation with fresh names, because a global that was ever written is folded no more.
 */
export const loopGuard = (generation: number): string => `__spikelabLoop${generation}`;
export const callGuard = (generation: number): string => `__spikelabCall${generation}`;

/** The file name of a cell in stack traces. */
export const cellFileName = (label: string): string => `In[${label}].ts`;
export const cellFilePattern = /In\[[^\]\s]+\]\.ts/;
