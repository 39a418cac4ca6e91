import { type SpikeTrains } from '../network/spikes.js';
import { requireInteger } from '../network/require.js';
import { sha256 } from './files.js';

/** A labelled set of recorded spikes, ready for a network without an encoder. Made by {@link createEventDataset}. */
export interface EventDataset extends Iterable<EventSample> {
  /** For instance `nmnist/train`. */
  readonly name: string;
  /** Shape of the inputs, for instance `[2, 34, 34]` (polarity, row, column) or `[78]` (channels). */
  readonly shape: readonly number[];
  /** Inputs of one sample: the product of `shape`, at most 65,536. */
  readonly inputs: number;
  /** T: steps of one sample; every spike lies in 1 .. steps-1. */
  readonly steps: number;
  readonly length: number;
  readonly classNames: readonly string[];
  /** `[length]`, class index of each sample. */
  readonly labels: Uint8Array;
  /** `[length + 1]`: spikes of sample n are entries `starts[n] .. starts[n+1]-1` of `neurons` and `times`. */
  readonly starts: Uint32Array;
  /** Input of each spike; ascending within a sample. */
  readonly neurons: Uint16Array;
  /** Step of each spike; ascending within an input. */
  readonly times: Uint16Array;
  /** sha256 of labels, spikes for each sample, inputs and steps of the spikes (little-endian); computed when first asked for. */
  readonly sha256: string;
  /** One sample. Throws RangeError outside 0 .. length-1. */
  at(index: number): EventSample;
  /** A view on samples `from` (inclusive) to `to` (exclusive, at most `length`); no copy of the spikes. */
  slice(from: number, to?: number): EventDataset;
  /** A copy of `steps` steps, without the spikes at or after step `steps`; 2 .. this set's steps. */
  cut(steps: number): EventDataset;
}

/** One recording with its label. */
export interface EventSample {
  readonly spikes: SpikeTrains;
  readonly shape: readonly number[];
  readonly label: number;
  /** Position in the set that gave it. */
  readonly index: number;
  readonly dataset: string;
}

export interface EventDatasetParts {
  name: string;
  shape: readonly number[];
  /** T. Later spikes are refused: cut the recording first. */
  steps: number;
  classNames: readonly string[];
  samples: Iterable<{ readonly label: number; readonly spikes: SpikeTrains }>;
}

/**
 * Packs recordings into one data set.
 * @throws RangeError naming the sample whose label, inputs or spike times do not fit
 */
export function createEventDataset({ samples, ...facts }: EventDatasetParts): EventDataset {
  const packer = new EventPacker(facts);
  for (const { label, spikes } of samples) packer.add(label, spikes);
  return packer.finish();
}

/** Packs recordings one after the other, so that a set of many need not be in memory twice. */
export class EventPacker {
  private readonly facts: Facts;
  private readonly labels: number[] = [];
  private readonly starts = [0];
  private neurons = new Uint16Array(1 << 16);
  private times = new Uint16Array(1 << 16);
  private used = 0;

  constructor({ name, shape, steps, classNames }: Omit<EventDatasetParts, 'samples'>) {
    const inputs = requireInteger(`${name}: inputs`, shape.reduce((a, b) => a * b, 1), 1, 65_536);
    requireInteger(`${name}: steps`, steps, 2, 65_536);
    requireInteger(`${name}: classes`, classNames.length, 2, 256);
    this.facts = { name, shape: Object.freeze([...shape]), inputs, steps, classNames: Object.freeze([...classNames]) };
  }

  add(label: number, spikes: SpikeTrains): void {
    const { name, inputs, steps, shape, classNames } = this.facts;
    const n = this.labels.length;
    if (!Number.isInteger(label) || label < 0 || label >= classNames.length) {
      throw new RangeError(`${name}: label ${label} of sample ${n} is not a class: there are ${classNames.length}, counted from 0`);
    }
    if (spikes.neurons !== inputs) throw new RangeError(`${name}: sample ${n} has ${spikes.neurons} inputs, the set ${inputs} (${shape.join(' x ')})`);
    const bad = spikes.times.findIndex((t) => t < 1 || t >= steps);
    if (bad >= 0) throw new RangeError(`${name}: sample ${n} has a spike at step ${spikes.times[bad]}, outside 1 .. ${steps - 1}: cut it to ${steps} steps`);
    const needed = this.used + spikes.times.length;
    if (needed > this.times.length) {
      const size = Math.max(2 * this.times.length, needed);
      this.neurons = enlarged(this.neurons, size);
      this.times = enlarged(this.times, size);
    }
    this.times.set(spikes.times, this.used);
    for (let j = 0; j < inputs; j++) this.neurons.fill(j, this.used + spikes.offsets[j], this.used + spikes.offsets[j + 1]);
    this.used = needed;
    this.labels.push(label);
    this.starts.push(needed);
  }

  finish(): EventDataset {
    if (this.labels.length === 0) throw new RangeError(`${this.facts.name}: the set is empty: give at least one sample`);
    return new Recordings(
      this.facts,
      Uint8Array.from(this.labels),
      Uint32Array.from(this.starts),
      this.neurons.slice(0, this.used),
      this.times.slice(0, this.used),
    );
  }
}

