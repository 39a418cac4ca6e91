/**
 * Random training problems for the differential tests: networks that mix the kinds of layers, rules, and samples that
 * are images or recordings.
 */
import fc from 'fast-check';
import { spikesFromEvents } from '../../src/data/encode/spikes-from-events.js';
import { encoderKey, poissonSpikes } from '../../src/data/encode/poisson.js';
import { RandomStream, sampleKey } from '../../src/numeric/random.js';
import { Engine } from '../../src/engine/engine.js';
import type { LoadedSamples } from '../../src/engine/samples.js';
import {
  convolution,
  dense,
  describeNetwork,
  input,
  type LayerPart,
  type Network,
  type NeuronOptions,
  pooling,
  reservoir,
} from '../../src/network/network.js';
import { droppedNeurons } from '../../src/network/dropout.js';
import {
  exponential,
  firingCount,
  hm2bp,
  type LearningRule,
  type Optimizer,
  sgd,
  type SideEffect,
  softmaxCount,
} from '../../src/network/rule.js';
import type { SpikeTrains } from '../../src/network/spikes.js';
import { initialWeights } from '../../src/network/weights.js';

/** Milliseconds for a property of many random cases, on a machine that does other work too. */
export const patience = 240_000;

export interface Case {
  readonly shape: readonly number[];
  /** What stands between input and output. */
  readonly layers: readonly LayerPart[];
  readonly outputs: number;
  readonly steps: number;
  readonly refractory: number;
  readonly tauS: number;
  readonly threshold: number;
  readonly inhibition: number;
  /** Constants of the output layer's own. */
  readonly own: NeuronOptions;
  readonly seed: number;
  readonly threads: number;
  readonly batch: number;
  readonly sideEffect: SideEffect;
  readonly effectRatio: boolean;
  readonly errorScale: 'threshold' | 'none';
  readonly idle: 'skip' | 'step';
  readonly loss: 'firingCount' | 'softmaxCount';
  readonly window: number;
  /** Recorded spikes instead of images. */
  readonly recorded: boolean;
  /** Fraction of the inputs that are not silent. */
  readonly ink: number;
}

const thresholds = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 6 }) },
  { weight: 1, arbitrary: fc.integer({ min: 7, max: 20 }) },
);
/** Constants of a layer's own, now and then. tauS stays below every tauM. */
const ownNeuron: fc.Arbitrary<NeuronOptions> = fc.oneof(
  { weight: 2, arbitrary: fc.constant({}) },
  {
    weight: 1,
    arbitrary: fc.record(
      {
        tauM: fc.constantFrom(40, 64, 100),
        tauS: fc.constantFrom(2, 5, 12),
        refractory: fc.integer({ min: 0, max: 4 }),
      },
      { requiredKeys: [] },
    ),
  },
);
const sometimesFrozen = fc.nat(5).map((n) => n > 0);
const denseLayer = fc
  .record({
    units: fc.integer({ min: 1, max: 80 }),
    threshold: thresholds,
    trainable: sometimesFrozen,
    dropout: fc.constantFrom(0, 0, 0.2, 0.5),
    own: ownNeuron,
  })
  .map(({ units, own, ...options }) => dense(units, { ...options, ...own }));
const reservoirLayer = fc
  .record({
    grid: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 5 })),
    threshold: thresholds,
    own: ownNeuron,
  })
  .map(({ grid, threshold, own }) => reservoir(grid, { threshold, inputConnections: 4, ...own }));

/** Input shape and hidden layers: dense ones, sometimes on a reservoir. */
const flat = fc
  .record({
    inputs: fc.oneof(
      { weight: 3, arbitrary: fc.integer({ min: 1, max: 120 }) },
      { weight: 1, arbitrary: fc.integer({ min: 257, max: 280 }) },
    ),
    first: fc.option(reservoirLayer),
    hidden: fc.array(denseLayer, { maxLength: 2 }),
  })
  .map(({ inputs, first, hidden }) => ({
    shape: [inputs],
    layers: [...(first ? [first] : []), ...hidden] as LayerPart[],
  }));

type Build = (side: number) => LayerPart | undefined;
const convolutionLayer: fc.Arbitrary<Build> = fc
  .record({
    channels: fc.oneof(
      { weight: 3, arbitrary: fc.integer({ min: 1, max: 5 }) },
      { weight: 1, arbitrary: fc.integer({ min: 16, max: 18 }) },
    ),
    kernel: fc.integer({ min: 1, max: 4 }),
    padding: fc.integer({ min: 0, max: 3 }),
    threshold: thresholds,
    trainable: sometimesFrozen,
    own: ownNeuron,
  })
  .map(
    ({ channels, kernel, padding, threshold, trainable, own }) =>
      (side) =>
        kernel <= side
          ? convolution(channels, kernel, {
              padding: Math.min(padding, kernel - 1),
              threshold,
              trainable,
              initialRange: 2,
              ...own,
            })
          : undefined,
  );
