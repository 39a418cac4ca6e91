/**
 * docs/reference/ is what the program is, and links of the documentation lead somewhere. A page that is not says which
 * command or line mends it.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { anchorOf, anchorsOf, linksOf } from '../../scripts/docs/anchors.mjs';
import { pages } from '../../scripts/docs/blocks.mjs';
import { made, withPart } from '../../scripts/docs/reference.mjs';
import { richNames } from '../../kernel/child/rich-globals.js';
import { notebookGlobals } from '../../src/index.js';
import { authorsLog } from '../../src/replicate/authors-log.js';
import { spread, type Spread } from '../../src/network/spread.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
/** Texts of all files below some folders, tests left out. */
const sources = (...folders: string[]): string[] =>
  folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((file) => file.isFile() && /\.(ts|mjs|py|sh)$/.test(file.name) && !file.name.endsWith('.test.ts'))
      .map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8')),
  );
const found = (texts: readonly string[], pattern: RegExp): string[] =>
  [...new Set(texts.flatMap((text) => [...text.matchAll(pattern)].map(([, name]) => name)))].sort();
/** What stands as code in the first column of a page's tables. */
const firstColumn = (page: string): string[] =>
  read(page)
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => [...line.split(' | ')[0].matchAll(/`([^`]+)`/g)].map(([, name]) => name));

describe('docs/reference', () => {
  test('has the commands, options and image sets that there are', async () => {
    for (const part of await made()) {
      const { before, after } = withPart(part);
      expect(before, `${part.page}: run npm run build && node scripts/docs/reference.mjs`).toBe(after);
    }
  });

  test('has the commands that the real --help lists', () => {
    const help = execFileSync(process.execPath, [join(root, 'dist/src/cli/main.js'), '--help'], { encoding: 'utf8' });
    const listed = [...help.split('Commands:')[1].matchAll(/^ {2}([a-z-]+)/gm)].map(([, name]) => name);
    const headings = found([read('docs/reference/command-line.md')], /^## ([a-z-]+)/gm);
    expect(headings).toEqual(listed.filter((name) => name !== 'help').sort());
  });

  test('has the exit codes that the command promises', () => {
    const [, promised] = /Exit codes: ([^.]*)\./.exec(read('src/cli/main.ts'))!;
    const codes = [...promised.matchAll(/\b\d+\b/g)].map(([code]) => code);
    expect([...read('docs/reference/command-line.md').matchAll(/^\| (\d+) \|/gm)].map(([, code]) => code)).toEqual(
      codes,
    );
  });

  test('has every environment variable of the sources, and no other', () => {
    const own = /\b(SPIKELAB_[A-Z_]*[A-Z])\b/g;
    const used = found(sources('src', 'kernel', 'extension/src', 'python', 'scripts'), own);
    expect(found([read('docs/reference/environment.md')], own), 'docs/reference/environment.md').toEqual(used);
    const system = /process\.env\['([A-Z_]+)'\]|\benv\['([A-Z_]+)'\]/g;
    const others = found(
      sources('src', 'kernel').map((text) => text.replaceAll(system, '<$1$2>')),
      /<((?!SPIKELAB)[A-Z_]{4,})>/g,
    );
    const page = read('docs/reference/environment.md');
    const inside = ['JPY_PARENT_PID'];
    expect(others.filter((name) => !page.includes(`\`${name}\``) && !inside.includes(name))).toEqual([]);
  });

  test('has every global of a notebook, and no other', () => {
    const api = read('kernel/child/notebook-api.ts');
    const listed = [...api.matchAll(/export (?:async )?function (\w+)|export const (\w+)|export \{([^}]*)\}/g)];
    const names = listed.flatMap(([, one, other, list]) =>
      (one ?? other ?? list).split(',').map((name) => name.trim()),
    );
    const globals = [...notebookGlobals, ...richNames, ...names.filter((name) => /^[a-z]\w*$/.test(name)), '_', 'Out'];
    expect(firstColumn('docs/reference/globals.md').sort()).toEqual(globals.sort());
  });

  test('has every MIME type and every error of our own', () => {
    const mime = read('docs/reference/mime-formats.md');
    for (const type of found(sources('src', 'kernel'), /'(application\/vnd\.(?:spikelab|vegalite)[^']+)'/g))
      expect(mime).toContain(`| \`${type}\` |`);
    const internal = ['MalformedMessage', 'DamagedChannel'];
    const errors = found(sources('src', 'kernel'), /class (\w+) extends \w*Error\b/g);
    const page = firstColumn('docs/reference/errors.md');
    expect(
      errors.filter((name) => !page.includes(name) && !internal.includes(name)),
      'docs/reference/errors.md',
    ).toEqual([]);
  });
});

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
    const page = read('docs/replication.md').replaceAll('\n', ' ');
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
    const page = read('docs/replication.md').replaceAll('\n', ' ');
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
    const page = read('docs/replication.md').replaceAll('\n', ' ');
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
    const page = read('docs/replication.md').replaceAll('\n', ' ');
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
    const page = read('docs/replication.md').replaceAll('\n', ' ');
    expect(network.weightsSha256).toBe(weightsSha256);
    for (const said of [
      `${after(epochs)} % of 10,000 simulated test recordings after epochs 1 to 5`,
      `on the real ones ${after(authorsLog('nmnist-dense').slice(0, 5))} %`,
      `knows ${100 * network.testedOn.real} (of their simulations ${100 * network.testedOn.simulated}; trained on 1,000 real recordings it is ${100 * trainedOn.real.testedOn.real};`,
    ])
      expect(page).toContain(said);
  });
});

describe('links of the documentation', () => {
  const all = [...pages(), 'CONTRIBUTING.md', 'CHANGELOG.md', 'notebooks/classroom/README.md'];

  test.each(all)('%s', (page) => {
    const broken = linksOf(read(page)).filter((target) => {
      if (/^(https?:|mailto:)/.test(target)) return false;
      const [path, anchor] = target.split('#');
      const file = path === '' ? join(root, page) : resolve(root, dirname(page), decodeURIComponent(path));
      if (relative(root, file).startsWith('..') || !existsSync(file)) return true;
      return anchor !== undefined && file.endsWith('.md') && !anchorsOf(readFileSync(file, 'utf8')).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  test('anchors are those of GitHub', () => {
    expect(anchorOf('What 5.5 means: `tauM`, and *more*')).toBe('what-55-means-taum-and-more');
    expect(anchorsOf('# One\n\n```sh\n# no heading\n```\n\n## One')).toEqual(['one', 'one-1']);
    expect(linksOf('[a](b.md#c) `[d](e)` ![f](g.png "h")')).toEqual(['b.md#c', 'g.png']);
  });
});
