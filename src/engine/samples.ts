/**
 * Samples in engine memory: images as bytes, recordings as event lists; and what training reads and writes for each.
 */
import { checkRecordings, type Recordings } from './recordings.js';

/** Where the arrays of a loaded set lie, as byte offsets; 0 where there is none. */
export interface LoadedSamples {
  readonly length: number;
  /** 0: the samples are recordings. */
  readonly pixels: number;
  readonly eventStarts: number;
  readonly eventNeurons: number;
  readonly eventTimes: number;
  readonly labels: number;
  readonly predictions: number;
  readonly firingCounts: number;
  readonly sampleWeights: number;
  readonly order: number;
}

/** Views on what training reads and writes for each sample; they change as it goes on. */
export interface SampleViews {
  /** `[samples, inputs]`; empty for recordings. */
  readonly pixels: Uint8Array;
  readonly predictions: Uint16Array;
  readonly firingCounts: Uint16Array;
  readonly sampleWeights: Float32Array;
  /** Sample at each place of an epoch. */
  readonly order: Uint32Array;
}

type ArrayName = Exclude<keyof LoadedSamples, 'length'>;

export class SampleMemory {
  private readonly rooms = new Map<string, Map<ArrayName, { at: number; bytes: number }>>();

  constructor(
    private readonly memory: WebAssembly.Memory,
    private readonly allocate: (bytes: number) => number,
    private readonly inputs: number,
    private readonly outputs: number,
    private readonly steps: number,
  ) {}

  /** Copies images under a name; later calls under the same name reuse the room. */
  loadImages(name: string, pixels: Uint8Array, labels: Uint8Array): LoadedSamples {
    const length = labels.length;
    if (pixels.length !== length * this.inputs) {
      throw new RangeError(
        `${pixels.length} pixels for ${length} samples of ${this.inputs} inputs: expected ${length * this.inputs}; use a network with input(${pixels.length / length})`,
      );
    }
    const loaded = this.place(name, labels, { pixels: pixels.length });
    new Uint8Array(this.memory.buffer, loaded.pixels, pixels.length).set(pixels);
    return loaded;
  }

  /**
   * Copies recordings under a name. @throws RangeError for a spike outside the network's inputs or steps, or out of
   * order
   */
  loadRecordings(name: string, recordings: Recordings, labels: Uint8Array): LoadedSamples {
    checkRecordings(recordings, labels.length, this.inputs, this.steps);
    const [first, end] = [recordings.starts[0], recordings.starts[labels.length]];
    const events = end - first;
    const loaded = this.place(name, labels, {
      eventStarts: (labels.length + 1) * 4,
      eventNeurons: Math.max(2, events * 2),
      eventTimes: Math.max(2, events * 2),
    });
    const { buffer } = this.memory;
    new Uint32Array(buffer, loaded.eventStarts, labels.length + 1).set(recordings.starts.map((start) => start - first));
    new Uint16Array(buffer, loaded.eventNeurons, events).set(recordings.neurons.subarray(first, end));
    new Uint16Array(buffer, loaded.eventTimes, events).set(recordings.times.subarray(first, end));
    return loaded;
  }

  views({ length, pixels, predictions, firingCounts, sampleWeights, order }: LoadedSamples): SampleViews {
    const { buffer } = this.memory;
    return {
      pixels: new Uint8Array(buffer, pixels, pixels === 0 ? 0 : length * this.inputs),
      predictions: new Uint16Array(buffer, predictions, length),
      firingCounts: new Uint16Array(buffer, firingCounts, length * this.outputs),
      sampleWeights: new Float32Array(buffer, sampleWeights, length),
      order: new Uint32Array(buffer, order, length),
    };
  }

  /** Finds room for each array: that of the samples before under this name, where it is large enough. */
  private place(name: string, labels: Uint8Array, data: Partial<Record<ArrayName, number>>): LoadedSamples {
    const { length } = labels;
    const held = this.rooms.get(name) ?? new Map<ArrayName, { at: number; bytes: number }>();
    this.rooms.set(name, held);
    const wanted = {
      ...data,
      labels: length,
      predictions: length * 2,
      firingCounts: length * this.outputs * 2,
      sampleWeights: length * 4,
      order: length * 4,
    };
    const at = {
      pixels: 0,
      eventStarts: 0,
      eventNeurons: 0,
      eventTimes: 0,
      labels: 0,
      predictions: 0,
      firingCounts: 0,
      sampleWeights: 0,
      order: 0,
    };
    for (const [array, bytes] of Object.entries(wanted) as [ArrayName, number][]) {
      let room = held.get(array);
      if (!room || room.bytes < bytes) held.set(array, (room = { at: this.allocate(bytes), bytes }));
      at[array] = room.at;
    }
    new Uint8Array(this.memory.buffer, at.labels, length).set(labels);
    return { length, ...at };
  }
}
