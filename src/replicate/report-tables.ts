/**
 * The tables of a replication's report: accuracies beside the authors', epoch by epoch, seed by seed, and what it was
 * run on.
 */
import { type AuthorsEpoch, authorsSamples } from './authors-log.js';
import { accuracyText } from './compare.js';
import type { Block } from './document.js';
import type { Spread } from '../network/spread.js';
import { averageText, type FinalRecord } from './final.js';
import { accuracies, bestOf, finalOf, type MeanEpoch, type ReplicationRow } from './rows.js';

/** Epochs worth a line. */
const shownEpochs: readonly number[] = [1, 2, 3, 5, 10, 20, 50, 100, 200];

const percent = (fraction: number | undefined): string =>
  fraction === undefined ? '' : `${(100 * fraction).toFixed(2)} %`;

export function accuracyTable(rows: readonly ReplicationRow[], authors: readonly AuthorsEpoch[]): Block {
  const { epoch, last, best, highest } = accuracies(rows);
  const lines = [
    [
      `Spikelab, ${rows.length} seed${rows.length === 1 ? '' : 's'}`,
      String(epoch),
      accuracyText(last),
      accuracyText(best),
      percent(highest),
    ],
  ];
  const theirs = authors.filter((entry) => entry.epoch <= epoch);
  const same = theirs.at(-1);
  if (same)
    lines.push([
      "authors' log, one run",
      String(same.epoch),
      percent(same.testAccuracy),
      percent(bestOf(theirs).testAccuracy),
      percent(bestOf(theirs).testAccuracy),
    ]);
  const whole = authors.at(-1);
  if (whole && whole.epoch > epoch)
    lines.push([
      "authors' log, to its end",
      String(whole.epoch),
      percent(whole.testAccuracy),
      percent(bestOf(authors).testAccuracy),
      percent(bestOf(authors).testAccuracy),
    ]);
  const { paper } = rows[0];
  if (paper)
    lines.push([
      paper.source,
      '',
      '',
      paper.mean === undefined ? '' : `mean ${paper.mean.toFixed(2)} %`,
      `${paper.best.toFixed(2)} %`,
    ]);
  const final = finalOf(rows);
  const tested = final ? [accuracyText(final) + howText(final)] : [];
  return {
    kind: 'table',
    head: [
      '',
      'epoch',
      'after the last epoch',
      ...tested.map(() => 'final test'),
      ...['best epoch, mean', 'best epoch, highest'],
    ],
    rows: lines.map((line, n) => [
      ...line.slice(0, 3),
      ...tested.map((text) => (n === 0 ? text : '')),
      ...line.slice(3),
    ]),
  };
}

export function epochTable(
  means: readonly MeanEpoch[],
  rows: readonly ReplicationRow[],
  authors: readonly AuthorsEpoch[],
): Block {
  const { samples } = rows[0];
  const withStd = ({ mean, std }: Spread, digits: number): string =>
    std === undefined ? mean.toFixed(digits) : `${mean.toFixed(digits)} ± ${std.toFixed(digits)}`;
  const perSample = (seconds: number, count: number): string => `${((1000 * seconds) / count).toFixed(2)} ms`;
  const compared = authors.length > 0;
  const lines = means
    .filter(({ epoch }) => shownEpochs.includes(epoch) || epoch === means.length)
    .map(({ epoch, testAccuracy, cost, seconds }) => {
      const theirs = authors.find((entry) => entry.epoch === epoch);
      const other = (text: (entry: AuthorsEpoch) => string): string[] => (compared ? [theirs ? text(theirs) : ''] : []);
      return [
        String(epoch),
        accuracyText(testAccuracy),
        ...other((entry) => percent(entry.testAccuracy)),
        withStd(cost, 1),
        ...other((entry) => entry.cost.toFixed(1)),
        `${seconds.mean.toFixed(1)} s`,
        ...other((entry) => `${entry.seconds.toFixed(0)} s`),
        perSample(seconds.mean, samples),
        ...other((entry) => perSample(entry.seconds, authorsSamples)),
      ];
    });
  const head = ['test accuracy', 'cost', 'training time', 'for each sample'].flatMap((name) =>
    compared ? [name, `${name}, authors`] : [name],
  );
  return { kind: 'table', head: ['epoch', ...head], rows: lines };
}

export function seedTable(rows: readonly ReplicationRow[]): Block {
  const tested = rows.some(({ final }) => final);
  return {
    kind: 'table',
    head: [
      ...['seed', 'status', 'epochs', 'last epoch', 'best epoch'],
      ...(tested ? ['final test'] : []),
      ...['threads', 'training time', 'sha256 of the weights'],
    ],
    rows: rows.map(({ seed, status, last, best, final, threads, parts, trainSeconds, weightsSha256 }) => [
      String(seed),
      status,
      String(last.epoch),
      percent(last.testAccuracy),
      `${percent(best.testAccuracy)} (epoch ${best.epoch})`,
      ...(tested ? [final ? percent(final.testAccuracy) + howText(final) : ''] : []),
      distinct(parts.length > 0 ? parts.map((part) => String(part.threads)) : [String(threads)], ', '),
      `${(trainSeconds / 60).toFixed(1)} min`,
      weightsSha256,
    ]),
  };
}

/** Runs of earlier calls may have been tested otherwise, so that each says how. */
function howText({ average, asked, draws }: Pick<FinalRecord, 'average' | 'asked' | 'draws'>): string {
  const how = [
    (average > 1 || asked !== undefined) && averageText({ average, ...(asked !== undefined && { asked }) }),
    draws > 1 && `${draws} draws`,
  ].filter(Boolean);
  return how.length > 0 ? ` (${how.join(', ')})` : '';
}

const distinct = (texts: readonly string[], between = '; '): string => [...new Set(texts)].join(between);

export function evidence(rows: readonly ReplicationRow[]): Block[] {
  return [
    {
      kind: 'paragraph',
      text: `Data: ${rows[0].dataset}, ${rows[0].samples.toLocaleString('en')} training samples, sha256 ${distinct(rows.map((row) => row.dataSha256))}; test sha256 ${distinct(rows.map((row) => row.testSha256))}.`,
    },
    {
      kind: 'paragraph',
      text: `Machine: ${distinct(rows.flatMap(({ machine, parts }) => [...parts.map((part) => part.machine), machine]).map((m) => `${m.cpu}, ${m.cores} cores, ${m.platform} ${m.arch}, Node ${m.node}`))}.`,
    },
    {
      kind: 'paragraph',
      text: `Versions: ${distinct(rows.map(({ versions: v }) => `spikelab ${v.spikelab}, numeric version ${v.numeric}`))}. Weights and figures do not depend on the number of threads.`,
    },
  ];
}
