/**
 * Presets against the authors' logs (their learning rates) and the table of the paper; names as people mistype them.
 */
import { describe, expect, it } from 'vitest';
import { datasets } from '../data/datasets.js';
import { registry } from '../data/registry/registry.js';
import { authorsLog } from '../replicate/authors-log.js';
import { pick } from '../network/known.js';
import { describeNetwork } from '../network/network.js';
import { editDistance, nearest } from '../network/nearest.js';
import { type Preset, presetByName, presetNames, presets } from './index.js';
import { learningRateAt } from '../network/rule.js';
import { checkRule } from '../network/validate.js';

const { jin2018, followups, best } = presets;
const all = Object.values<Record<string, Preset>>(presets).flatMap((group) => Object.values(group));

describe('presets', () => {
  it.each(all.map((preset) => [preset.name, preset] as const))(
    '%s describes a network that fits its data',
    (name, preset) => {
      const network = describeNetwork(preset.layers, preset.options);
      expect(checkRule(preset.rule)).toEqual(preset.rule);
      expect(presetByName(name)).toBe(preset);
      expect(datasets.names).toContain(preset.dataset);
      const images = registry.find((entry) => entry.name === preset.dataset);
      const shape = images
        ? [784, images.classNames.length]
        : {
            strokes: [784, 10],
            nmnist: [2312, 10],
            'mnist-saccades': [2312, 10],
            'spoken-digits': [78, 10],
            'ti46-letters': [78, 26],
            shd: [100, 20],
            ssc: [100, 35],
          }[preset.dataset];
      expect([network.inputs, network.layers.at(-1)!.units]).toEqual(shape);
    },
  );

  it.each([
    // layers, T, thresholds, lambda, beta: as in the table of settings
    ['mnist-dense', [784, 800, 10], 400, [20, 8], [10, 0.04]],
    ['nmnist-dense', [2312, 800, 10], 540, [15, 15], [10, 0.01]],
    [
      'mnist-cnn',
      [784, 15 * 24 * 24, 15 * 12 * 12, 40 * 8 * 8, 40 * 4 * 4, 300, 10],
      400,
      [5, 2, 12, 4, 10, 10],
      [0, 0],
    ],
    ['emnist-dense-200', [784, 200, 200, 47], 400, [20, 20, 8], [10, 0.04]],
    ['emnist-dense-800', [784, 800, 47], 400, [20, 8], [10, 0.04]],
    ['ti46-dense-800', [78, 800, 26], 700, [10, 8], [0, 0]],
    ['ti46-dense-400x400', [78, 400, 400, 26], 700, [10, 10, 8], [0, 0]],
    ['ti46-dense-800x800', [78, 800, 800, 26], 700, [10, 10, 8], [0, 0]],
    ['fashion-dense', [784, 400, 400, 10], 400, [20, 20, 8], [10, 0.04]],
  ])('%s has the layers and constants of the paper', (name, sizes, steps, thresholds, [lambda, beta]) => {
    const { layers, options, rule } = presetByName(name);
    const network = describeNetwork(layers, options);
    expect([network.inputs, ...network.layers.map(({ units }) => units)]).toEqual(sizes);
    expect(network.layers.map(({ threshold }) => threshold)).toEqual(thresholds);
    expect([network.steps, network.neuron]).toEqual([steps, { tauM: 64, tauS: 8, refractory: 2 }]);
    expect(rule.regularizer).toEqual({ lambda, beta, limit: 8 });
    expect(rule.loss).toEqual({ type: 'firingCount', desired: 35, undesired: 5, margin: 5 });
    expect([rule.boosting, rule.batchSize, rule.rule.sideEffect, rule.rule.effectRatio]).toEqual([
      true,
      1,
      'linear',
      true,
    ]);
  });

  it.each(all.filter((preset) => preset.authorsLog !== undefined).map((preset) => [preset.name, preset] as const))(
    '%s: best and learning rates are those of its log',
    async (_, { authorsLog: run, paper, rule }) => {
      const log = authorsLog(run!);
      expect(log).toHaveLength(200);
      expect(Math.max(...log.map(({ testAccuracy }) => testAccuracy))).toBeCloseTo(paper!.best / 100, 6);
      const { readFile } = await import('node:fs/promises');
      const lines = (await readFile(new URL('../../docs/results/authors-logs.csv', import.meta.url), 'utf8'))
        .split('\n')
        .filter((line) => line.startsWith(`${run!},`));
      for (const line of lines) {
        const [, epoch, , , , , rate] = line.split(',');
        expect(
          Math.abs(learningRateAt(rule.optimizer, Number(epoch) - 1) - Number(rate)),
          `epoch ${epoch}`,
        ).toBeLessThan(1e-7);
      }
    },
  );

  it.each([
    [best.mnistDense, jin2018.mnistDense],
    [best.fashionDense, followups.fashionDense],
  ])('%# goes beyond the paper with its network, neurons, loss and step', (beyond, theirs) => {
    const [network, paper] = [beyond, theirs].map(({ layers, options }) => describeNetwork(layers, options));
    expect(network).toEqual(paper);
    const { rule, loss, regularizer, batchSize, idle } = beyond.rule;
    expect({ rule, loss, regularizer, batchSize, idle }).toEqual({
      ...pick(theirs.rule, ['rule', 'loss', 'regularizer', 'batchSize', 'idle']),
    });
    expect(beyond.paper).toMatchObject({ best: theirs.paper!.best });
    expect(beyond.paper!.source).toContain('goes beyond');
    expect(beyond.authorsLog).toBeUndefined();
  });

  it('guesses a mistyped name', () => {
    expect(() => presetByName('mnist-dens')).toThrow(
      'there is no preset "mnist-dens": did you mean mnist-dense? All of them: mnist-dense, nmnist-dense, mnist-cnn',
    );
    expect(() => presetByName('MNIST-CNN')).toThrow('did you mean mnist-cnn?');
    expect(() => presetByName('emnist-dense')).toThrow(/did you mean (mnist-dense or nmnist-dense|mnist-dense)/);
    expect(() => presetByName('resnet50')).toThrow(
      `there is no preset "resnet50": All of them: ${presetNames.join(', ')}`,
    );
    expect(nearest('x'.repeat(1e6), presetNames)).toEqual([]);
  });

  it('counts edits as the textbook does', () => {
    expect([
      editDistance('kitten', 'sitting'),
      editDistance('', 'abc'),
      editDistance('flaw', 'lawn'),
      editDistance('same', 'same'),
    ]).toEqual([3, 3, 2, 0]);
  });
});
