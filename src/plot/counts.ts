/** Firing counts of the output layer as bars, with the targets and margins of the loss. */
import { firingCounts, type SpikeTrains } from '../network/spikes.js';
import type { FiringCountLoss, Loss } from '../network/rule.js';
import { requireInteger } from '../network/require.js';
import { plainText, vegaLiteMime } from './payload.js';
import { Plot } from './picture.js';
import type { RunLike } from './runLike.js';
import { colors } from './style.js';
import { drawVegaLite, labelExpr, namesAxis, vegaLite, type VegaLiteSpec } from './vega.js';

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
const width = 650;

/**
 * Draws the firing counts of a run's last layer, of one layer, or an array of counts.
 * @example show(counts(run, { loss: firingCount() }));
 */
export function counts(source: RunLike | SpikeTrains | ArrayLike<number>, options: CountsOptions = {}): Plot {
  const run = 'spikes' in source ? source : undefined;
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
  const names = spikes.map((_, n) => plainText(classNames?.[n] ?? String(n), 40));
  const index = (what: string, value: number | string | undefined): number | undefined => {
    if (value === undefined) return undefined;
    const found = typeof value === 'number' ? value : names.indexOf(value);
    return requireInteger(`${what} ${JSON.stringify(value)} as a class`, found, 0, spikes.length - 1);
  };
  const label = index('label', options.label ?? run?.label);
  const prediction =
    index('prediction', options.prediction ?? run?.prediction) ??
    spikes.indexOf(spikes.reduce((a, b) => Math.max(a, b)));
  const text = `predicted ${names[prediction]} (${plural(spikes[prediction])})${label === undefined ? '' : `, label ${names[label]}${label === prediction ? '' : ` (${plural(spikes[label])})`}`}`;
  const spec = countsSpec(spikes, names, label, prediction, {
    ...options,
    loss: options.loss ?? marginsOf(run?.rule?.loss),
  });
  return new Plot({ text: `counts: ${text}`, light: { [vegaLiteMime]: spec }, draw: () => drawVegaLite(spec) });
}

function countsOf(source: RunLike | SpikeTrains | ArrayLike<number>): ArrayLike<number> {
  if ('offsets' in source) return firingCounts(source);
  if (!('spikes' in source)) return source;
  const output = source.spikes.at(-1);
  if (!output) throw new RangeError('a run without layers: record its spikes');
  return firingCounts(output);
}

/** Targets of a loss on firing counts; undefined for any other loss. */
function marginsOf(loss: Loss | undefined): FiringCountLoss | undefined {
  return loss?.type === 'firingCount' ? loss : undefined;
}

/** Kinds of classes, told apart by a sign as well. */
const kindColours: Readonly<Record<string, string>> = {
  predicted: colors.blue,
  'predicted, correct ✓': colors.blue,
  'predicted, wrong ✗': colors.vermilion,
  'true class ○': colors.green,
  other: colors.line,
};

function countsSpec(
  spikes: readonly number[],
  names: readonly string[],
  label: number | undefined,
  prediction: number,
  options: CountsOptions,
): VegaLiteSpec {
  const loss = label === undefined ? undefined : options.loss;
  const kind = (n: number): string => {
    if (n === prediction)
      return label === undefined ? 'predicted' : label === n ? 'predicted, correct ✓' : 'predicted, wrong ✗';
    return n === label ? 'true class ○' : 'other';
  };
  const values = spikes.map((count, n) => {
    const target = loss && (n === label ? loss.desired : loss.undesired);
    return {
      n,
      name: names[n],
      count,
      kind: kind(n),
      text: `${count}${/ [✓✗○]$/.exec(kind(n))?.[0] ?? ''}`,
      ...(loss &&
        target !== undefined && { target, low: Math.max(0, target - loss.margin), high: target + loss.margin }),
    };
  });
  const kinds = Object.keys(kindColours).filter((one) => values.some((value) => value.kind === one));
  const top = Math.max(1, ...values.map((value) => Math.max(value.count, value.high ?? 0)));
  const x = {
    field: 'n',
    type: 'ordinal',
    title: 'class',
    axis: {
      ...namesAxis(names, width / names.length),
      labelExpr: labelExpr(names),
      labelLimit: 140,
    },
  };
  const step = width / names.length;
  const number = { dy: -7, fontSize: 12, type: 'text' };
  return vegaLite({
    title: {
      text: plainText(options.title ?? 'Firing counts of the output'),
      ...(loss && {
        subtitle: `line: target ${loss.desired} for the label, ${loss.undesired} for the others; band: margin ±${loss.margin} without error`,
      }),
    },
    width,
    height: 190,
    data: { values },
    encoding: {
      x,
      y: {
        type: 'quantitative',
        title: 'spikes',
        scale: { domain: [0, top * 1.1], nice: false },
        axis: { tickCount: 6, tickMinStep: 1, format: 'd' },
      },
    },
    layer: [
      ...(loss
        ? [
            {
              mark: {
                type: 'bar',
                color: colors.ochre,
                fillOpacity: 0.18,
                stroke: colors.ochre,
                width: { band: 0.98 },
              },
              encoding: { y: { field: 'low' }, y2: { field: 'high' } },
            },
          ]
        : []),
      {
        mark: { type: 'bar', width: { band: 0.62 } },
        encoding: {
          y: { field: 'count' },
          color: {
            field: 'kind',
            type: 'nominal',
            scale: { domain: kinds, range: kinds.map((one) => kindColours[one]) },
            legend: { title: null, orient: 'bottom', symbolType: 'square', labelLimit: 200, offset: 4 },
          },
        },
      },
      ...(loss
        ? [
            {
              mark: { type: 'tick', color: colors.ink, thickness: 2, opacity: 1, width: step * 0.9 },
              encoding: { y: { field: 'target' } },
            },
          ]
        : []),
      // The number twice: first a white outline that keeps it readable on a target line.
      {
        mark: { ...number, color: colors.background, stroke: colors.background, strokeWidth: 4 },
        encoding: { y: { field: 'count' }, text: { field: 'text' } },
      },
      { mark: { ...number, color: colors.ink }, encoding: { y: { field: 'count' }, text: { field: 'text' } } },
    ],
  });
}

function plural(count: number): string {
  return `${count} spike${count === 1 ? '' : 's'}`;
}