/** Whether a data set holds recorded spikes (otherwise pixels). */
export function isEventDataset(dataset: object): dataset is EventDataset {
  return dataset instanceof Recordings;
}

/**
 * Spike trains from a list of events in any order; several events of an input in one step are one spike.
 * @param neurons input of each event, 0 .. count-1
 * @param times step of each event; those outside 1 .. steps-1 are dropped
 */
export function spikesFromEvents(count: number, steps: number, neurons: ArrayLike<number>, times: ArrayLike<number>): SpikeTrains {
  const keys = new Uint32Array(neurons.length);
  let kept = 0;
  for (let k = 0; k < neurons.length; k++) if (times[k] >= 1 && times[k] < steps) keys[kept++] = neurons[k] * 65_536 + times[k];
  const sorted = keys.subarray(0, kept).sort();
  const offsets = new Uint32Array(count + 1);
  const distinct = new Uint16Array(kept);
  let used = 0;
  for (let k = 0; k < kept; k++) {
    if (k > 0 && sorted[k] === sorted[k - 1]) continue;
    distinct[used++] = sorted[k] & 0xffff;
    offsets[(sorted[k] >>> 16) + 1] = used;
  }
  for (let j = 1; j <= count; j++) if (offsets[j] < offsets[j - 1]) offsets[j] = offsets[j - 1]; // silent inputs
  return { name: 'input', neurons: count, steps, offsets, times: distinct.slice(0, used) };
}

interface Facts {
  readonly name: string;
  readonly shape: readonly number[];
  readonly inputs: number;
  readonly steps: number;
  readonly classNames: readonly string[];
}

class Recordings implements EventDataset {
  readonly name: string;
  readonly shape: readonly number[];
  readonly inputs: number;
  readonly steps: number;
  readonly classNames: readonly string[];
  #digest: string | undefined;

  constructor(
    facts: Facts,
    readonly labels: Uint8Array,
    readonly starts: Uint32Array,
    readonly neurons: Uint16Array,
    readonly times: Uint16Array,
  ) {
    ({ name: this.name, shape: this.shape, inputs: this.inputs, steps: this.steps, classNames: this.classNames } = facts);
    Object.freeze(this);
  }

  get length(): number {
    return this.labels.length;
  }

  get sha256(): string {
    const [from, to] = [this.starts[0], this.starts[this.length]];
    const counts = Uint32Array.from(this.labels, (_, n) => this.starts[n + 1] - this.starts[n]);
    const bytes = (array: Uint16Array | Uint32Array): Uint8Array => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    return (this.#digest ??= sha256(this.labels, bytes(counts), bytes(this.neurons.subarray(from, to)), bytes(this.times.subarray(from, to))));
  }

  at(index: number): EventSample {
    if (!Number.isInteger(index) || index < 0 || index >= this.length) {
      throw new RangeError(`${this.name}: sample ${index} does not exist: samples are 0 .. ${this.length - 1}`);
    }
    const [from, to] = [this.starts[index], this.starts[index + 1]];
    const offsets = new Uint32Array(this.inputs + 1);
    for (let k = from; k < to; k++) offsets[this.neurons[k] + 1]++;
    for (let j = 0; j < this.inputs; j++) offsets[j + 1] += offsets[j];
    const spikes = { name: 'input', neurons: this.inputs, steps: this.steps, offsets, times: this.times.subarray(from, to) };
    return { spikes, shape: this.shape, label: this.labels[index], index, dataset: this.name };
  }

  slice(from: number, to = this.length): EventDataset {
    if (!Number.isInteger(from) || !Number.isInteger(to) || from < 0 || from >= to || to > this.length) {
      throw new RangeError(`${this.name}: slice(${from}, ${to}) must take at least one of the samples 0 .. ${this.length - 1}`);
    }
    if (from === 0 && to === this.length) return this;
    return new Recordings({ ...this, name: `${this.name}[${from}:${to}]` }, this.labels.subarray(from, to), this.starts.subarray(from, to + 1), this.neurons, this.times);
  }

  cut(steps: number): EventDataset {
    requireInteger(`${this.name}: steps to cut to`, steps, 2, this.steps);
    const kept = this.times.map((t) => Number(t < steps));
    const starts = new Uint32Array(this.length + 1);
    for (let n = 0; n < this.length; n++) {
      starts[n + 1] = starts[n];
      for (let k = this.starts[n]; k < this.starts[n + 1]; k++) starts[n + 1] += kept[k];
    }
    const inside = (_: number, k: number): boolean => k >= this.starts[0] && k < this.starts[this.length] && kept[k] === 1;
    return new Recordings({ ...this, name: `${this.name}[..${steps}]`, steps }, this.labels, starts, this.neurons.filter(inside), this.times.filter(inside));
  }

  *[Symbol.iterator](): Iterator<EventSample> {
    for (let index = 0; index < this.length; index++) yield this.at(index);
  }
}

function enlarged(array: Uint16Array<ArrayBuffer>, size: number): Uint16Array<ArrayBuffer> {
  const larger = new Uint16Array(size);
  larger.set(array);
  return larger;
}
