/** Firing counts of the output layer as bars, with the targets and margins of the loss. */
import { firingCounts, type SpikeTrains } from '../network/spikes.js';
import type { FiringCountLoss, Loss } from '../network/rule.js';
import { requireInteger } from '../network/require.js';
import { cutApart } from './apart.js';
import { chartFigure, figurePlot } from './figure.js';
import type { ChartContent, FigureMark } from './figureParts.js';
import { plainText } from './payload.js';
import type { Plot } from './picture.js';
import type { RunLike } from './runLike.js';
import { requireClass, requireMargins, requireNumbers, requireOptions, requireRun, requireTrains } from './wanted.js';

export interface CountsOptions {
  title?: string;
  classNames?: readonly string[];
  /** True class: its index or its name. */
  label?: number | string;
  /** Default: the largest count, the first of equals. */
  prediction?: number | string;
  /** With a label: draws each class's target and its margin. Default: the run's, when it knows its rule. */
  loss?: Pick<FiringCountLoss, 'desired' | 'undesired' | 'margin'>;
}

/** Most bars that can be told apart. */
const maxClasses = 100;

/**
 * Draws the firing counts of a run's last layer, of one layer, or an array of counts.
 * @example show(counts(run, { loss: firingCount() }));
 * @throws TypeError for what is no run and no counts; RangeError for a class that there is not
 */
export function counts(source: RunLike | SpikeTrains | ArrayLike<number>, options: CountsOptions = {}): Plot {
  requireOptions('counts()', options, ['title', 'classNames', 'label', 'prediction', 'loss']);
  requireClass('label of counts()', options.label);
  requireClass('prediction of counts()', options.prediction);
  if (options.loss !== undefined) requireMargins('loss of counts()', options.loss);
  const run = isRun(source) ? requireRun('counts()', source) : undefined;
  const spikes = Array.from(countsOf(source), (count, n) =>
    requireInteger(`firing count of class ${n}`, count, 0, 1 << 24),
  );
  if (spikes.length < 1 || spikes.length > maxClasses)
    throw new RangeError(
      `${spikes.length} firing counts: bars are drawn for 1 to ${maxClasses} classes; give the output layer`,
    );
  const classNames = options.classNames ?? run?.classNames;
  if (classNames && classNames.length !== spikes.length)
    throw new RangeError(`${classNames.length} class names for ${spikes.length} firing counts: give one for each`);
  const whole = spikes.map((_, n) => classNames?.[n] ?? String(n));
  const names = cutApart(whole, (name) => plainText(name, 40));
  const index = (what: string, value: number | string | undefined): number | undefined => {
    if (value === undefined) return undefined;
    const found = typeof value === 'number' ? value : whole.indexOf(value);
    return requireInteger(`${what} ${JSON.stringify(value)} as a class`, found, 0, spikes.length - 1);
  };
  const label = index('label', options.label ?? run?.label);
  const prediction =
    index('prediction', options.prediction ?? run?.prediction) ??
    spikes.indexOf(spikes.reduce((a, b) => Math.max(a, b)));
  const text = `predicted ${names[prediction]} (${plural(spikes[prediction])})${label === undefined ? '' : `, label ${names[label]}${label === prediction ? '' : ` (${plural(spikes[label])})`}`}`;
  const loss = label === undefined ? undefined : (options.loss ?? marginsOf(run?.rule?.loss));
  const subtitle =
    loss &&
    `line: target ${loss.desired} for the label, ${loss.undesired} for the others; band: margin ±${loss.margin} without error`;
  return figurePlot(
    `counts: ${text}`,
    chartFigure(
      { title: options.title ?? 'Firing counts of the output', ...(subtitle && { subtitle }) },
      countsContent(spikes, names, label, prediction, loss),
    ),
  );
}

function countsOf(source: RunLike | SpikeTrains | ArrayLike<number>): ArrayLike<number> {
  if (!isRun(source)) {
    const isTrains = typeof source === 'object' && source !== null && 'offsets' in source;
    return isTrains ? firingCounts(requireTrains('counts()', source)) : requireNumbers('counts()', source);
  }
  const output = source.spikes.at(-1);
  if (!output) throw new RangeError('a run without layers: record its spikes');
  return firingCounts(output);
}

const isRun = (source: unknown): source is RunLike =>
  typeof source === 'object' && source !== null && 'spikes' in source;

/** Targets of a loss on firing counts; undefined for any other loss. */
function marginsOf(loss: Loss | undefined): FiringCountLoss | undefined {
  return loss?.type === 'firingCount' ? loss : undefined;
}

/** Kinds of classes, told apart by a sign as well. */
const kinds = {
  predicted: 0,
  'predicted, correct ✓': 0,
  'predicted, wrong ✗': 1,
  'true class ○': 2,
  other: 7,
} as const;
type Kind = keyof typeof kinds;

function countsContent(
  spikes: readonly number[],
  names: readonly string[],
  label: number | undefined,
  prediction: number,
  loss: CountsOptions['loss'],
): Omit<ChartContent, 'kind'> {
  const kindOf = (n: number): Kind => {
    if (n === prediction)
      return label === undefined ? 'predicted' : label === n ? 'predicted, correct ✓' : 'predicted, wrong ✗';
    return n === label ? 'true class ○' : 'other';
  };
  const all = spikes.map((count, n) => ({ count, at: n + 0.5, kind: kindOf(n) }));
  const targets = loss && all.map((_, n) => (n === label ? loss.desired : loss.undesired));
  const at = all.map((one) => one.at);
  const low = targets?.map((target) => Math.max(0, target - loss!.margin)) ?? [];
  const high = targets?.map((target) => target + loss!.margin) ?? [];
  const top = 1.12 * Math.max(1, ...spikes, ...high);
  const bars = (Object.keys(kinds) as Kind[]).flatMap((kind): FigureMark[] => {
    const own = all.filter((one) => one.kind === kind);
    if (own.length === 0) return [];
    const x = own.map((one) => one.at);
    const zeros = own.map(() => 0);
    const counted = own.map(({ count }) => count);
    return [{ ink: kinds[kind], name: kind, type: 'bars', x, low: zeros, high: counted, width: 0.62, look: 'filled' }];
  });
  const numbers: FigureMark = {
    ink: 'text',
    type: 'texts',
    x: at,
    // A number that would stand on its target's line stands over it.
    y: all.map(({ count }, n) => {
      const target = targets?.[n] ?? -1;
      return target >= count && target - count < 0.09 * top ? target : count;
    }),
    texts: all.map(({ count, kind }) => `${count}${/ [✓✗○]$/.exec(kind)?.[0] ?? ''}`),
  };
  const margins: FigureMark[] = targets
    ? [{ ink: 4, type: 'bars', x: at, low, high, width: 0.98, look: 'framed' }]
    : [];
  const lines: FigureMark[] = targets
    ? [{ ink: 'text', type: 'bars', x: at, low: targets, high: targets, width: 0.9, look: 'line' }]
    : [];
  return {
    height: 190,
    x: { title: 'class', from: 0, to: names.length, names },
    y: { title: 'spikes', from: 0, to: top, whole: true },
    marks: [...margins, ...bars, ...lines, numbers],
  };
}

function plural(count: number): string {
  return `${count} spike${count === 1 ? '' : 's'}`;
}
