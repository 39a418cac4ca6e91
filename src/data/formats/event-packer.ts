/** Makes data sets of recorded spikes. */
import { requireKnown } from '../../network/known.js';
import { describe, requireInteger, requireList } from '../../network/require.js';
import type { SpikeTrains } from '../../network/spikes.js';
import { type EventDataset, type Facts, Recordings } from '../sets/events.js';

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
export function createEventDataset(parts: EventDatasetParts): EventDataset {
  const { samples, ...facts } = requireKnown('createEventDataset()', parts, [
    'name',
    'shape',
    'steps',
    'classNames',
    'samples',
  ]);
  requireList('createEventDataset({ shape })', facts.shape, 'a list such as [2, 34, 34]');
  requireList('createEventDataset({ classNames })', facts.classNames, 'a list of names');
  if (typeof (samples as Iterable<unknown> | undefined)?.[Symbol.iterator] !== 'function')
    throw new TypeError(`createEventDataset({ samples }) takes a list of { label, spikes }, not ${describe(samples)}`);
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
    const inputs = requireInteger(
      `${name}: inputs`,
      shape.reduce((a, b) => a * b, 1),
      1,
      65_536,
    );
    requireInteger(`${name}: steps`, steps, 2, 65_536);
    requireInteger(`${name}: classes`, classNames.length, 2, 256);
    this.facts = { name, shape: Object.freeze([...shape]), inputs, steps, classNames: Object.freeze([...classNames]) };
  }

  add(label: number, spikes: SpikeTrains): void {
    const { name, inputs, steps, shape, classNames } = this.facts;
    const n = this.labels.length;
    if (!Number.isInteger(label) || label < 0 || label >= classNames.length) {
      throw new RangeError(
        `${name}: label ${label} of sample ${n} is not a class: there are ${classNames.length}, counted from 0`,
      );
    }
    if (spikes.neurons !== inputs)
      throw new RangeError(
        `${name}: sample ${n} has ${spikes.neurons} inputs, the set ${inputs} (${shape.join(' x ')})`,
      );
    const bad = spikes.times.findIndex((t) => t < 1 || t >= steps);
    if (bad >= 0)
      throw new RangeError(
        `${name}: sample ${n} has a spike at step ${spikes.times[bad]}, outside 1 .. ${steps - 1}: cut it to ${steps} steps`,
      );
    const needed = this.used + spikes.times.length;
    if (needed > this.times.length) {
      const size = Math.max(2 * this.times.length, needed);
      this.neurons = enlarged(this.neurons, size);
      this.times = enlarged(this.times, size);
    }
    this.times.set(spikes.times, this.used);
    for (let j = 0; j < inputs; j++)
      this.neurons.fill(j, this.used + spikes.offsets[j], this.used + spikes.offsets[j + 1]);
    this.used = needed;
    this.labels.push(label);
    this.starts.push(needed);
  }

  finish(): EventDataset {
    if (this.labels.length === 0)
      throw new RangeError(`${this.facts.name}: the set is empty: give at least one sample`);
    return new Recordings(
      this.facts,
      Uint8Array.from(this.labels),
      Uint32Array.from(this.starts),
      this.neurons.slice(0, this.used),
      this.times.slice(0, this.used),
    );
  }
}

function enlarged(array: Uint16Array<ArrayBuffer>, size: number): Uint16Array<ArrayBuffer> {
  const larger = new Uint16Array(size);
  larger.set(array);
  return larger;
}
