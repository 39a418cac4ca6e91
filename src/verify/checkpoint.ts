/** What `verify-run` makes of a run's last checkpoint: its weights, the record in it, the predictions it makes. */
import { existsSync } from 'node:fs';
import type { EpochRecord } from '../network/history.js';
import { pick } from '../network/known.js';
import { presentEnd } from '../train/call-end.js';
import { type Checkpoint, readCheckpoint } from '../train/checkpoint.js';
import { sha256Of } from '../train/digest.js';
import { differing } from './differing.js';
import { numericVersion } from '../train/version.js';
import { placeOf, type RecordedRun } from '../replicate/recorded-run.js';
import { checkpointOf } from '../replicate/run-folder.js';
import type { Findings } from './verified.js';
import { checkState } from './state.js';
import { asked, compareAccuracy, type TestedRun } from './tested.js';
import type { Repeated } from './training.js';

/** What a checkpoint tells of its run. */
export interface Kept {
  /** Its epochs. */
  readonly epochs: readonly EpochRecord[];
  /** The run's last weights; undefined where the checkpoint has others. */
  readonly last?: readonly Float32Array[] | undefined;
  /** Whether it made the predictions of the last test. */
  readonly tested: boolean;
}

const nothing: Kept = { epochs: [], tested: false };

/**
 * The checkpoint against the report and the repetition, its predictions against those that were hashed and the accuracy
 * of its epoch.
 */
export async function checkCheckpoint(tested: TestedRun, repeated: Repeated, findings: Findings): Promise<Kept> {
  const { run, folder, test } = tested;
  const { differ, notes, open } = findings;
  const file = checkpointOf(folder);
  if (!existsSync(file)) return nothing;
  const found = await readCheckpoint(file).catch((error: unknown) => error as Error);
  if (found instanceof Error) {
    differ('last checkpoint', 'that of this run', found.message);
    return nothing;
  }
  const { state, rule } = found;
  // One of another version would not have been read.
  if (run.versions.numeric !== numericVersion)
    differ('numeric version of the last checkpoint', run.versions.numeric, numericVersion);
  for (const other of differing(run.rule, rule))
    differ(`${other.path} of the rule in the last checkpoint`, other.found, other.expected);
  const { epoch, place, epochs, dataset, plannedEpochs } = state.position;
  const at = epoch + (place > 0 ? place / (dataset?.samples ?? 1) : 0);
  const later = at > placeOf(run);
  const weights = sha256Of(state.engine.weights);
  if (later)
    notes.push('the checkpoint is later than the report: the run was killed or goes on; its own command finishes it');
  else if (at < placeOf(run)) differ('place of the last checkpoint', `epoch ${placeOf(run)}`, `epoch ${at}`);
  else if (run.weightsSha256 !== weights) differ('weights of the last checkpoint', run.weightsSha256, weights);
  checkRecord(run, found, later, findings);
  if (later || !repeated.last) open.push('moments, place and curve of the checkpoint');
  else checkState(state, repeated.last, findings);
  const planned = run.experiment ? (run.experiment.epochs ?? 1) : run.epochs.length;
  if (plannedEpochs !== planned) open.push(`the ${plannedEpochs} epochs that the checkpoint plans`);
  const kept = { epochs, last: later ? undefined : state.engine.weights, tested: false };
  if (run.lastTest && run.lastTest.dataSha256 !== test.sha256) return kept;
  if (place > 0 || epoch === 0 || epoch !== run.epochs.length) return kept;
  return { ...kept, tested: await repeatLastTest(tested, state.engine.weights, repeated, findings) };
}

/** What the checkpoint says again of the run, so far as the report goes. */
function checkRecord(
  run: RecordedRun,
  { network, seed, state }: Checkpoint,
  later: boolean,
  { differ }: Findings,
): void {
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
  for (const other of differing(pick(run, ['seed', 'network', 'marks', 'parts', 'ends', 'lastTest']), found))
    differ(`${other.path} in the last checkpoint`, other.found, other.expected);
}

/**
 * The answers of the last epoch's weights; a record without a mark of its test still has its accuracy.
 * @returns whether they were compared with those of the record
 */
async function repeatLastTest(
  tested: TestedRun,
  weights: readonly Float32Array[],
  repeated: Repeated,
  findings: Findings,
): Promise<boolean> {
  const { run } = tested;
  const { lastTest } = run;
  const { epoch, testAccuracy } = run.epochs[run.epochs.length - 1];
  if (testAccuracy === undefined || presentEnd(run.ends, epoch)) return false;
  const { predictions, ...answers } = await asked(tested, weights, lastTest?.hashed, 1);
  if (lastTest)
    findings.compare(
      `predictions of the last checkpoint for the first ${lastTest.hashed} test samples`,
      lastTest.predictionsSha256,
      sha256Of([predictions.subarray(0, lastTest.hashed)]),
    );
  // An epoch that was repeated was tested with all samples.
  if (repeated.epochs < epoch) compareAccuracy(`test accuracy of epoch ${epoch}`, testAccuracy, answers, findings);
  return true;
}
