/**
 * Experiments as data: presets as files, the published schema by another validator, settings by path and what is said
 * of wrong ones.
 */
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { datasets } from '../data/index.js';
import { describeNetwork } from '../network/network.js';
import { checkRule } from '../network/validate.js';
import { type Preset, presets } from '../presets/index.js';
import { checkSchema } from './check.js';
import type { Experiment } from './experiment.js';
import { experimentOf } from './of-preset.js';
import { resolve } from './resolve.js';
import { experimentSchema } from './schema.js';
import { differences, settingPaths, withSettings } from './settings.js';

const all = Object.values<Record<string, Preset>>(presets).flatMap((group) => Object.values(group));
/** Where shape and classes are not left to the data, any data does. */
const { train } = datasets.fromArrays({ images: [[0], [9], [2], [3]], labels: [0, 1, 0, 1], quiet: true, test: 0.5 });
const valid = new Ajv({ strictTypes: false }).compile(experimentSchema);
const written = (experiment: Experiment): Experiment => JSON.parse(JSON.stringify(experiment)) as Experiment;
const mnist = experimentOf(presets.jin2018.mnistDense);
const cnn = experimentOf(presets.jin2018.mnistCnn);
const set = (experiment: Experiment, settings: Readonly<Record<string, unknown>>): Experiment =>
  withSettings(
    experiment,
    Object.entries(settings).map(([path, value]) => ({ path, value })),
  );

describe.each(all.map((preset) => [preset.name, preset] as const))('%s as a file', (_, preset) => {
  const file = written(experimentOf(preset));

  it('fits the published schema', () => {
    valid(file);
    expect(valid.errors).toBeNull();
    checkSchema(experimentSchema, file);
  });

  it('makes the same network and rule, and the same file again', () => {
    const again = resolve(file, { train });
    expect(describeNetwork(again.layers, again.options)).toEqual(describeNetwork(preset.layers, preset.options));
    expect(checkRule(again.rule)).toEqual(checkRule(preset.rule));
    expect({ ...again, layers: [], options: {}, rule: {} }).toEqual({ ...preset, layers: [], options: {}, rule: {} });
    expect(written(experimentOf({ ...preset, rule: checkRule(again.rule) }))).toEqual(file);
  });
});

describe('the check and the published schema', () => {
  it('agree on experiments with anything changed', () => {
    const value = fc.oneof(
      fc.constantFrom(null, -1, 0, 0.5, 1, 3, 1e9, '', 'adam', 'sgd', 'cosine', 'once', 'dense', 'csv', 'mnist', true),
      fc.constantFrom(
        [],
        [400, 400],
        [0],
        [{ units: 3 }],
        {},
        { type: 'pooling', size: 2 },
        { from: 'csv', file: 'a' },
      ),
    );
    const paths = settingPaths().map((path) => path.split('.'));
    const base = fc.constantFrom<Experiment>(
      mnist,
      cnn,
      { data: { from: 'csv', file: 'x.csv' } },
      { data: { from: 'npz', file: 'x.npz', images: 'x', labels: 'y' } },
      { data: { from: 'dat', file: [{ file: 'a.dat', label: 'a' }], binMs: 5 } },
    );
    let fitting = 0;
    const agrees = fc.property(base, fc.constantFrom(...paths), value, (experiment, path, changed) => {
      const copy = written(experiment) as unknown as Record<string, unknown>;
      let node = copy;
      for (const key of path.slice(0, -1)) {
        if (typeof node[key] !== 'object') node[key] = {};
        node = node[key] as Record<string, unknown>;
      }
      node[path.at(-1)!] = changed;
      const own = (): void => checkSchema(experimentSchema, copy);
      if (valid(copy)) expect(own).not.toThrow();
      else expect(own).toThrow(RangeError);
      fitting += Number(valid(copy));
    });
    fc.assert(agrees, { numRuns: 3000, seed: 14 });
    expect(fitting).toBeGreaterThan(100);
  });

  it('have the limits of the library: what it refuses beyond them, it takes at them', () => {
    const build = (experiment: Experiment): void => {
      const { layers, options, rule } = resolve(experiment, { train });
      describeNetwork(layers, options);
      checkRule(rule);
    };
    const limits: [Experiment, string, number, number][] = [
      [mnist, 'rule.optimizer.rate', 0, 1e3],
      [mnist, 'rule.optimizer.beta1', 0, 0.999999],
      [mnist, 'rule.batchSize', 1, 4096],
      [mnist, 'rule.window', 0, 4096],
      [mnist, 'rule.loss.desired', 1, 4096],
      [mnist, 'rule.regularizer.lambda', 0, 1e6],
      [mnist, 'network.threshold', 1e-3, 1e6],
      [mnist, 'network.steps', 1, 4096],
      [mnist, 'network.output.lateralInhibition', 0, 1e3],
      [mnist, 'network.refractory', 0, 255],
      [cnn, 'rule.augmentation.rotation', 0, 180],
      [cnn, 'network.hidden.0.initialRange', 0, 1e3],
    ];
    for (const [experiment, path, low, high] of limits) {
      for (const value of [low, high]) expect(() => build(set(experiment, { [path]: value })), path).not.toThrow();
      for (const value of [low - 1, high + 1]) {
        expect(() => set(experiment, { [path]: value }), path).toThrow(`${path} is ${value}`);
        const unchecked = written(experiment) as unknown as Record<string, unknown>;
        const keys = path.split('.');
        const node = keys.slice(0, -1).reduce((at, key) => at[key] as Record<string, unknown>, unchecked);
        node[keys.at(-1)!] = value;
        expect(() => build(unchecked as unknown as Experiment), `${path} ${value} unchecked`).toThrow(RangeError);
      }
    }
  });
});

