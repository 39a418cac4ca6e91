/** Recordings of events to training and test set: units, bins, and what is refused. */
import { describe, requireChoice, requireInteger, requireNumber, requireObject } from '../../network/require.js';
import { requireKnown } from '../../network/known.js';
import { spikesFromEvents } from '../encode/spikes-from-events.js';
import { createEventDataset } from '../formats/event-packer.js';
import type { EventDataset } from '../sets/events.js';
import { classesOf, type Labels } from './labels.js';
import { chooseTest, type OwnOptions, ownOptionNames, report, requireLabels } from './parts.js';
import type { Halves } from './from-features.js';
import { perMs, stepsOf, type TimeUnit, timeUnits } from './time-units.js';

/** One recording: channel and time of each event, as many of both, times never falling. */
export interface Events {
  /** 0 .. inputs-1; of a camera (polarity * rows + y) * columns + x. */
  readonly channels: ArrayLike<number>;
  readonly times: ArrayLike<number>;
}

export interface EventOptions {
  /** Of the times. With `steps` they are whole steps from 1 on. */
  unit: TimeUnit;
  /** Shape of the inputs, for instance `[700]` channels or `[2, 128, 128]` (polarity, row, column). */
  shape: readonly number[];
  /**
   * Width of a step, ms: an event at time t is a spike at step floor(t / binMs) + 1; several in one step are one.
   * Default 1.
   */
  binMs?: number;
  /** T, 2 .. 4096: events at this step or later are left out. Default: as long as the longest recording. */
  cut?: number;
  /**
   * Joins so many neighbours (of a shape with rows and columns: squares of so many by so many) into one input. Default
   * 1.
   */
  downsample?: number;
}
export const eventOptionNames = ['unit', 'shape', 'binMs', 'cut', 'downsample'];

export interface EventParts extends EventOptions, OwnOptions<{ events: readonly Events[]; labels: Labels }> {
  events: readonly Events[];
}

/** @throws RangeError naming recording and event that do not fit, or the option */
export function fromEvents(parts: EventParts): Halves<EventDataset> {
  requireKnown('fromArrays({ events })', parts, ['events', ...ownOptionNames, ...eventOptionNames]);
  const { events, labels, name = 'own', test, seed, quiet } = parts;
  const classes = classesOf(name, labels, parts.classNames);
  requireLabels(name, events.length, labels.length);
  const own = typeof test === 'object' ? test : undefined;
  const tested = own && classesOf(`${name}/test`, own.labels, classes.classNames);
  if (own) requireLabels(`${name}/test`, own.events.length, own.labels.length);
  const grid = gridOf(name, parts);
  const bin = binner(name, parts, grid);
  const binned = events.map((recording, n) => bin(recording, name, n));
  const others = own?.events.map((recording, n) => bin(recording, `${name}/test`, n));
  const steps = stepsOf(name, binned, others, parts);

  const make = (part: string, recordings: readonly Binned[], of: ArrayLike<number>): EventDataset =>
    createEventDataset({
      name: `${name}/${part}`,
      shape: grid.shape,
      steps,
      classNames: classes.classNames,
      samples: recordings.map(({ inputs, at }, n) => ({
        label: of[n],
        spikes: spikesFromEvents(grid.inputs, steps, inputs, at),
      })),
    });
  const [first, second] = own ? [[], []] : chooseTest(name, classes.labels, test as number | undefined, seed);
  const pick = (part: string, numbers: number[]): EventDataset =>
    make(
      part,
      numbers.map((n) => binned[n]),
      numbers.map((n) => classes.labels[n]),
    );
  const train = own ? make('train', binned, classes.labels) : pick('train', first);
  const testSet = others && tested ? make('test', others, tested.labels) : pick('test', second);
  const left = [...binned, ...(others ?? [])].reduce((sum, { at }) => sum + at.filter((t) => t >= steps).length, 0);
  report(
    quiet,
    `${name}: ${train.length} + ${testSet.length} recordings, ${classes.classNames.length} classes, ${grid.inputs} inputs (${grid.shape.join(' x ')}), ` +
      `${steps} steps${parts.unit === 'steps' ? '' : ` of ${parts.binMs ?? 1} ms`}${left > 0 ? `; ${left} later events were cut` : ''}`,
  );
  return { name, train, test: testSet };
}

