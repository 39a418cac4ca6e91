/** What `verify-run` makes of a report's epochs: against its own experiment, and the checkpoint's history. */
import type { AnyTrainTest } from '../data/datasets.js';
import { otherwiseTrained, plannedRates } from '../experiment/rates.js';
import { resolve } from '../experiment/resolve.js';
import type { EpochRecord } from '../network/history.js';
import type { Optimizer } from '../network/rule.js';
import { pick } from '../network/known.js';
import { checkRule } from '../network/validate.js';
import { ratesText, trainedRates } from '../train/rates.js';
import type { RecordedRun } from '../replicate/recorded-run.js';
import type { Findings } from './verified.js';

/** Rates that the record plans with, by its experiment and its rule. */
export const ratesPlanned = ({ experiment, data, rule }: RecordedRun): ReturnType<typeof plannedRates> =>
  plannedRates(experiment ?? { data }, rule.optimizer);

const otherOf = (run: RecordedRun): EpochRecord | undefined =>
  otherwiseTrained(run.epochs, ratesPlanned(run), run.samples);

/** The rates of the experiment against those of the rule and of the epochs. */
export function checkRates(run: RecordedRun, data: AnyTrainTest, { differ }: Findings): void {
  const { experiment, rule } = run;
  if (!experiment) return;
  const asked = checkRule(resolve(experiment, data).rule).optimizer;
  if (scheduleText(asked) !== scheduleText(rule.optimizer))
    differ('learning rate of the rule', scheduleText(rule.optimizer), `${scheduleText(asked)} in the experiment`);
  // Without rates it may be of an earlier version, whose resumed runs have them in the epochs alone.
  const other = experiment.rule?.optimizer?.rates && otherOf(run);
  if (other)
    differ(
      `learning rate of epoch ${other.epoch}`,
      ratesText(trainedRates(other)),
      `${ratesText(ratesPlanned(run)(other.epoch - 1))} in the experiment`,
    );
}

/** Figures of the report's epochs against those of the history in its checkpoint, as far as both go. */
export function checkEpochs({ epochs }: RecordedRun, found: readonly EpochRecord[], { differ }: Findings): void {
  for (const [k, epoch] of epochs.slice(0, found.length).entries()) {
    const others = figures.filter((name) => JSON.stringify(epoch[name]) !== JSON.stringify(found[k][name]));
    // A record of an earlier version has no layers.
    const named = others.filter((name) => name !== 'layers' || (epoch.layers && found[k].layers));
    if (named.length > 0) differ(`epoch ${k + 1} in the last checkpoint`, pick(epoch, named), pick(found[k], named));
  }
}

/** Names a rate that nothing confirms. @param confirmed epochs that were repeated, or that a checkpoint has */
export function openRate(run: RecordedRun, confirmed: number, open: string[]): void {
  const rest = run.epochs.slice(confirmed);
  const planned = ratesPlanned(run);
  const other = otherwiseTrained(rest, (k) => planned(k + confirmed), run.samples);
  if (!other || run.experiment?.rule?.optimizer?.rates) return;
  const parts = [trainedRates(other), planned(other.epoch - 1)].map(ratesText);
  open.push(`the learning rate of epoch ${other.epoch}, ${parts[0]} where the rule has ${parts[1]}`);
}

const scheduleText = ({ learningRate, schedule, epochs, floor }: Optimizer): string =>
  [String(learningRate), schedule, epochs && `${epochs} epochs`, floor && `floor ${floor}`].filter(Boolean).join(', ');

/** Of an epoch, beside its number. */
const figures = ['trainAccuracy', 'testAccuracy', 'cost', 'seconds', 'learningRate', 'rates', 'layers'] as const;
