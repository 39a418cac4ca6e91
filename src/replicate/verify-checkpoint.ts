/** What `verify-run` makes of a run's last checkpoint: its weights, the record in it, the predictions it makes. */
import { existsSync } from 'node:fs';
import type { EpochRecord } from '../network/history.js';
import { pick } from '../network/known.js';
import { endText, presentEnd } from '../train/call-end.js';
import { type Checkpoint, readCheckpoint } from '../train/checkpoint.js';
import { sha256Of } from '../train/digest.js';
import { differing, whole } from './differing.js';
import { numericVersion } from '../train/version.js';
import { placeOf, type RecordedRun } from './recorded-run.js';
import { checkpointOf } from './run-folder.js';
import { sameSettings } from './same-settings.js';
import type { Compare } from './verified.js';
import { asked, compareAccuracy, type TestedRun } from './verify-tested.js';

/** What a checkpoint tells of its run. */
export interface Kept {
  readonly epochs: readonly EpochRecord[];
  /** The run's last weights; undefined where the checkpoint has others. */
  readonly last?: readonly Float32Array[] | undefined;
  /** Whether the record's last weights, its ends and its times were compared. */
  readonly compared: boolean;
}

/** The checkpoint against the report, its predictions against those that were hashed and the accuracy of its epoch. */
export async function checkCheckpoint(tested: TestedRun, compare: Compare, notes: string[]): Promise<Kept> {
  const { run, folder, test } = tested;
  const file = checkpointOf(folder);
  if (!existsSync(file)) {
    notes.push('there is no checkpoint to compare');
    return { epochs: [], compared: false };
  }
  const found = await readCheckpoint(file).catch((error: unknown) => error as Error);
  if (found instanceof Error) {
    compare('last checkpoint', 'that of this run', found.message);
    return { epochs: [], compared: false };
  }
  const { state, rule } = found;
  // One of another version would not have been read.
  if (run.versions.numeric !== numericVersion)
    compare('numeric version of the last checkpoint', String(run.versions.numeric), String(numericVersion));
  if (!sameSettings(run.rule, rule))
    compare('learning rule of the last checkpoint', JSON.stringify(run.rule), JSON.stringify(rule));
  const { epoch, place, epochs, dataset } = state.position;
  const later = epoch + (place > 0 ? place / (dataset?.samples ?? 1) : 0) > placeOf(run);
  if (later)
    notes.push('the checkpoint is later than the report: the run was killed or goes on; its own command finishes it');
  else compare('weights of the last checkpoint', run.weightsSha256, sha256Of(state.engine.weights));
  checkRecord(run, found, later, compare);
  const kept = { epochs, last: later ? undefined : state.engine.weights, compared: !later };
  if (run.lastTest && run.lastTest.dataSha256 !== test.sha256) return kept;
  if (place > 0) notes.push(`predictions were not repeated: the checkpoint lies inside epoch ${epoch + 1}`);
  else if (epoch === 0 || epoch !== run.epochs.length)
    notes.push(`predictions were not repeated: the checkpoint is of epoch ${epoch}, the record's last is another`);
  else await repeatLastTest(tested, state.engine.weights, compare, notes);
  return kept;
}

/** What the checkpoint says again of the run, so far as the report goes. */
function checkRecord(run: RecordedRun, { network, seed, state }: Checkpoint, later: boolean, compare: Compare): void {
  const { marks, parts, ends, lastTest } = state.position;
  const reached = placeOf(run);
  const { length } = run.epochs;
  const found = {
    seed,
    network,
    marks: marks.filter(({ epoch }) => epoch <= reached),
    parts: parts.filter(({ from }) => from < reached).map((part) => ({ ...part, to: Math.min(part.to, reached) })),
    ends: later ? ends?.filter(({ epoch }) => epoch <= length) : ends,
    // A record of an earlier version may not have its test.
    lastTest: run.lastTest && (!later || lastTest?.epoch === length) ? lastTest : run.lastTest,
  };
  const others = differing(pick(run, ['seed', 'network', 'marks', 'parts', 'ends', 'lastTest']), found);
  for (const other of others)
    compare(`${other.path} in the last checkpoint`, whole(other.found), whole(other.expected));
  const all = 'as the report has it';
  if (others.length === 0) compare('record in the last checkpoint', all, all);
}

/** The answers of the last epoch's weights; a record without a mark of its test still has its accuracy. */
async function repeatLastTest(
  tested: TestedRun,
  weights: readonly Float32Array[],
  compare: Compare,
  notes: string[],
): Promise<void> {
  const { run, test } = tested;
  const { lastTest } = run;
  const { epoch, testAccuracy } = run.epochs[run.epochs.length - 1];
  const said = (at: number, samples: number): string => `epoch ${at}, ${samples} samples`;
  if (lastTest && !compare('last test', said(lastTest.epoch, lastTest.samples), said(epoch, test.length))) return;
  const end = presentEnd(run.ends, epoch);
  if (end) {
    notes.push(`predictions of epoch ${epoch} were not repeated: the run ended with the ${endText(end)}`);
    if (end.testAccuracy === undefined) return;
    const answers = await asked(tested, weights, undefined, 1);
    compareAccuracy(`test accuracy of the ${endText(end)}`, end.testAccuracy, answers, compare);
    return;
  }
  if (testAccuracy === undefined) return;
  const { predictions, ...answers } = await asked(tested, weights, lastTest?.hashed, 1);
  if (lastTest)
    compare(
      `predictions of the last checkpoint for the first ${lastTest.hashed} test samples`,
      lastTest.predictionsSha256,
      sha256Of([predictions.subarray(0, lastTest.hashed)]),
    );
  compareAccuracy(`test accuracy of epoch ${epoch}`, testAccuracy, answers, compare);
}
