/** Learning rates of a run that was resumed with others than it began with: its experiment holds them. */
import type { EpochRecord, RatePart } from '../network/history.js';
import { type LearningRule, learningRateAt, type Optimizer } from '../network/rule.js';
import { checkRule } from '../network/validate.js';
import { checkedParts, trainedRates } from '../train/rates.js';
import { isObject } from './check.js';
import type { EpochRate, Experiment } from './experiment.js';

/** What an experiment trains each 0-based epoch with: the rates it has, then its schedule's. */
export function plannedRates({ rule }: Experiment, optimizer: Optimizer): (epoch: number) => readonly RatePart[] {
  const rates = rule?.optimizer?.rates ?? [];
  return (k) => partsOf(rates[k] ?? learningRateAt(optimizer, k), k);
}

/** @throws RangeError for an epoch whose parts do not begin with it, or are not in order */
export function checkRates({ rule }: Experiment): void {
  rule?.optimizer?.rates?.forEach(partsOf);
}

function partsOf(rate: EpochRate, k: number): readonly RatePart[] {
  if (typeof rate === 'number') return [{ from: 0, learningRate: rate }];
  const parts = rate.map(({ from, rate: learningRate }) => ({ from, learningRate }));
  return checkedParts(`rule.optimizer.rates.${k}`, parts);
}

/** The experiment with the rates that its epochs had or will have; without any where all are its schedule's. */
export function withRates(
  experiment: Experiment,
  optimizer: Optimizer,
  rates: readonly (readonly RatePart[])[],
): Experiment {
  const own = rates.findLastIndex((parts, k) => !sameRates(parts, [ruled(optimizer, k)])) + 1;
  const { rates: before, ...rest } = experiment.rule?.optimizer ?? {};
  if (own === 0 && before === undefined) return experiment;
  const listed = rates
    .slice(0, own)
    .map((parts): EpochRate =>
      parts.length === 1
        ? parts[0].learningRate
        : parts.map(({ from, learningRate }) => ({ from, rate: learningRate })),
    );
  const changed = { ...rest, ...(own > 0 && { rates: listed }) };
  return { ...experiment, rule: { ...experiment.rule, optimizer: changed } };
}

/**
 * The experiment of a record: one of an earlier version may not have the rates of a run that was resumed with others,
 * but its epochs do.
 */
export function withTrainedRates(
  experiment: Experiment,
  { optimizer }: LearningRule,
  epochs: readonly EpochRecord[],
): Experiment {
  if (experiment.rule?.optimizer?.rates) return experiment;
  return withRates(experiment, optimizer, epochs.map(trainedRates));
}

/** The same of a record's text, which may be of any kind: what is no record has no rates. */
export function withRecordedRates(experiment: Experiment, { rule, epochs }: Record<string, unknown>): Experiment {
  if (!isObject(rule) || !Array.isArray(epochs)) return experiment;
  const trained = epochs.filter((one): one is EpochRecord => isObject(one) && typeof one.learningRate === 'number');
  if (trained.length < epochs.length) return experiment;
  try {
    return withTrainedRates(experiment, checkRule(rule as unknown as LearningRule), trained);
  } catch {
    return experiment;
  }
}

const ruled = (optimizer: Optimizer, k: number): RatePart => ({ from: 0, learningRate: learningRateAt(optimizer, k) });

/** Whether two epochs had the same rates: another version may have computed the last bit of one otherwise. */
export function sameRates(a: readonly RatePart[], b: readonly RatePart[]): boolean {
  const near = (one: number, other: number): boolean => Math.abs(one - other) <= 1e-12 * Math.max(one, other);
  return (
    a.length === b.length &&
    a.every(({ from, learningRate }, n) => from === b[n].from && near(learningRate, b[n].learningRate))
  );
}

/** The first epoch that was not trained as planned. @param samples of an epoch: a part after them was never reached */
export function otherwiseTrained(
  epochs: readonly EpochRecord[],
  planned: (epoch: number) => readonly RatePart[],
  samples: number,
): EpochRecord | undefined {
  return epochs.find(
    (epoch, k) =>
      !sameRates(
        trainedRates(epoch),
        planned(k).filter(({ from }) => from < Math.max(1, samples)),
      ),
  );
}

/** Recorded rates in words: `0.002, from epoch 2 on 0.5`. @param epochs that were trained with them, or are to be */
export function trainedRateText({ rule }: Experiment, rates: unknown, epochs: number): string {
  const { rate = 1e-3, type: _, rates: __, schedule = 'inverseSqrt', ...rest } = rule?.optimizer ?? {};
  const list = rates as readonly EpochRate[];
  const optimizer = { ...rest, learningRate: rate, schedule } as Optimizer;
  const parts = list.map(partsOf);
  const first = parts.findIndex((one, k) => !sameRates(one, [ruled(optimizer, k)]));
  if (first < 0) return String(rate);
  const lastOf = (one: readonly RatePart[]): number => one[one.length - 1].learningRate;
  const { from } = parts[first][Math.min(1, parts[first].length - 1)];
  const place = from > 0 ? ` (sample ${from})` : '';
  const changed = parts.slice(first).map(lastOf);
  const [begin, end] = [changed[0], changed[changed.length - 1]];
  const reach = parts.length >= epochs ? 'on' : `to ${parts.length}`;
  const same = changed.every((one) => one === begin);
  const short = (one: number): string => String(Number(one.toPrecision(4)));
  return `${rate}, from epoch ${first + 1}${place} ${reach} ${short(begin)}${same ? '' : ` … ${short(end)}`}`;
}
