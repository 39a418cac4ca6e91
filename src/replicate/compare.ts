/**
 * A replication beside the paper, as a picture: test accuracies of each seed, their mean, the authors' log, the paper's
 * row.
 */
import { requireList } from '../network/require.js';
import { plainText, vegaLiteMime } from '../plot/payload.js';
import { Plot } from '../plot/picture.js';
import { colors } from '../plot/style.js';
import { drawVegaLite, vegaLite, type VegaLiteSpec } from '../plot/vega.js';
import { type AuthorsEpoch, authorsLog } from './authors-log.js';
import type { Spread } from '../network/spread.js';
import { accuracies, bestOf, type ReplicationRow } from './rows.js';

/** One line of the picture; accuracies in %. */
interface Line {
  readonly label: string;
  readonly ours: boolean;
  readonly values: readonly number[];
  readonly center?: number;
  readonly low?: number;
  readonly high?: number;
}

/** `97.45 ± 0.06 %` or, of one value, `97.45 %`. @param fraction 0..1 */
export function accuracyText({ mean, std }: Spread): string {
  return std === undefined
    ? `${(100 * mean).toFixed(2)} %`
    : `${(100 * mean).toFixed(2)} ± ${(100 * std).toFixed(2)} %`;
}

/**
 * Draws what `replicate` returned, of one preset.
 * @example show(compareWithPaper(await replicate(presets.jin2018.mnistDense, { seeds: [0, 1, 2], epochs: 5, out:
 * 'runs/mnist-dense' })));
 */
export function compareWithPaper(rows: readonly ReplicationRow[]): Plot {
  requireList('compareWithPaper()', rows, 'what replicate() returned');
  for (const row of rows)
    requireList(
      'compareWithPaper(): epochs of a row',
      (row as ReplicationRow | null)?.epochs,
      'what replicate() returned',
    );
  if (rows.length === 0) throw new RangeError('no rows to compare: give what replicate() returned');
  const names = [...new Set(rows.map((row) => row.preset))];
  if (names.length > 1)
    throw new RangeError(`rows of ${names.join(' and ')} in one picture: compare one preset at a time`);
  const log = rows[0].authorsLog;
  const lines = linesOf(rows, log === undefined ? [] : authorsLog(log));
  const { epoch, last, best } = accuracies(rows);
  const paper = rows[0].paper;
  const reported = paper
    ? `; paper ${[paper.mean === undefined ? '' : `mean ${paper.mean} %`, `best ${paper.best} %`].filter((part) => part !== '').join(', ')}`
    : '';
  const text = `${names[0]}, ${rows.length} seed${rows.length === 1 ? '' : 's'}, epoch ${epoch}: last ${accuracyText(last)}, best ${accuracyText(best)} (chosen on the test set)${reported}`;
  const spec = comparisonSpec(`${names[0]}: test accuracy`, lines, rows);
  return new Plot({ text: plainText(text), light: { [vegaLiteMime]: spec }, draw: () => drawVegaLite(spec) });
}

function linesOf(rows: readonly ReplicationRow[], authors: readonly AuthorsEpoch[]): Line[] {
  const { epoch, last, best } = accuracies(rows);
  const percent = (fractions: readonly (number | undefined)[]): number[] =>
    fractions.flatMap((value) => (value === undefined || Number.isNaN(value) ? [] : [100 * value]));
  const ours = (label: string, fractions: readonly (number | undefined)[], { mean, std = 0 }: Spread): Line => ({
    label: `Spikelab, ${label}`,
    ours: true,
    values: percent(fractions),
    center: 100 * mean,
    low: 100 * (mean - std),
    high: 100 * (mean + std),
  });
  const lines = [
    ours(
      `epoch ${epoch}`,
      rows.map((row) => row.epochs[epoch - 1].testAccuracy),
      last,
    ),
    ours(
      `best of ${epoch} (by test set)`,
      rows.map((row) => bestOf(row.epochs.slice(0, epoch)).testAccuracy),
      best,
    ),
  ];
  const upTo = authors.filter((entry) => entry.epoch <= epoch);
  const same = upTo.at(-1);
  if (same) {
    lines.push({ label: `authors' log, epoch ${same.epoch}`, ours: false, values: [100 * same.testAccuracy] });
    lines.push({
      label: `authors' log, best of ${same.epoch}`,
      ours: false,
      values: [100 * bestOf(upTo).testAccuracy],
    });
  }
  const paper = rows[0].paper;
  if (paper?.mean !== undefined) lines.push({ label: 'paper, mean', ours: false, values: [paper.mean] });
  if (paper) lines.push({ label: 'paper, best', ours: false, values: [paper.best] });
  return lines;
}

function comparisonSpec(title: string, lines: readonly Line[], rows: readonly ReplicationRow[]): VegaLiteSpec {
  const values = lines.flatMap(({ label, ours, values: points }) =>
    points.map((x) => ({ label, x, whose: ours ? 'a seed' : 'reported' })),
  );
  const means = lines.flatMap(({ label, center, low, high }) =>
    center === undefined ? [] : [{ label, x: center, low, high, text: `${center.toFixed(2)} %` }],
  );
  const reported = lines
    .filter((line) => !line.ours)
    .map(({ label, values: [x] }) => ({ label, x, text: `${x.toFixed(2)} %` }));
  const all = [...values.map(({ x }) => x), ...means.flatMap(({ low, high }) => [low ?? 100, high ?? 0])];
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const room = Math.max(0.1, (most - least) * 0.15);
  const y = {
    field: 'label',
    type: 'nominal',
    sort: lines.map(({ label }) => label),
    title: null,
    axis: { labelLimit: 500, grid: true },
  };
  const x = {
    field: 'x',
    type: 'quantitative',
    title: 'test accuracy, %',
    scale: { domain: [Math.max(0, least - room), Math.min(100.05, most + room)], nice: false },
    axis: { tickCount: 6, grid: false },
  };
  const label = { type: 'text', dy: -15, fontSize: 12, color: colors.ink };
  const part = rows[0].complete
    ? ''
    : `; trained on ${rows[0].samples.toLocaleString('en')} samples only: not the reported experiment`;
  return vegaLite({
    title: {
      text: plainText(title),
      subtitle: `dots: ${rows.length === 1 ? `seed ${rows[0].seed}` : `${rows.length} seeds; bar: mean and one standard deviation`}${part}`,
    },
    width: 430,
    height: { step: 42 },
    encoding: { y, x },
    layer: [
      {
        data: { values: means },
        mark: { type: 'rule', color: colors.line, strokeWidth: 5 },
        encoding: { x: { ...x, field: 'low' }, x2: { field: 'high' } },
      },
      { data: { values: means }, mark: { type: 'tick', color: colors.blue, thickness: 2, size: 16 } },
      {
        data: { values },
        mark: { type: 'point', filled: true, size: 46, opacity: 0.9 },
        encoding: {
          color: {
            field: 'whose',
            type: 'nominal',
            scale: { domain: ['a seed', 'reported'], range: [colors.blue, colors.vermilion] },
            legend: null,
          },
        },
      },
      { data: { values: [...means, ...reported] }, mark: label, encoding: { text: { field: 'text' } } },
    ],
  });
}
