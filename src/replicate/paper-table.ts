/** A run in a notebook beside what was reported for its preset. */
import type { Preset } from '../presets/index.js';
import { table, type Table, type TableRow } from '../plot/table.js';
import type { RunRecord } from '../train/record.js';
import { describe, requireObject } from '../network/require.js';
import { type AuthorsEpoch, authorsLog, authorsSamples } from './authors-log.js';
import { bestOf } from './rows.js';

const isRunRecord = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'samples' in value && 'seed' in value;

/**
 * The paper's figures, the authors' log at its end and at the same epoch, and this run, each with its data, training
 * samples and epochs: a run on less is another experiment, and the table says so by its numbers.
 * @example show(paperTable(presets.jin2018.mnistDense, net.runRecord));
 */
export function paperTable(preset: Preset, run: RunRecord): Table {
  requireObject('paperTable()', preset, 'a preset and a run record');
  if (!isRunRecord(run))
    throw new TypeError(`paperTable() takes net.runRecord as its second value, not ${describe(run)}`);
  const { paper, dataset, authorsLog: name } = preset;
  const log = name === undefined ? [] : authorsLog(name);
  const all = name === undefined ? 'all' : authorsSamples.toLocaleString('en');
  const row = (what: string, data: string, samples: string, epochs: number, percent: number | undefined): TableRow => ({
    run: what,
    data,
    'training samples': samples,
    epochs,
    'test accuracy': percent === undefined ? '–' : `${percent.toFixed(2)} %`,
  });
  const logged = (what: string, { epoch, testAccuracy }: AuthorsEpoch): TableRow =>
    row(what, dataset, all, epoch, 100 * testAccuracy);
  const same = log.find(({ epoch }) => epoch === run.epochs);
  return table([
    ...(paper?.mean === undefined ? [] : [row('paper, mean of several runs', dataset, all, preset.epochs, paper.mean)]),
    ...(paper
      ? [row(`${paper.source.includes('paper') ? 'paper' : 'reported'}, best`, dataset, all, preset.epochs, paper.best)]
      : []),
    ...(log.length > 0
      ? [
          logged("authors' log, its best epoch by the test set", bestOf(log)),
          logged("authors' log, last epoch", log[log.length - 1]),
        ]
      : []),
    ...(same && same !== log.at(-1) ? [logged("authors' log, same epoch as below", same)] : []),
    row(
      `this run, seed ${run.seed}`,
      run.dataset,
      run.samples.toLocaleString('en'),
      run.epochs,
      run.testAccuracy === undefined ? undefined : 100 * run.testAccuracy,
    ),
  ]);
}
