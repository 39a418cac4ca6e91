import type { SpikeTrains } from '../../network/spikes.js';
import { requireInteger } from '../../network/require.js';
import { sha256 } from '#data-platform';
import { type Choosing, LabelledSet, requireIndices } from './labelled.js';

/** A labelled set of recorded spikes, ready for a network without an encoder. Made by `createEventDataset`. */
export interface EventDataset extends Iterable<EventSample>, Choosing<EventDataset> {
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
  /**
   * sha256 of labels, spikes for each sample, inputs and steps of the spikes (little-endian); computed when first asked
   * for.
   */
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

/** Whether a data set holds recorded spikes (otherwise pixels). */
export function isEventDataset(dataset: object): dataset is EventDataset {
  return dataset instanceof Recordings;
}

/** What all recordings of a set have in common. */
export interface Facts {
  readonly name: string;
  readonly shape: readonly number[];
  readonly inputs: number;
  readonly steps: number;
  readonly classNames: readonly string[];
}

/** Recordings behind each other in flat arrays. */
export class Recordings extends LabelledSet<EventDataset> implements EventDataset {
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
    super();
    ({
      name: this.name,
      shape: this.shape,
      inputs: this.inputs,
      steps: this.steps,
      classNames: this.classNames,
    } = facts);
    Object.freeze(this);
  }

  get length(): number {
    return this.labels.length;
  }

  get sha256(): string {
    const [from, to] = [this.starts[0], this.starts[this.length]];
    const counts = Uint32Array.from(this.labels, (_, n) => this.starts[n + 1] - this.starts[n]);
    const bytes = (array: Uint16Array | Uint32Array): Uint8Array =>
      new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    return (this.#digest ??= sha256(
      this.labels,
      bytes(counts),
      bytes(this.neurons.subarray(from, to)),
      bytes(this.times.subarray(from, to)),
    ));
  }

  at(index: number): EventSample {
    this.#requireIndex(index);
    const [from, to] = [this.starts[index], this.starts[index + 1]];
    const offsets = new Uint32Array(this.inputs + 1);
    for (let k = from; k < to; k++) offsets[this.neurons[k] + 1]++;
    for (let j = 0; j < this.inputs; j++) offsets[j + 1] += offsets[j];
    const spikes = {
      name: 'input',
      neurons: this.inputs,
      steps: this.steps,
      offsets,
      times: this.times.subarray(from, to),
    };
    return { spikes, shape: this.shape, label: this.labels[index], index, dataset: this.name };
  }

  slice(from: number, to = this.length): EventDataset {
    if (!Number.isInteger(from) || !Number.isInteger(to) || from < 0 || from >= to || to > this.length) {
      throw new RangeError(
        `${this.name}: slice(${from}, ${to}) must take at least one of the samples 0 .. ${this.length - 1}`,
      );
    }
    if (from === 0 && to === this.length) return this;
    return new Recordings(
      { ...this, name: `${this.name}[${from}:${to}]` },
      this.labels.subarray(from, to),
      this.starts.subarray(from, to + 1),
      this.neurons,
      this.times,
    );
  }

  subset(indices: ArrayLike<number>): EventDataset {
    requireIndices(this.name, indices);
    const labels = new Uint8Array(indices.length);
    const starts = new Uint32Array(indices.length + 1);
    for (let k = 0; k < indices.length; k++) {
      this.#requireIndex(indices[k]);
      labels[k] = this.labels[indices[k]];
      starts[k + 1] = starts[k] + this.starts[indices[k] + 1] - this.starts[indices[k]];
    }
    const neurons = new Uint16Array(starts[indices.length]);
    const times = new Uint16Array(starts[indices.length]);
    for (let k = 0; k < indices.length; k++) {
      const [from, to] = [this.starts[indices[k]], this.starts[indices[k] + 1]];
      neurons.set(this.neurons.subarray(from, to), starts[k]);
      times.set(this.times.subarray(from, to), starts[k]);
    }
    return new Recordings({ ...this, name: `${this.name}{${indices.length}}` }, labels, starts, neurons, times);
  }

  cut(steps: number): EventDataset {
    requireInteger(`${this.name}: steps to cut to`, steps, 2, this.steps);
    const kept = this.times.map((t) => Number(t < steps));
    const starts = new Uint32Array(this.length + 1);
    for (let n = 0; n < this.length; n++) {
      starts[n + 1] = starts[n];
      for (let k = this.starts[n]; k < this.starts[n + 1]; k++) starts[n + 1] += kept[k];
    }
    const inside = (_: number, k: number): boolean =>
      k >= this.starts[0] && k < this.starts[this.length] && kept[k] === 1;
    return new Recordings(
      { ...this, name: `${this.name}[..${steps}]`, steps },
      this.labels,
      starts,
      this.neurons.filter(inside),
      this.times.filter(inside),
    );
  }

  *[Symbol.iterator](): Iterator<EventSample> {
    for (let index = 0; index < this.length; index++) yield this.at(index);
  }

  #requireIndex(index: number): void {
    if (!Number.isInteger(index) || index < 0 || index >= this.length)
      throw new RangeError(`${this.name}: sample ${index} does not exist: samples are 0 .. ${this.length - 1}`);
  }
}
