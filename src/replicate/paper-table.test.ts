import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { presets } from '../presets/index.js';
import { sequential } from '../train/build.js';
import { paperTable } from './paper-table.js';

const { mnistDense } = presets.jin2018;
const untrained = sequential(mnistDense.layers, { ...mnistDense.options, ...mnistDense.rule, seed: 4 }).runRecord;
const after = (epochs: number) => ({
  ...untrained,
  dataset: 'mnist/train[0:6000]',
  samples: 6000,
  epochs,
  testAccuracy: 0.91234,
});
const rowsOf = (epochs: number) => paperTable(mnistDense, after(epochs)).toMarkdown().split('\n').slice(2);

/** Columns of the authors' log as the file has them: run, epoch, train accuracy, test accuracy, … */
const log = readFileSync(new URL('../../docs/results/authors-logs.csv', import.meta.url), 'utf8')
  .split('\n')
  .map((line) => line.split(','));
const logged = (epoch: number) => log.find(([run, number]) => run === 'mnist-dense' && number === String(epoch))?.[3];

test('a run stands below the log of the same epoch, with its own data', () => {
  expect(rowsOf(3).slice(-2)).toEqual([
    `| authors' log, same epoch as below | mnist | 60,000 | 3 | ${logged(3)} % |`,
    '| this run, seed 4 | mnist/train\\[0:6000\\] | 6,000 | 3 | 91.23 % |',
  ]);
});

test('the paper and the end of the log come first', () => {
  expect(rowsOf(3).slice(0, 4)).toEqual([
    '| paper, mean of several runs | mnist | 60,000 | 200 | 98.84 % |',
    '| paper, best | mnist | 60,000 | 200 | 98.93 % |',
    "| authors' log, its best epoch by the test set | mnist | 60,000 | 101 | 98.93 % |",
    `| authors' log, last epoch | mnist | 60,000 | 200 | ${logged(200)} % |`,
  ]);
});

test('the last epoch is not shown twice; a run without epochs has no accuracy', () => {
  expect(rowsOf(200)).toHaveLength(5);
  expect(paperTable(mnistDense, untrained).toMarkdown()).toContain('| this run, seed 4 | none | 0 | 0 | – |');
});

test('what was reported without a log or a mean has its row alone', () => {
  const table = paperTable(presets.followups.fashionDense, after(2)).toMarkdown().split('\n');
  expect(table).toHaveLength(4);
  expect(table[2]).toBe('| reported, best | fashion-mnist | all | 100 | 88.99 % |');
});
