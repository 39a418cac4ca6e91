/** Experiments and sweeps as data. */
export type {
  Experiment,
  ExperimentData,
  ExperimentNetwork,
  ExperimentRule,
  HiddenLayer,
  NamedData,
  OutputLayer,
  OwnData,
} from './experiment.js';
export { experimentOf } from './of-preset.js';
export { expandGrid, type Grid, type OpenedPlan, type Plan, type PlannedRun, readPlan, runArguments } from './plan.js';
export { readExperiment } from './read.js';
export { experimentSchema } from './schema.js';
export { type Setting, withSettings } from './settings.js';
