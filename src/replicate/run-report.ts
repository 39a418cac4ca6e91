/** `report.json` of a run: its record, and what it was a run of. */
import type { Experiment } from '../experiment/experiment.js';
import type { EpochRecord } from '../network/history.js';
import type { ReportedAccuracy } from '../presets/index.js';
import type { RunRecord } from '../train/record.js';
import type { FinalRecord } from './final.js';

export interface RunReport extends Omit<RunRecord, 'epochs' | 'history'> {
  readonly preset: string;
  readonly status: 'running' | 'done' | 'interrupted';
  readonly plannedEpochs: number;
  readonly completedEpochs: number;
  readonly epochs: readonly EpochRecord[];
  /** Name and size that give the data again. */
  readonly data: { readonly name: string; readonly size: 'full' | number };
  /** The whole of it, with this run's seed; paths of its data count from the folder of the report. */
  readonly experiment: Experiment;
  /** The test after the last epoch, where the experiment has one and the run is done. */
  readonly final?: FinalRecord;
  readonly paper?: ReportedAccuracy;
  readonly authorsLog?: string;
}