interface Grid {
  /** After joining neighbours. */
  readonly shape: readonly number[];
  readonly inputs: number;
  /** Channels before. */
  readonly channels: number;
  readonly joined: (channel: number) => number;
}

function gridOf(name: string, { shape, downsample = 1 }: EventOptions): Grid {
  const dimensions = Array.isArray(shape) || ArrayBuffer.isView(shape) ? shape.length : 0;
  if (dimensions < 1 || dimensions > 3)
    throw new RangeError(`${name}: shape is ${JSON.stringify(shape)}: write [channels] or [polarities, rows, columns]`);
  shape.forEach((size) => requireInteger(`${name}: size in shape`, size, 1, 65_536));
  requireInteger(`${name}: downsample`, downsample, 1, 1024);
  const [planes, rows, columns] = shape.length === 1 ? [1, 1, shape[0]] : shape.length === 2 ? [1, ...shape] : shape;
  const tall = shape.length === 1 ? 1 : downsample;
  const small = [Math.ceil(rows / tall), Math.ceil(columns / downsample)];
  const joined = (channel: number): number => {
    const [x, rest] = [channel % columns, Math.floor(channel / columns)];
    const [y, plane] = [rest % rows, Math.floor(rest / rows)];
    return (plane * small[0] + Math.floor(y / tall)) * small[1] + Math.floor(x / downsample);
  };
  const after = shape.length === 1 ? [small[1]] : shape.length === 2 ? small : [planes, ...small];
  const inputs = requireInteger(
    `${name}: inputs (${after.join(' x ')}; downsample joins neighbours)`,
    planes * small[0] * small[1],
    1,
    65_536,
  );
  return { shape: after, inputs, channels: planes * rows * columns, joined };
}

interface Binned {
  readonly inputs: Uint16Array;
  readonly at: Float64Array;
}

function binner(
  name: string,
  { unit, binMs }: EventOptions,
  { channels: count, joined }: Grid,
): (recording: Events, part: string, n: number) => Binned {
  if (unit === undefined)
    throw new RangeError(
      `${name}: unit is missing: say what the times are in: ${timeUnits.map((u) => `'${u}'`).join(', ')}`,
    );
  requireChoice(`${name}: unit`, unit, timeUnits);
  if (binMs !== undefined && unit === 'steps')
    throw new RangeError(`${name}: binMs is ${binMs}, but unit 'steps' has its bins already: leave binMs out`);
  const width = requireNumber(`${name}: binMs`, binMs ?? 1, 1e-6, 1e9);
  // A time that is a whole number of bins may come out a hair below it in doubles.
  const step = (time: number): number =>
    unit === 'steps' ? time : Math.floor((time * perMs[unit]) / width + 1e-9) + 1;
  return (recording, part, n) => {
    const { channels, times } = requireObject(`${part}: recording ${n}`, recording, '{ channels, times }');
    if (channels?.length === undefined || channels.length !== times?.length)
      throw new RangeError(
        `${part}: recording ${n} has ${channels?.length ?? 'no'} channels and ${times?.length ?? 'no'} times: give one of each for every event`,
      );
    const inputs = new Uint16Array(channels.length);
    const at = new Float64Array(channels.length);
    for (let k = 0; k < inputs.length; k++) {
      const [channel, time] = [numberOf(channels[k]), numberOf(times[k])];
      const fail = (why: string): never => {
        throw new RangeError(`${part}: event ${k} of recording ${n} ${why}`);
      };
      if (!Number.isInteger(channel) || channel < 0 || channel >= count)
        fail(`is of channel ${describe(channels[k])}: channels are 0 .. ${count - 1}, counted from 0`);
      if (!Number.isFinite(time) || time < 0)
        fail(`is at time ${describe(times[k])}: times are finite and not negative`);
      if (unit === 'steps' && (!Number.isInteger(time) || time < 1))
        fail(`is at step ${time}: steps are whole numbers from 1; give times with unit: 'ms' and binMs`);
      if (k > 0 && time < numberOf(times[k - 1]))
        fail(`is at time ${time}, before the one that precedes it (${times[k - 1]}): sort the events by time`);
      inputs[k] = joined(channel);
      at[k] = step(time);
    }
    return { inputs, at };
  };
}

/** NaN for what is no number: null or '' would count as 0. */
const numberOf = (value: unknown): number =>
  typeof value === 'number' ? value : typeof value === 'bigint' ? Number(value) : NaN;
