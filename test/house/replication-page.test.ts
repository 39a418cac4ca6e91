/** docs/replication.md says what the records of docs/results have: each of its figures is computed from them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { spread, type Spread } from '../../src/network/spread.js';
import { authorsLog } from '../../src/replicate/authors-log.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const page = read('docs/replication.md').replaceAll('\n', ' ');

/** As far as the page speaks of it. */
interface Replication {
  readonly seeds: readonly number[];
  readonly summary: { readonly lastEpoch: Spread; readonly bestEpoch: Spread };
  readonly epochs: readonly { readonly testAccuracy: Spread; readonly cost: Spread }[];
}

interface Camera {
  readonly network: {
    readonly weightsSha256: string;
    readonly testedOn: Readonly<Record<'real' | 'simulated', number>>;
  };
  readonly trainedOn: Readonly<Record<'real' | 'simulated', { readonly testedOn: { readonly real: number } }>>;
}

interface Run {
  readonly epochs: readonly { readonly trainAccuracy: number; readonly testAccuracy: number; readonly cost: number }[];
}

type Figure = keyof Run['epochs'][number];

const percent = (value: number): string => (100 * value).toFixed(2);
const all = (epochs: Run['epochs'], figure: Figure): number[] => epochs.map((one) => one[figure]);
/** Mean over epochs, the first and the last of them counted from 1. */
const over = (values: readonly number[], from: number, to: number): number => spread(values.slice(from - 1, to)).mean;

describe('docs/replication.md', () => {
  test("says how far the longest runs are from the authors' log", () => {
    const { seeds, summary, epochs } = JSON.parse(read('docs/results/mnist-dense-100/report.json')) as Replication;
    const log = authorsLog('mnist-dense').slice(0, epochs.length);
    const spreadText = ({ mean, std = NaN }: Spread): string => `${percent(mean)} ± ${percent(std)} %`;
    const [ours, theirs] = [epochs.map((one) => one.testAccuracy.mean), log.map((one) => one.testAccuracy)];
    const [last, there] = [epochs[epochs.length - 1], log[log.length - 1]];
    const runs = seeds.map((seed) => {
      const run = JSON.parse(read(`docs/results/mnist-dense-100/seed-${seed}/report.json`)) as Run;
      return run.epochs.map((one) => one.testAccuracy);
    });
    const each = (from: number, to: number): string => runs.map((run) => percent(over(run, from, to))).join(', ');
    const many = ['no', 'one', 'two', 'three'][seeds.length];
    for (const said of [
      `${spreadText(summary.lastEpoch)}, ${many} seeds, ${epochs.length} epochs, ${spreadText(summary.bestEpoch)} in the best epoch of each`,
      `${percent(there.testAccuracy)} % after epoch ${log.length}, ${percent(Math.max(...theirs))} % in the best of them`,
      `(${percent(ours[9])} %, log ${percent(theirs[9])} % after the tenth)`,
      `over epochs 11 to 30 the ${many} seeds have ${percent(over(ours, 11, 30))} % (${each(11, 30)}), the log ${percent(over(theirs, 11, 30))} %`,
      `over epochs 81 to 100 it has ${percent(over(ours, 81, 100))} % (${each(81, 100)}), the log ${percent(over(theirs, 81, 100))} %, which is ${percent(over(theirs, 81, 100) - over(ours, 81, 100))} above`,
      `(${last.cost.mean.toFixed(2)} in epoch ${epochs.length}, log ${there.cost.toFixed(2)})`,
    ])
      expect(page).toContain(said);
  });
});

describe('docs/replication.md, of steps after each sample', () => {
  test("has its accuracies and costs beside the authors' log, ten epochs at a time", () => {
    const runOf = (file: string): Run['epochs'] => (JSON.parse(read(file)) as Run).epochs;
    const epochs = runOf('docs/results/mnist-dense-step.json');
    const skipping = runOf('docs/results/mnist-dense-100/seed-1/report.json');
    const log = authorsLog('mnist-dense');
    const ten = (of: Run['epochs'], what: Figure, from: number): number => over(all(of, what), from, from + 9);
    const costs = [11, 21, 31, 41, 51, 61].map((from) => ten(epochs, 'cost', from) / ten(log, 'cost', from));
    expect(Math.max(...costs.map((ratio) => Math.abs(ratio - 1)))).toBeLessThan(0.03);
    const accuracies = (of: Run['epochs']): string[] =>
      [31, 41, 51, 61].map((from) => percent(ten(of, 'testAccuracy', from)));
    const listed = (some: string[]): string => `${some.slice(0, -1).join(', ')} and ${some.at(-1)} %`;
    const [[ours, ...later], [theirs, ...theirsLater]] = [accuracies(epochs), accuracies(log)];
    for (const said of [
      `was run over ${epochs.length} epochs with seed 1`,
      `${percent(epochs[epochs.length - 1].testAccuracy)} %, seed 1, ${epochs.length} epochs, ${percent(Math.max(...epochs.map((one) => one.testAccuracy)))} % in the best of them ([record](results/mnist-dense-step.json))`,
      `its training cost is the log's, to 3 % in each ten epochs from the eleventh on`,
      `${ours} % over epochs 31 to 40, where the log has ${theirs} %, then ${listed(later)} over the next three tens, where the log has ${listed(theirsLater)}`,
      `Seed 1 of the runs above has ${listed(accuracies(skipping))} there`,
    ])
      expect(page).toContain(said);
  });
});