const poolingLayer: fc.Arbitrary<Build> = fc
  .record({
    size: fc.integer({ min: 1, max: 3 }),
    overlap: fc.integer({ min: 0, max: 2 }),
    threshold: fc.integer({ min: 1, max: 3 }),
    own: ownNeuron,
  })
  .map(
    ({ size, overlap, threshold, own }) =>
      (side) =>
        size <= side ? pooling(size, { stride: Math.max(1, size - overlap), threshold, ...own }) : undefined,
  );

/**
 * Image nets: convolutions and poolings in any order and shape, sometimes a reservoir on what learns nothing, then
 * dense layers.
 */
const image = fc
  .record({
    channels: fc.integer({ min: 1, max: 3 }),
    rows: fc.integer({ min: 2, max: 8 }),
    columns: fc.integer({ min: 2, max: 8 }),
    volumes: fc.array(fc.oneof({ weight: 2, arbitrary: convolutionLayer }, { weight: 1, arbitrary: poolingLayer }), {
      minLength: 1,
      maxLength: 3,
    }),
    liquid: fc.option(reservoirLayer),
    hidden: fc.array(denseLayer, { maxLength: 1 }),
  })
  .map(({ channels, rows, columns, volumes, liquid, hidden }) => {
    const layers: LayerPart[] = [];
    let side = Math.min(rows, columns); // at least: rows and columns shrink alike
    for (const build of volumes) {
      const part = build(side);
      if (!part) continue;
      layers.push(part);
      side =
        part.type === 'pooling'
          ? Math.ceil(side / (part.stride ?? part.size))
          : part.type === 'convolution'
            ? side + 2 * (part.padding ?? 0) - part.kernel + 1
            : side;
    }
    if (liquid && layers.every(({ type }) => type === 'pooling')) layers.push(liquid);
    return { shape: [channels, rows, columns], layers: [...layers, ...hidden] };
  });

export const cases: fc.Arbitrary<Case> = fc
  .record({
    network: fc.oneof(flat, image),
    outputs: fc.integer({ min: 2, max: 20 }),
    steps: fc.oneof(
      { weight: 1, arbitrary: fc.constant(1) },
      { weight: 2, arbitrary: fc.integer({ min: 2, max: 90 }) },
      { weight: 7, arbitrary: fc.integer({ min: 50, max: 90 }) },
    ),
    refractory: fc.oneof(
      { weight: 2, arbitrary: fc.constant(2) },
      { weight: 1, arbitrary: fc.integer({ min: 0, max: 5 }) },
    ),
    tauS: fc.constantFrom(8, 3, 20),
    threshold: thresholds,
    inhibition: fc.constantFrom(0, 1),
    own: ownNeuron,
    seed: fc.integer({ min: 0, max: 2 ** 31 }),
    threads: fc.oneof(
      { weight: 4, arbitrary: fc.integer({ min: 1, max: 2 }) },
      { weight: 1, arbitrary: fc.integer({ min: 3, max: 5 }) },
    ),
    batch: fc.integer({ min: 2, max: 4 }),
    sideEffect: fc.constantFrom('off' as const, 'linear' as const, 'saturating' as const),
    effectRatio: fc.boolean(),
    errorScale: fc.constantFrom('threshold' as const, 'none' as const),
    idle: fc.constantFrom('skip' as const, 'step' as const),
    loss: fc.constantFrom('firingCount' as const, 'softmaxCount' as const),
    window: fc.oneof(
      { weight: 3, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.integer({ min: 1, max: 60 }) },
    ),
    recorded: fc.boolean(),
    ink: fc.oneof({ weight: 1, arbitrary: fc.constant(0) }, { weight: 9, arbitrary: fc.constantFrom(0.2, 0.5, 1) }),
  })
  .map(({ network, ...rest }) => ({ ...network, ...rest }));

export function networkOf({
  shape,
  layers,
  outputs,
  steps,
  refractory,
  tauS,
  threshold,
  inhibition,
  own,
}: Case): Network {
  return describeNetwork(
    [input(...shape), ...layers, dense(outputs, { threshold, lateralInhibition: inhibition, ...own })],
    {
      steps,
      refractory,
      tauS,
    },
  );
}

