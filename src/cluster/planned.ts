/** The runs of a plan as arguments of `spikelab train`, and the files that these need. */
import path from 'node:path';
import type { Experiment } from '../experiment/experiment.js';
import { isOwn } from '../experiment/load-data.js';
import { type OpenedPlan, type PlannedRun, runArguments } from '../experiment/plan.js';
import { relativeTo } from '../experiment/read.js';
import { presetNames } from '../presets/index.js';

export interface Arguments {
  readonly train: readonly string[];
  /** Paths below the sweep's folder, and texts. */
  readonly files: ReadonlyMap<string, string>;
}

/**
 * A preset's run is its name and what is set: it can be made wherever Spikelab is. Any other experiment is written down
 * whole, so that neither a change of the plan's files nor another folder changes the run.
 */
export function argumentsOf(opened: OpenedPlan, run: PlannedRun, out: string): Arguments {
  const { experiment, folder } = run;
  if (presetNames.includes(opened.source) && !isOwn(experiment.data))
    return { train: runArguments(opened, run), files: new Map() };
  const file = `experiments/${folder}.json`;
  const whole: Experiment = {
    ...relativeTo(experiment, path.resolve(out, path.dirname(file))),
    epochs: experiment.epochs ?? 1,
  };
  return { train: [file], files: new Map([[file, `${JSON.stringify(whole, null, 2)}\n`]]) };
}
