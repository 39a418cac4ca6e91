import { describe, expect, it } from 'vitest';
import { givenNetwork, givenRule } from './given.js';
import { convolution, dense, describeNetwork, input, type Network, pooling, reservoir } from './network.js';
import { adam, exponential, firingCount, hm2bp, type LearningRule, sgd, softmaxCount } from './rule.js';
import { checkRule, partsOf } from './validate.js';

const rule: LearningRule = {
  rule: hm2bp(),
  loss: firingCount(),
  regularizer: exponential(),
  optimizer: adam({ schedule: 'cosine', epochs: 5 }),
  boosting: false,
  batchSize: 1,
  idle: 'skip',
  encoding: 'once',
};
const image = describeNetwork(
  [
    input(12, 12),
    convolution(3, 5, { tauM: 30, trainable: false }),
    pooling(2, { stride: 1 }),
    dense(5, { dropout: 0.2, trainable: false }),
    dense(2, { lateralInhibition: 1 }),
  ],
  { steps: 50, refractory: 1 },
);

describe('what builders made', () => {
  it.each([image, describeNetwork([input(3), reservoir([2, 2, 2]), dense(2)]), describeNetwork([input(3), dense(2)])])(
    'is the same network afterwards, to the order of its fields',
    (network) => {
      expect(JSON.stringify(givenNetwork('f()', network))).toBe(JSON.stringify(network));
    },
  );

  it.each([rule, { ...rule, optimizer: sgd(), loss: softmaxCount(), order: 'swapped' as const, classWeights: [1, 2] }])(
    'is the same rule afterwards',
    (one) => {
      expect(givenRule('f()', one)).toEqual(one);
    },
  );
});

describe('a rule by hand', () => {
  it.each<[object | undefined, RegExp]>([
    [undefined, /f\(\) takes a learning rule, such as learningRule\(\{ optimizer: adam\(\) \}\), not undefined/],
    [{ ...rule, batchsize: 4 }, /a learning rule has no option "batchsize": did you mean batchSize\?/],
    [{ ...rule, batchSize: '4' }, /batchSize is "4", a text: it must be an integer from 1/],
    [{ ...rule, loss: { type: 'firingcount' } }, /loss.type is "firingcount": choose one of 'firingCount'/],
    [{ ...rule, loss: null }, /loss takes what firingCount\(\) or softmaxCount\(\) makes, not null/],
    [{ ...rule, loss: { ...rule.loss, margn: 1 } }, /has no option "margn": did you mean margin\?/],
    [{ ...rule, rule: { ...rule.rule, windw: 1 } }, /did you mean window\?/],
    [{ ...rule, regularizer: { ...rule.regularizer, lamda: 1 } }, /did you mean lambda\?/],
    [{ ...rule, optimizer: { type: 'adam', schedul: 'constant' } }, /the optimizer 'adam' .*did you mean schedule\?/],
    [{ ...rule, optimizer: { type: 'adam', rate: 0.1 } }, /no option "rate": did you mean learningRate\?/],
    [
      { ...rule, optimizer: { type: 'sgd', lr: 0.1 } },
      /the optimizer 'sgd' has no option "lr": did you mean learningR/,
    ],
    [{ ...rule, optimizer: { type: 'sgd', beta1: 0.5 } }, /the optimizer 'sgd' has no option "beta1"/],
    [{ ...rule, optimizer: { learningRate: 0.1 } }, /optimizer.type is undefined: choose one of 'adam', 'sgd'/],
    [{ ...rule, augmentation: { shfit: 2 } }, /augmentation\(\) has no option "shfit": did you mean shift\?/],
    [{ ...rule, augmentation: 5 }, /augmentation\(\) takes an object of options/],
    [{ ...rule, classWeights: 2 }, /classWeights takes a list of numbers, one for each class, .*not 2/],
    [{ ...rule, classWeights: { 0: 1 } }, /classWeights takes a list of numbers.*not \{ 0 \}/],
  ])('%j is refused', (given, message) => {
    expect(() => givenRule('f()', given as never)).toThrow(message);
  });

  it('may leave out what learningRule() has, and have an augmentation that is switched off', () => {
    const { idle: _, encoding: __, batchSize: ___, boosting: ____, ...short } = rule;
    expect(givenRule('f()', { ...short, augmentation: false } as never)).toEqual(rule);
  });

  it('may have typed class weights, which the rule keeps as a list', () => {
    const typed = { ...rule, classWeights: Float32Array.of(0.5, 3) as never };
    expect(givenRule('f()', typed).classWeights).toEqual([0.5, 3]);
    expect(givenRule('f()', { ...rule, classWeights: Uint32Array.of(1, 3) as never }).classWeights).toEqual([1, 3]);
  });
});

