/** Sweeps over settings, and runs beside each other. */
export { compare } from './compare.js';
export type { ComparedRun, RunSource } from './compared-run.js';
export { type ComparedRow, Comparison } from './comparison.js';
export { sweep, type SweepOptions } from './sweep.js';
