/**
 * The text formats of the HM2-BP authors' golden files. Each parser checks what it reads and names the line or number
 * that is wrong.
 */
import { packSpikeTrains, type SpikeTrains } from '../network/spikes.js';

/**
 * Spike events: lines `neuron time`; a first line `-1 -1` is skipped, the next one ends the sample. Times from `steps`
 * on are dropped.
 * @param neurons of the layer
 * @param steps T
 */
export function parseEvents(text: string, name: string, neurons: number, steps: number): SpikeTrains {
  const trains: Set<number>[] = Array.from({ length: neurons }, () => new Set());
  let begun = false;
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const fields = line.trim().split(/\s+/).map(Number);
    const [neuron, time] = fields;
    if (neuron === -1 && time === -1) {
      if (begun) break;
      begun = true;
      continue;
    }
    begun = true;
    if (
      fields.length !== 2 ||
      !Number.isInteger(neuron) ||
      neuron < 0 ||
      neuron >= neurons ||
      !Number.isInteger(time) ||
      time < 0
    ) {
      throw new RangeError(
        `${name}, line ${index + 1}: "${line.trim().slice(0, 60)}" is not "neuron time" with a neuron from 0 to ${neurons - 1} and a time from 0`,
      );
    }
    if (time < steps) trains[neuron].add(time);
  }
  return packSpikeTrains(
    name,
    steps,
    trains.map((train) => [...train].sort((a, b) => a - b)),
  );
}

/** Dense spikes: a 0 or 1 for each channel, time, row and column, in this order. `area` is rows * columns. */
export function parseDenseSpikes(
  text: string,
  name: string,
  channels: number,
  area: number,
  steps: number,
): SpikeTrains {
  const values = parseNumbers(text, name, channels * steps * area);
  const trains: number[][] = Array.from({ length: channels * area }, () => []);
  let next = 0;
  for (let channel = 0; channel < channels; channel++) {
    for (let t = 0; t < steps; t++) {
      for (let place = 0; place < area; place++) {
        const value = values[next++];
        if (value !== 0 && value !== 1) throw new RangeError(`${name}: number ${next} is ${value}, a spike is 0 or 1`);
        if (value === 1) trains[channel * area + place].push(t);
      }
    }
  }
  return packSpikeTrains(name, steps, trains);
}

/** Filter weights: numbers in order out channel, in channel, row, column (correlation, no flip). */
export function parseConvolutionWeights(text: string, name: string, count: number): Float32Array {
  return Float32Array.from(parseNumbers(text, name, count));
}

/**
 * Weights by pairs: lines `id pre post weight`, the index of a neuron being the integer after the last underscore of
 * its name. Pairs that repeat add up; absent pairs are 0. Lines whose pre index is just past the inputs are biases in
 * the authors' files; no golden case uses them, so that they are skipped.
 * @returns `[units, inputs]`
 */
export function parsePairWeights(text: string, name: string, units: number, inputs: number): Float32Array {
  const weights = new Float32Array(units * inputs);
  if (text.trim() === '') throw new RangeError(`${name} holds no weights: the file is empty or truncated`);
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const [, pre, post, value, ...rest] = line.trim().split(/\s+/);
    const [j, i, weight] = [neuronIndex(pre), neuronIndex(post), Number(value)];
    if (rest.length > 0 || !(j <= inputs) || !(i < units) || value === undefined || !Number.isFinite(weight)) {
      throw new RangeError(
        `${name}, line ${index + 1}: "${line.trim().slice(0, 60)}" is not "id pre_j post_i weight" with j below ${inputs} and i below ${units}`,
      );
    }
    if (j < inputs) weights[i * inputs + j] += weight;
  }
  return weights;
}

const neuronIndex = (label: string | undefined): number => Number(/_(\d+)$/.exec(label ?? '')?.[1] ?? NaN);

/** Exactly `count` numbers separated by white space. */
export function parseNumbers(text: string, name: string, count: number): Float64Array {
  const fields = text.split(/\s+/).filter((field) => field !== '');
  if (fields.length !== count)
    throw new RangeError(
      `${name} holds ${fields.length} numbers, expected ${count}: the file is truncated or of another network`,
    );
  const bad = fields.findIndex((field) => !Number.isFinite(Number(field)));
  if (bad >= 0)
    throw new RangeError(`${name}: "${fields[bad].slice(0, 30)}" (number ${bad + 1}) is not a finite number`);
  return Float64Array.from(fields, Number);
}
