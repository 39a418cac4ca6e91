/** What `verify-run` makes of the weights that a run left: their hashes, and the predictions they make. */
import { existsSync } from 'node:fs';
import { readCheckpoint } from '../train/checkpoint.js';
import { sha256Of } from '../train/digest.js';
import { SpikingNetwork } from '../train/model.js';
import type { SampleSet } from '../train/samples.js';
import { numericVersion } from '../train/version.js';
import { averagedFile } from './final.js';
import type { RecordedRun } from './recorded-run.js';
import { checkpointOf } from './run-folder.js';
import type { Compare } from './verified.js';

export interface TestedRun {
  readonly run: RecordedRun;
  readonly folder: string;
  /** Absent where it is not the recorded one. */
  readonly test?: SampleSet;
  readonly threads?: number;
}

/** Weights of the checkpoint against the report, its predictions against those that were hashed. */
export async function checkCheckpoint(tested: TestedRun, compare: Compare, notes: string[]): Promise<void> {
  const { run, folder, test } = tested;
  const file = checkpointOf(folder);
  if (run.versions.numeric !== numericVersion) {
    notes.push('the checkpoint was not compared: it is of another numeric version');
    return;
  }
  const { state } = await readCheckpoint(file);
  const { epoch, place } = state.position;
  const later = run.status === 'running' && (epoch > run.epochs.length || place > 0);
  if (later)
    notes.push('the checkpoint is later than the report: the run was killed or goes on; its own command finishes it');
  else compare('weights of the last checkpoint', run.weightsSha256, sha256Of(state.engine.weights));
  const { lastTest } = run;
  if (!lastTest || !test) return;
  if (epoch !== lastTest.epoch || place > 0) {
    notes.push(`predictions were not repeated: the checkpoint lies inside epoch ${epoch + 1}`);
    return;
  }
  const net = await load(file, tested);
  const { predictions } = await net.evaluate(test.slice(0, lastTest.hashed));
  compare(
    `predictions of the last checkpoint for the first ${lastTest.hashed} test samples`,
    lastTest.predictionsSha256,
    sha256Of([predictions]),
  );
}

/** The same of the test after the last epoch, of a run that had one. */
export async function checkFinal(tested: TestedRun, compare: Compare, notes: string[]): Promise<void> {
  const { run, folder, test } = tested;
  if (!run.final || run.versions.numeric !== numericVersion) return;
  const { average, draws, weightsSha256, testSha256, hashed, predictionsSha256 } = run.final;
  const file = average > 1 ? averagedFile(folder) : checkpointOf(folder);
  if (!existsSync(file)) {
    notes.push('the final test was not repeated: averaged.safetensors, the weights that it tested, is missing');
    return;
  }
  const net = await load(file, tested);
  compare('weights of the final test', weightsSha256, sha256Of(await net.weights()));
  if (hashed === undefined || predictionsSha256 === undefined) {
    notes.push('predictions of the final test were not repeated: the record, of an earlier version, has none');
    return;
  }
  if (!test || test.sha256 !== testSha256) return;
  const { predictions } = await net.evaluate(test.slice(0, hashed), { draws });
  compare(
    `predictions of the final test for the first ${hashed} test samples, ${draws} draw${draws === 1 ? '' : 's'} each`,
    predictionsSha256,
    sha256Of([predictions]),
  );
}

const load = (file: string, { threads }: TestedRun): Promise<SpikingNetwork> =>
  SpikingNetwork.load(file, threads === undefined ? {} : { threads });