describe('settings by path', () => {
  it('reach networks, rules and data, through lists and kinds', () => {
    const changed = set(mnist, {
      'rule.optimizer.rate': 0.002,
      'network.hidden': [400, 400],
      'network.hidden.1.threshold': 15,
      'data.size': 300,
      paper: null,
    });
    expect(changed).toMatchObject({
      rule: { optimizer: { type: 'adam', rate: 0.002, beta1: 0.9 } },
      network: { hidden: [400, { units: 400, threshold: 15 }], threshold: 20 },
      data: { name: 'mnist', size: 300 },
    });
    expect(changed.paper).toBeUndefined();
    const { layers } = resolve(changed, { train });
    expect(describeNetwork(layers).layers.map(({ threshold }) => threshold)).toEqual([20, 15, 8]);
    expect(mnist.data).toEqual({ name: 'mnist' });
    const kinds = set(mnist, { 'rule.optimizer.type': 'sgd', 'rule.optimizer.momentum': 0.5 });
    expect(kinds.rule?.optimizer).toEqual({ type: 'sgd', rate: 0.001, schedule: 'inverseSqrt', momentum: 0.5 });
    expect(resolve(set(mnist, { 'rule.optimizer.schedule': 'cosine' }), { train }).rule.optimizer).toMatchObject({
      schedule: 'cosine',
      epochs: 200,
    });
    expect(set(cnn, { 'rule.augmentation': null }).rule).not.toHaveProperty('augmentation');
    expect(set(mnist, { 'data.from': 'csv', 'data.file': 'own.csv' }).data).toEqual({ from: 'csv', file: 'own.csv' });
  });

  it.each([
    [
      'rule.optimiser.rate',
      1,
      'there is no setting "rule.optimiser.rate": did you mean rule.optimizer.rate? rule has sideEffect,',
    ],
    ['lr', 1, 'An experiment has name, data, network, rule, epochs, final, seed, seeds'],
    ['rate', 1, 'did you mean rule.optimizer.rate?'],
    ['network.hidden.7.threshold', 1, 'network.hidden has 1 entries, numbered from 0'],
    [
      'rule.optimizer.momentum',
      1,
      'rule.optimizer.momentum goes with type "sgd", but rule.optimizer has type "adam" with type, rate, schedule,',
    ],
    [
      'rule.optimizer',
      { type: 'adam', lr: 3 },
      '"rule.optimizer.lr": did you mean rule.optimizer.rate? rule.optimizer',
    ],
    ['rule.optimizer.learningRate', 3, 'did you mean rule.optimizer.rate?'],
    ['network.hiden.0.treshold', 3, 'did you mean network.hidden.0.threshold?'],
    [
      'network.hidden',
      [{ type: 'convolution', units: 10 }],
      'there is no setting "network.hidden.0.units": network.hidden.0 has type, channels, kernel',
    ],
    ['epochs', [3], 'epochs is [3], a list: it must be an integer from 1 to 100000'],
    ['epochs', '', 'epochs is "": it must be an integer from 1 to 100000'],
    ['rule.optimizer.rate', {}, 'rule.optimizer.rate is {}: it must be a number from 0 to 1000'],
    ['epochs', undefined, 'epochs is undefined: give a number, a text, true or false'],
    ['epochs', () => 3, 'epochs is a function: give a number'],
    ['rule', { batchSize: [undefined] }, 'rule.batchSize.0 is undefined: give a number'],
    ['rule', new Map([['batchSize', 4]]), 'rule is a Map: give a number'],
    [
      'rule.optimizer.rates',
      [0.1, [{ from: 0, rate: -1 }]],
      'rule.optimizer.rates.1.0.rate is -1: it must be a number',
    ],
    ['rule.optimizer.rate', 'fast', 'rule.optimizer.rate is fast: it must be a number from 0 to 1000'],
    ['rule.idle', 'jump', `rule.idle is "jump": choose one of 'skip', 'step'`],
    ['rule.boosting', 'yes', 'rule.boosting is "yes": it must be true or false'],
    ['network.hidden', 400, 'network.hidden is 400: it must be a list'],
    ['network.hidden.0', 'wide', 'network.hidden.0 is "wide"'],
    ['data.name', 'mnis', `data.name is "mnis": did you mean mnist? choose one of 'mnist'`],
    ['data', { from: 'excel', file: 'x' }, 'data.from is "excel": It is one of csv, npy, npz, hdf5'],
    ['data', { from: 'csv' }, 'data.file is missing: CSV file'],
    ['data.from', 'csv', 'data.file is missing: CSV file'],
    ['data.from', 'excel', 'data.from is "excel": It is one of csv, npy, npz, hdf5'],
    ['__proto__.x', 1, 'there is no setting "__proto__.x"'],
    ['rule.constructor', 1, 'there is no setting "rule.constructor"'],
    ['epochs.more', 1, 'epochs is a single value'],
  ])('%s = %j is refused with what to do', (path, value, message) => {
    expect(() => set(mnist, { [path]: value })).toThrow(message);
  });

  it('of another kind are refused with the kind that is there', () => {
    const softmax = { path: 'rule.loss', value: { type: 'softmaxCount' } };
    expect(() => withSettings(mnist, [softmax, { path: 'rule.loss.margin', value: 3 }])).toThrow(
      'rule.loss.margin goes with type "firingCount", but rule.loss has type "softmaxCount" with type, desired: leave it out, or set rule.loss.type=firingCount before it',
    );
    const own: Experiment = { data: { from: 'csv', file: 'own.csv' } };
    expect(() => set(own, { 'data.size': 10 })).toThrow(
      /data.size goes with a set by its name, but data has from "csv" with from, file, label.*: leave it out/,
    );
    expect(() => set(mnist, { 'network.hidden.0.kernel': 3 })).toThrow(
      'network.hidden.0.kernel goes with type "convolution", but network.hidden.0 has type "dense", the default, with',
    );
    expect(() => checkSchema(experimentSchema, { data: { name: 'mnist' }, rule: new Map([['batchSize', 4]]) })).toThrow(
      'rule is a Map: it must be an object with some of',
    );
  });

  it("change a cosine's epochs with the experiment's", () => {
    const best = experimentOf(presets.best.mnistDense);
    const epochsOf = (experiment: Experiment): unknown => resolve(experiment, { train }).rule.optimizer.epochs;
    expect([best.epochs, epochsOf(best), epochsOf(set(best, { epochs: 4 }))]).toEqual([20, 20, 4]);
    expect(epochsOf(set(best, { epochs: 4, 'rule.optimizer.epochs': 9 }))).toBe(9);
  });

  it('of a list that is not there are refused: the list is set as a whole', () => {
    for (const path of ['network.hidden.0', 'network.hidden.0.threshold'])
      expect(() => set({ data: { name: 'mnist' } }, { [path]: 30 })).toThrow(
        `there is no setting "${path}": network.hidden is not set here and has no entries; set the whole list`,
      );
    expect(() => set(mnist, { epochs: '3' })).toThrow('epochs is "3", a text: it must be an integer');
  });

  it('are what differs, and make the same again', () => {
    const changed = set(cnn, { 'rule.idle': 'step', 'rule.augmentation': null, 'network.steps': 50, seed: 3 });
    const found = differences(cnn, changed);
    expect(found).toContainEqual({ path: 'network.steps', value: 50 });
    expect(found).toContainEqual({ path: 'rule.augmentation', value: null });
    expect(withSettings(cnn, found)).toEqual(changed);
  });
});