it.each<[string, () => unknown, RegExp]>([
  ['firingCount', () => firingCount({ type: 'softmaxCount' } as object), /type of firingCount\(\) is "softmaxCount"/],
  ['softmaxCount', () => softmaxCount({ type: 'firingCount' } as object), /type of softmaxCount\(\) is "firingCount"/],
  ['reservoir', () => reservoir(9, { inputWeight: 2 }), /inputWeight is of connections that are drawn/],
])('%s refuses what it would drop', (_, build, message) => {
  expect(build).toThrow(message);
});

describe('a network by hand', () => {
  const layers = (k: number, more: object): object => ({
    ...image,
    layers: image.layers.map((layer, l) => (l === k ? { ...layer, ...more } : layer)),
  });
  it.each<[string, unknown, RegExp]>([
    ['nothing', undefined, /f\(\) takes a network, such as describeNetwork\(\[.*not undefined/],
    ['a list', [input(4), dense(2)], /f\(\) takes a network/],
    ['steps below 1', { ...image, steps: -3 }, /steps is -3: it must be an integer from 1 to 4096/],
    ['no steps', { ...image, steps: undefined }, /steps is undefined/],
    ['a field that there is not', { ...image, stepss: 3 }, /a network has no option "stepss": did you mean steps\?/],
    ['such a constant', { ...image, neuron: { ...image.neuron, taum: 9 } }, /did you mean tauM\?/],
    ['such a field of a layer', layers(3, { treshold: 1 }), /layers\[3\] of a network .*did you mean threshold\?/],
    ['a field of another kind', layers(1, { kernel: 3 }), /layers\[1\] of a network has no option "kernel"/],
    ['a kind that there is not', layers(1, { type: 'max' }), /type of layers\[1\] of a network is "max": choose one/],
    ['a value out of range', layers(0, { padding: -1 }), /padding is -1/],
    ['inputs that do not follow', layers(3, { inputs: 7 }), /layer output: inputs is 7, its layers make it 5/],
    ['a shape that does not follow', layers(0, { shape: [3, 9, 9] }), /layer conv1: shape is 3,9,9, .* 3,8,8/],
    ['other inputs', { ...image, inputs: 3 }, /a network: inputs is 3, its layers make it 144/],
    ['no layers', { ...image, layers: 3 }, /layers of a network takes a list of layers, not 3/],
  ])('with %s is refused', (_, given, message) => {
    expect(() => givenNetwork('f()', given as Network)).toThrow(message);
  });
});

describe('parts of a network by hand', () => {
  const describeParts = (...parts: object[]): Network => describeNetwork(parts as never);
  const [four, out] = [input(6, 6), dense(2)];
  it.each<[object[], RegExp]>([
    [[four, { type: 'dense', units: 3, treshold: 2 }, out], /dense\(\) has no option "treshold": did you mean/],
    [[four, { type: 'dense', units: 3, threshold: -2 }, out], /threshold is -2/],
    [[four, { type: 'convolution', channels: 2, kernel: 3, padding: -2 }, out], /padding is -2/],
    [[four, { type: 'convolution', channels: 2, kernel: 3, stride: 2 }, out], /convolution\(\) has no option "stride"/],
    [[four, { type: 'pooling', size: 2, strid: 1 }, out], /did you mean stride\?/],
    [[four, { type: 'reservoir', units: 7, grid: [2, 2, 2] }, out], /7 units on a grid of 8/],
    [[{ type: 'input', shape: [4], name: 'x' }, out], /input has no option "name"/],
    [[{ type: 'input', shape: [0] }, out], /input size is 0/],
    [[{ type: 'input', shape: 4 }, out], /the shape of the input takes a list such as \[28, 28\], not 4/],
    [[four, { type: 'dense', units: 3, name: 5 }, out], /the name of a layer takes a text, not 5/],
  ])('%j is refused', (parts, message) => {
    expect(() => describeParts(...parts)).toThrow(message);
  });

  it('and options that a network does not have', () => {
    expect(() => describeNetwork([four, out], { step: 5 } as object)).toThrow(
      /describeNetwork\(\) has no option "step": did you mean steps\?/,
    );
  });
});

it('what a file holds beside the known fields, another version’s, stops no reading', () => {
  const written = { ...rule, optimizer: { ...rule.optimizer, warmup: 3 }, someday: true };
  expect(checkRule(written as LearningRule)).toEqual(rule);
  const network = {
    ...image,
    someday: 1,
    neuron: { ...image.neuron, reset: 0 },
    layers: image.layers.map((layer) => ({ ...layer, someday: 2 })),
  };
  expect(describeNetwork(...partsOf(network))).toEqual(image);
});