export function ruleOf(
  c: Case,
  optimizer: Optimizer = sgd({ lr: 0.1, momentum: 0.5, schedule: 'constant' }),
): LearningRule {
  const { sideEffect, effectRatio, errorScale, window, idle, batch, loss } = c;
  return {
    rule: hm2bp({ sideEffect, effectRatio, errorScale, window }),
    loss: loss === 'firingCount' ? firingCount({ desired: 9, undesired: 2, margin: 1 }) : softmaxCount({ desired: 9 }),
    regularizer: exponential({ lambda: 1, beta: 0.1 }),
    optimizer,
    boosting: false,
    batchSize: batch,
    idle,
    encoding: 'once',
  };
}

/** Seed, epoch and all that a case's training is keyed by. */
export const keys = ({ seed }: Case): { seed: number; epoch: number } => ({ seed, epoch: 3 });

/** Neurons that dropout silences in a sample of the case. */
export const droppedOf = (c: Case, network: Network, sample: number): (Uint8Array | undefined)[] =>
  droppedNeurons(network, c.seed, keys(c).epoch, sample);

/** The samples of a case: labels, and each sample's input spikes as the reference has them. */
export interface Problem {
  readonly labels: Uint8Array;
  /** `[batch]`, by purpose: images have other spikes in a test set than in training. */
  input(sample: number, split: 'train' | 'test'): SpikeTrains;
  load(engine: Engine): LoadedSamples;
  record(engine: Engine, sample: number): Promise<SpikeTrains[]>;
}

export function problemOf(c: Case): Problem {
  const stream = new RandomStream(sampleKey(c.seed, 'strokeDigits'));
  const inputs = c.shape.reduce((a, b) => a * b, 1);
  const labels = Uint8Array.from({ length: c.batch }, () => stream.below(c.outputs));
  return c.recorded ? recordings(c, inputs, labels, stream) : images(c, inputs, labels, stream);
}

function images(c: Case, inputs: number, labels: Uint8Array, stream: RandomStream): Problem {
  const pixels = Uint8Array.from({ length: inputs * c.batch }, () =>
    stream.uniform() < c.ink ? stream.below(256) : 0,
  );
  const image = (n: number): Uint8Array => pixels.subarray(n * inputs, (n + 1) * inputs);
  return {
    labels,
    input: (n, split) => poissonSpikes(image(n), c.steps, encoderKey(c.seed, 'once', 0, n, split)),
    load: (engine) => engine.loadSamples('samples', pixels, labels),
    record: (engine, n) => engine.record(image(n), n, c.seed),
  };
}

function recordings(c: Case, inputs: number, labels: Uint8Array, stream: RandomStream): Problem {
  const samples = Array.from(labels, () => {
    const events = Array.from({ length: stream.below(1 + (c.ink * inputs * c.steps) / 5) }, () => [
      stream.below(inputs),
      1 + stream.below(c.steps),
    ]);
    return spikesFromEvents(
      inputs,
      c.steps,
      events.map(([j]) => j),
      events.map(([, t]) => t),
    );
  });
  const starts = Uint32Array.from([
    0,
    ...samples.map((_, n) => samples.slice(0, n + 1).reduce((sum, { times }) => sum + times.length, 0)),
  ]);
  const neurons = Uint16Array.from(
    samples.flatMap(({ offsets }) =>
      Array.from({ length: inputs }, (_, j) => new Array<number>(offsets[j + 1] - offsets[j]).fill(j)).flat(),
    ),
  );
  const times = Uint16Array.from(samples.flatMap((sample) => [...sample.times]));
  return {
    labels,
    input: (n) => samples[n],
    load: (engine) => engine.loadRecordings('samples', { starts, neurons, times }, labels),
    record: (engine, n) => engine.record(samples[n], n, c.seed),
  };
}

/** An engine with fresh weights. */
export async function engineFor(c: Case, rule: LearningRule): Promise<{ engine: Engine; weights: Float32Array[] }> {
  const network = networkOf(c);
  const weights = initialWeights(network, c.seed);
  const engine = await Engine.create(network, rule, c.threads);
  await engine.setState({ weights });
  return { engine, weights };
}

/** Samples of a case in training order, all of the given weight. */
export function loadForTraining(
  engine: Engine,
  problem: Problem,
  sampleWeights: (sample: number) => number = () => 1,
): LoadedSamples {
  const samples = problem.load(engine);
  const views = engine.views(samples);
  views.order.set(Uint32Array.from(problem.labels, (_, n) => n));
  views.sampleWeights.set(Float32Array.from(problem.labels, (_, n) => sampleWeights(n)));
  return samples;
}
