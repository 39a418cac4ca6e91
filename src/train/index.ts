export { classifier, learningRule, sequential, type ClassifierOptions, type LearningOptions } from './build.js';
export type { Evaluation } from './evaluation.js';
export type { LayerHealth } from './health.js';
export type { EpochRecord, History, ProgressPoint } from './history.js';
export { Interrupted } from './interrupt.js';
export { SpikingNetwork, type FitOptions, type Run, type RunOptions, type TrainedEpoch, type TrainOptions } from './model.js';
export type { RunRecord } from './record.js';
export type { AnySample, SampleSet } from './samples.js';
export { numericVersion } from './version.js';