describe('docs/replication.md, of the convolutional network', () => {
  test("has its accuracies and costs beside the authors' log", () => {
    const { epochs } = JSON.parse(read('docs/results/mnist-cnn-30/seed-1/report.json')) as Run;
    const whole = authorsLog('mnist-cnn');
    const log = whole.slice(0, epochs.length);
    const between = (what: Figure, from: number, to: number, text: (value: number) => string): string[] =>
      [epochs, log].map((of) => text(over(all(of, what), from, to)));
    const [test11, logTest11] = between('testAccuracy', 11, 20, percent);
    const [test21, logTest21] = between('testAccuracy', 21, 30, percent);
    const [train21, logTrain21] = between('trainAccuracy', 21, 30, percent);
    const [cost21, logCost21] = between('cost', 21, 30, (value) => value.toFixed(1));
    const [std, logStd] = [epochs, log].map((of) => percent(spread(of.slice(10).map((one) => one.testAccuracy)).std!));
    const best = (of: Run['epochs']): number => Math.max(...of.map((one) => one.testAccuracy));
    const [last, there] = [epochs, log].map((of) => percent(of[of.length - 1].testAccuracy));
    const bestOfAll = whole.findIndex((one) => one.testAccuracy === best(whole)) + 1;
    for (const said of [
      `${last} %, seed 1, ${epochs.length} epochs, ${percent(best(epochs))} % in the best of them`,
      `${there} % after epoch ${log.length}, ${percent(best(log))} % in the best of them`,
      `over epochs 11 to 20 it has ${test11} %, the log ${logTest11} %, over epochs 21 to 30 ${test21} and ${logTest21} %`,
      `(a standard deviation of ${std} and ${logStd} % over epochs 11 to 30)`,
      `${train21} % of the distorted images over epochs 21 to 30, the log ${logTrain21} %, and a cost of ${cost21}, log ${logCost21}`,
      `(${percent(best(whole))} % in epoch ${bestOfAll})`,
    ])
      expect(page).toContain(said);
  });
});

describe('docs/replication.md, of Fashion-MNIST', () => {
  test('has the last and the best accuracy of its record, and how it falls', () => {
    const { epochs } = JSON.parse(read('docs/results/fashion-dense.json')) as Run;
    const found = all(epochs, 'testAccuracy');
    const [last, best] = [found[found.length - 1], Math.max(...found)].map(percent);
    for (const said of [
      `${last} %, seed 1, ${epochs.length} epochs, ${best} % in the best of them`,
      `the best by the test set (above) | ${last}, ${best} |`,
      `${percent(over(found, 11, 20))} % over epochs 11 to 20, ${percent(over(found, 21, 30))} % over epochs 21 to 30`,
    ])
      expect(page).toContain(said);
  });
});

describe('docs/replication.md, of the simulated camera', () => {
  test("has the accuracies of its record beside the authors' log, and those on real recordings", () => {
    const { epochs, weightsSha256 } = JSON.parse(read('docs/results/saccades-dense.json')) as Run & {
      readonly weightsSha256: string;
    };
    const { network, trainedOn } = JSON.parse(read('docs/results/saccades.json')) as Camera;
    const after = (list: readonly { readonly testAccuracy: number }[]): string =>
      list.map((one) => (100 * one.testAccuracy).toFixed(2)).join(' / ');
    expect(network.weightsSha256).toBe(weightsSha256);
    for (const said of [
      `${after(epochs)} % of 10,000 simulated test recordings after epochs 1 to 5`,
      `on the real ones ${after(authorsLog('nmnist-dense').slice(0, 5))} %`,
      `knows ${100 * network.testedOn.real} (of their simulations ${100 * network.testedOn.simulated}; trained on 1,000 real recordings it is ${100 * trainedOn.real.testedOn.real};`,
    ])
      expect(page).toContain(said);
  });
});
