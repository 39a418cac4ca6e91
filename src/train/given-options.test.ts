/** Options, rules and networks given by hand: what there is not is refused before anything is trained. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createDataset } from '../data/sets/dataset.js';
import { strokeDigits } from '../data/strokes/strokes.js';
import { dense, type DenseLayer, describeNetwork, input } from '../network/network.js';
import { rasterMime } from '../plot/payload.js';
import type { Plot } from '../plot/picture.js';
import { classifier, learningRule, sequential } from './build.js';
import { SpikingNetwork } from './model.js';

const train = strokeDigits({ part: 'train', count: 20, seed: 1 });
const classNames = ['a', 'b'];
const wide = createDataset({
  name: 'wide',
  shape: [4],
  classNames,
  pixels: new Uint8Array(4),
  labels: Uint8Array.of(0),
});
const other = sequential([input(4), dense(2)]);
const small = (): SpikingNetwork => classifier({ hidden: [8], steps: 20, seed: 3, threads: 1 });

describe('sequential, classifier, learningRule and SpikingNetwork.create', () => {
  const { network, rule } = other;
  it('take one object of options, and layers of another network', () => {
    const options = { steps: 50, tauM: 32, batchSize: 4, seed: 7, threads: 1 };
    const parts = [input(4), dense(3), dense(2)] as const;
    const net = sequential(parts, options);
    expect(describeNetwork(parts, options)).toEqual(net.network);
    expect(learningRule(options)).toEqual(net.rule);
    const longer = sequential([input(9), ...(net.network.layers as DenseLayer[])], options).network;
    expect(longer.layers.map(({ name, inputs, units }) => [name, inputs, units])).toEqual([
      ['hidden1', 9, 3],
      ['output', 3, 2],
    ]);
    expect(() => describeNetwork(parts, { ...options, step: 5 } as object)).toThrow(/did you mean steps\?/);
  });

  it.each<[string, () => unknown, RegExp]>([
    [
      'an option of the optimizer',
      () => sequential([input(4), dense(2)], { optimizer: { type: 'adam', rate: 0.1 } as never }),
      /the optimizer 'adam' has no option "rate": did you mean learningRate\?/,
    ],
    ['no optimizer', () => classifier({ optimizer: null as never }), /optimizer takes what adam\(\) or sgd\(\) makes/],
    [
      'weights for too many layers',
      () => sequential([input(4), dense(2)], { weights: [undefined, undefined] }),
      /weights for 2 layers, the network has 1/,
    ],
    ['no list of weights', () => sequential([input(4), dense(2)], { weights: 5 as never }), /weights takes a list of/],
    [
      'an unknown option',
      () => learningRule({ optimiser: 1 } as object),
      /learningRule\(\) .*did you mean optimizer\?/,
    ],
    ['no rule', () => SpikingNetwork.create(network, undefined as never), /takes a learning rule.*not undefined/],
    ['an option', () => SpikingNetwork.create(network, rule, { sede: 5 } as object), /did you mean seed\?/],
    ['null', () => SpikingNetwork.create(network, rule, null as never), /takes an object of options.*not null/],
    ['a list of weights', () => SpikingNetwork.create(network, rule, { weights: [null] as never }), /takes a Float32/],
    ['steps', () => SpikingNetwork.create({ ...network, steps: -3 }, rule), /steps is -3/],
  ])('refuse %s', (_, build, message) => {
    expect(build).toThrow(message);
  });

  it('create fills in nothing and changes nothing of what builders made', () => {
    const same = SpikingNetwork.create(network, rule, { seed: 4 });
    expect([same.network, same.rule, same.seed]).toEqual([network, rule, 4]);
  });
});

it.each<[string, (net: SpikingNetwork) => Promise<unknown>, RegExp]>([
  ['fit without options', (net) => net.fit(train, null as never), /fit\(\) and train\(\) takes an object of options/],
  ['train without options', (net) => net.train(train, null as never).next(), /takes an object of options.*not null/],
  ['no function', (net) => net.fit(train, { onEpoch: 5 as never }), /onEpoch takes a function/],
  ['no file', (net) => net.fit(train, { checkpoint: 5 as never }), /checkpoint takes the name of a file, not 5/],
  ['validation', (net) => net.fit(train, { validation: null as never, silent: true }), /takes a data set.*not null/],
  [
    'validation of other inputs',
    (net) => net.fit(train, { validation: wide, silent: true }),
    /wide has 4 inputs a sample, the network has 784/,
  ],
  [
    'a controller',
    (net) => net.fit(train, { signal: new AbortController() as never, silent: true }),
    /signal takes an AbortSignal, such as new AbortController\(\).signal, not a AbortController/,
  ],
  ['evaluate', (net) => net.evaluate(train, { signal: null as never }), /signal takes an AbortSignal.*not null/],
  ['predict', (net) => net.predict(train, { draw: 2 } as object), /did you mean draws\?/],
  ['predict of one', (net) => net.predict(train.at(0) as never, { draws: 2 }), /of one sample has no option "draws"/],
  ['run', (net) => net.run(train.at(0), { record: 'membrane' as never }), /record takes a list such as \['spikes', /],
  ['run of no pixels', (net) => net.run({ ...train.at(0), pixels: 5 as never }), /the pixels of a sample takes a list/],
  ['run of no place', (net) => net.run({ ...train.at(0), index: -1 }), /index of a sample is -1/],
  ['raster', (net) => net.raster(train.at(0), { titel: 'x' } as object), /did you mean title\?/],
  ['save to nothing', (net) => net.save(undefined as never), /save\(\) takes the name of a file.*not undefined/],
  [
    'save',
    (net) => net.save(join(tmpdir(), 'never.safetensors'), { weightsOnly: 'no' as never }),
    /weightsOnly is "no": write true or false/,
  ],
  ['load', () => SpikingNetwork.load(undefined as never), /load\(\) takes the name of a file/],
])('%s is refused before anything is learned', async (_, ask, message) => {
  const net = small();
  await expect(ask(net)).rejects.toThrow(message);
  expect(net.trainedEpochs).toBe(0);
});

it('a sample by hand needs no place and no shape', async () => {
  const net = small();
  const { pixels, label } = train.at(0);
  const whole = await net.run({ ...train.at(0), index: 0 });
  expect((await net.run({ pixels, label } as never)).counts).toEqual(whole.counts);
});

it('predict takes the options of evaluate, raster those of a raster', async () => {
  const net = small();
  expect(await net.predict(train, { draws: 3 })).toEqual((await net.evaluate(train, { draws: 3 })).predictions);
  const plot = (await net.raster(train.at(0), { title: 'a sample' })) as Plot;
  expect(plot.lightBundle().data[rasterMime]).toMatchObject({ title: 'a sample' });
});
