/** What the tests of counted work share: a case, its samples' spikes, and the work that simulating them asks for. */
import type { Engine } from '../../src/engine/engine.js';
import type { LoadedSamples } from '../../src/engine/samples.js';
import type { Work } from '../../src/engine/slice.js';
import { dense } from '../../src/network/network.js';
import { adam, type LearningRule } from '../../src/network/rule.js';
import { spikeTimes, type SpikeTrains } from '../../src/network/spikes.js';
import { type Case, engineFor, loadForTraining, problemOf, ruleOf } from './cases.js';

export const refractory = 2;
export const base: Case = {
  shape: [300],
  layers: [dense(70, { threshold: 6 })],
  outputs: 10,
  steps: 80,
  refractory,
  tauS: 8,
  threshold: 3,
  inhibition: 1,
  own: {},
  seed: 5,
  threads: 1,
  batch: 12,
  sideEffect: 'linear',
  effectRatio: true,
  errorScale: 'threshold',
  idle: 'skip',
  loss: 'firingCount',
  window: 0,
  recorded: false,
  ink: 0.3,
};

/** Steps at which each neuron of a layer fires. */
export type Trains = readonly (readonly number[])[];

export const groups = (count: number): number => Math.ceil(count / 16);
export const trainsOf = (spikes: SpikeTrains): number[][] =>
  Array.from({ length: spikes.neurons }, (_, n) => [...spikeTimes(spikes, n)]);
export const fired = (trains: Trains): number => trains.filter(({ length }) => length > 0).length;
/** Spikes that a later step can still feel. */
const felt = (trains: Trains, steps: number): number => trains.flat().filter((step) => step < steps - 1).length;

export interface Simulated {
  readonly engine: Engine;
  readonly rule: LearningRule;
  readonly samples: LoadedSamples;
  readonly labels: Uint8Array;
  /** For each sample: input, hidden layers, outputs, with the spikes that training draws. */
  readonly spikes: readonly (readonly Trains[])[];
  /** Inputs of each sample that may fire: lit pixels, or those with events. */
  readonly listed: readonly number[];
}

/** An engine with the samples of a case, and the spikes of every one of them. */
export async function simulated(c: Case, batchSize = 1): Promise<Simulated> {
  const rule = { ...ruleOf(c, adam()), batchSize };
  const { engine } = await engineFor(c, rule);
  const problem = problemOf(c);
  const samples = loadForTraining(engine, problem);
  const inputs = c.shape.reduce((a, b) => a * b, 1);
  const spikes: Trains[][] = [];
  const listed: number[] = [];
  for (let n = 0; n < c.batch; n++) {
    if (c.recorded) {
      spikes.push((await problem.record(engine, n)).map(trainsOf));
      listed.push(fired(spikes[n][0]));
    } else {
      const image = engine.views(samples).pixels.slice(n * inputs, (n + 1) * inputs);
      spikes.push((await engine.record(image, n, c.seed, 'trainSpikes')).map(trainsOf));
      listed.push(image.filter((x) => x > 0).length);
    }
  }
  return { engine, rule, samples, labels: problem.labels, spikes, listed };
}

/** Nothing done. */
export const noWork: Work = {
  ...{ draws: 0, events: 0, packed: 0, added: 0, advanced: 0, published: 0 },
  ...{ gathered: 0, traced: 0, kept: 0, read: 0, potentials: 0, weighed: 0, scaled: 0, sent: 0, summed: 0, stepped: 0 },
  barriers: 0,
};

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Work of one worker that draws (images) and simulates the samples of a network of dense layers once. */
export function forwardWork(c: Case, { spikes, listed }: Simulated): Mutable<Work> {
  const expected = { ...noWork };
  spikes.forEach((layers, n) => {
    if (!c.recorded) expected.draws += groups(listed[n]) * 16 * (c.steps - 1);
    if (listed[n] <= 256) expected.packed += listed[n] * groups(layers[1].length);
    for (let k = 1; k < layers.length; k++) addDense(expected, c.steps, layers[k - 1], layers[k].length);
    for (const { length } of layers.slice(1, -1)) expected.published += wordsOf(length) * c.steps;
  });
  return expected;
}

/** A dense layer of `units` on what fires below. */
export function addDense(expected: Mutable<Work>, steps: number, below: Trains, units: number): void {
  expected.events += below.flat().length;
  expected.added += felt(below, steps) * groups(units);
  expected.advanced += groups(units) * (steps - 1);
}

/** Words of 64 neurons, and parts of 16 where there are fewer, in which one worker writes a step of a layer. */
export const wordsOf = (units: number): number => Math.floor(groups(units) / 4) + (groups(units) % 4);

/** Blocks of 16 neurons, by quarters that have a neuron that fired. */
export function liveBlocks(trains: Trains): number {
  let live = 0;
  for (let from = 0; from < trains.length; from += 4) live += Number(fired(trains.slice(from, from + 4)) > 0);
  return live / 4;
}

/** The outputs' spikes as the backward pass has them: a silent class is given some. */
export function woken(c: Case, output: Trains, label: number, desired: number): Trains {
  const interval = Math.floor(c.steps / desired);
  const given = Array.from({ length: Math.ceil(c.steps / interval) - 1 }, (_, k) => (k + 1) * interval);
  return output.map((train, k) => (train.length === 0 && k === label ? given : train));
}
