/** What `verify-run` makes of a record by training again from its seed: weights, figures and answers of each place. */
import type { AnyTrainTest } from '../data/datasets.js';
import type { EpochRecord } from '../network/history.js';
import { endText, presentEnd } from '../train/call-end.js';
import { sha256Of } from '../train/digest.js';
import type { RecordedRun } from '../replicate/recorded-run.js';
import { type RepeatOptions, repeatable, type Repetition, repetitionOf } from './repetition.js';
import type { Findings } from './verified.js';

/** What of a record was compared with a repetition of it. */
export interface Repeated extends Partial<Pick<Repetition, 'last' | 'mean'>> {
  /** Whole epochs. */
  readonly epochs: number;
  readonly marks: number;
  readonly lastTest: boolean;
}

export const notRepeated: Repeated = { epochs: 0, marks: 0, lastTest: false };

/** Compares the weights at the recorded places, the figures of each repeated epoch, and the last weights and test. */
export async function repeatTraining(
  run: RecordedRun,
  data: AnyTrainTest,
  options: RepeatOptions,
  { compare, differ }: Findings,
): Promise<Repeated> {
  const { seed, epochs, weightsSha256, ends } = run;
  const { position, last, mean } = await repetitionOf(run, data, options);
  const marks = run.marks.slice(0, position.marks.length);
  for (const [k, mark] of marks.entries()) {
    const found = position.marks[k];
    if (mark.epoch !== found.epoch) differ(`place of mark ${k + 1}`, `${mark.epoch} epochs`, `${found.epoch} epochs`);
    compare(`weights after ${placeText(mark.epoch)} epochs from seed ${seed}`, mark.weightsSha256, found.weightsSha256);
  }
  const repeated = position.epochs.slice(0, repeatable(run));
  for (const [k, epoch] of repeated.entries()) {
    compare(`accuracies and cost of epoch ${epoch.epoch}`, outcomeOf(epochs[k]), outcomeOf(epoch));
    const layers = [epochs[k], epoch].map((one) => JSON.stringify(one.layers));
    // A record of an earlier version has no layers, nor has an epoch that was stopped at its end.
    if (epochs[k].layers && epoch.layers && layers[0] !== layers[1])
      compare(`layers of epoch ${epoch.epoch}`, layers[0], layers[1]);
  }
  if (last) {
    const { epoch, place } = last.position;
    const end = presentEnd(ends, epoch);
    const all = place > 0 ? `${placeText(epoch + place / data.train.length)}` : `all ${epoch}`;
    compare(
      `${end ? `${endText(end)} at the end` : `weights after ${all} epochs`}`,
      weightsSha256,
      sha256Of(last.engine.weights),
    );
  }
  const whole = repeated.length === epochs.length && repeatable(run) === epochs.length;
  const lastTest = whole && lastTestOf(run, position.lastTest, { compare, differ });
  return { epochs: repeated.length, marks: marks.length, lastTest, last, mean };
}

/** @returns whether the record's last test was compared */
function lastTestOf(
  { lastTest: said }: RecordedRun,
  found: RecordedRun['lastTest'],
  { compare, differ }: Pick<Findings, 'compare' | 'differ'>,
): boolean {
  if (!said || !found) return false;
  const [recorded, expected] = [said, found].map(({ hashed, epoch }) => `${hashed} in epoch ${epoch}`);
  if (recorded !== expected) differ('predictions hashed in the last test', recorded, expected);
  compare(`predictions of epoch ${found.epoch}`, said.predictionsSha256, found.predictionsSha256);
  return true;
}

const placeText = (epochs: number): number => Number(epochs.toFixed(4));

const outcomeOf = ({ trainAccuracy, testAccuracy, cost }: EpochRecord): string =>
  JSON.stringify({ trainAccuracy, testAccuracy, cost });
