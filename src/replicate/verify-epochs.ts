/** What `verify-run` makes of a report's epochs: against its own experiment, and the checkpoint's history. */
import { isDeepStrictEqual } from 'node:util';
import type { AnyTrainTest } from '../data/datasets.js';
import { otherwiseTrained, plannedRates } from '../experiment/rates.js';
import { resolve } from '../experiment/resolve.js';
import type { EpochRecord } from '../network/history.js';
import type { Optimizer } from '../network/rule.js';
import { pick } from '../network/known.js';
import { checkRule } from '../network/validate.js';
import { ratesText, trainedRates } from '../train/rates.js';
import type { RecordedRun } from './recorded-run.js';
import type { Compare } from './verified.js';

/** Rates that the record plans with, by its experiment and its rule. */
export const plannedOf = ({ experiment, data, rule }: RecordedRun): ReturnType<typeof plannedRates> =>
  plannedRates(experiment ?? { data }, rule.optimizer);

const otherOf = (run: RecordedRun): EpochRecord | undefined =>
  otherwiseTrained(run.epochs, plannedOf(run), run.samples);

/** The rates of the experiment against those of the rule and of the epochs. */
export function checkRates(run: RecordedRun, data: AnyTrainTest, compare: Compare): void {
  const { experiment, rule } = run;
  if (!experiment) return;
  const asked = checkRule(resolve(experiment, data).rule).optimizer;
  if (scheduleText(asked) !== scheduleText(rule.optimizer))
    compare('learning rate of the rule', scheduleText(rule.optimizer), `${scheduleText(asked)} in the experiment`);
  // Without rates it may be of an earlier version, whose resumed runs have them in the epochs alone.
  const other = experiment.rule?.optimizer?.rates && otherOf(run);
  if (other)
    compare(
      `learning rate of epoch ${other.epoch}`,
      ratesText(trainedRates(other)),
      `${ratesText(plannedOf(run)(other.epoch - 1))} in the experiment`,
    );
}

/** Figures of the report's epochs against those of the history in its checkpoint, as far as both go. */
export function checkEpochs({ epochs }: RecordedRun, found: readonly EpochRecord[], compare: Compare): void {
  const both = Math.min(epochs.length, found.length);
  if (both === 0) return;
  const others = epochs.slice(0, both).flatMap((epoch, k) => {
    const named = figures.filter((name) => JSON.stringify(epoch[name]) !== JSON.stringify(found[k][name]));
    // A record of an earlier version has no layers.
    const other = named.filter((name) => name !== 'layers' || (epoch.layers && found[k].layers));
    return other.length > 0 ? [{ k, texts: [epoch, found[k]].map((one) => JSON.stringify(pick(one, other))) }] : [];
  });
  const all = `figures of ${both} epoch${both === 1 ? '' : 's'}`;
  if (others.length === 0) compare('epochs in the last checkpoint', all, all);
  for (const { k, texts } of others) compare(`epoch ${k + 1} in the last checkpoint`, texts[0], texts[1]);
}

/** Says which rate nothing confirms. @param confirmed epochs that were repeated, or that a checkpoint has */
export function noteRates(run: RecordedRun, confirmed: number, notes: string[]): void {
  const rest = run.epochs.slice(confirmed);
  const planned = plannedOf(run);
  const other = otherwiseTrained(rest, (k) => planned(k + confirmed), run.samples);
  if (!other || run.experiment?.rule?.optimizer?.rates) return;
  const parts = [trainedRates(other), planned(other.epoch - 1)].map(ratesText);
  notes.push(
    `nothing confirms the learning rate of epoch ${other.epoch}, ${parts[0]} where the rule has ${parts[1]}: neither a checkpoint nor the experiment has it, and the epoch was not repeated`,
  );
}

/**
 * Names the epochs that were not repeated. @param repeated whole epochs @param kept epochs in the checkpoint's history,
 * which whoever changes a record can change as well
 */
export function noteRest({ epochs, ends }: RecordedRun, repeated: number, kept: number, notes: string[]): void {
  const { length } = epochs;
  if (repeated >= length) return;
  const one = length === repeated + 1;
  const which = one ? `epoch ${length} was` : `epochs ${repeated + 1} to ${length} were`;
  const said = kept >= length ? 'stand in the checkpoint only, which was made with them' : 'are confirmed by nothing';
  // A call that ended with other weights was gone on with from those.
  const more = repeated < (ends?.[0]?.epoch ?? Infinity) ? 'more --seconds repeat more' : 'no more can be repeated';
  notes.push(`${which} not repeated: ${one ? 'its' : 'their'} figures ${said}; ${more}`);
}

/**
 * Names what neither the checkpoint nor a repetition can tell. @param compared whether a checkpoint of its place was
 */
export function noteUnconfirmed(run: RecordedRun, compared: boolean, weights: boolean, notes: string[]): void {
  const last = run.parts.at(-1);
  const { threads, machine } = run;
  const reader = last && !isDeepStrictEqual([threads, machine], [last.threads, last.machine]);
  // A record of an earlier version has those of who read it last.
  if (reader) notes.push('nothing confirms threads and machine of the report: its last part was trained by others');
  if (compared) return;
  notes.push('times and machines are confirmed by nothing: there is no checkpoint of the same place');
  if (!weights)
    notes.push('nothing confirms the last weights (weightsSha256): the training was not repeated to their place');
  if (run.ends) notes.push('nothing confirms ends, the weights with which calls ended: only a checkpoint has them');
}

const scheduleText = ({ learningRate, schedule, epochs, floor }: Optimizer): string =>
  [String(learningRate), schedule, epochs && `${epochs} epochs`, floor && `floor ${floor}`].filter(Boolean).join(', ');

const figures = ['trainAccuracy', 'testAccuracy', 'cost', 'seconds', 'learningRate', 'rates', 'layers'] as const;
