/** Recordings of event cameras and cochleas to training and test set. */
import { describe, requireChoice, requireInteger } from '../../network/require.js';
import { aedat4Line, parseAedat4 } from '../formats/aedat4.js';
import { parseAedat3 } from '../formats/aedat3.js';
import { parseDat } from '../formats/dat.js';
import { DataFormatError } from '../formats/idx.js';
import { type NpyArray, type NpyRecords, parseNpy } from '../formats/npy.js';
import { namesInNpz, parseNpz } from '../formats/npz.js';
import type { Recording } from '../formats/recording.js';
import type { EventDataset } from '../sets/events.js';
import { type EventOptions, type Events, fromEvents } from './from-events.js';
import type { Halves } from './from-features.js';
import { type OwnOptions, ownOptionNames } from './parts.js';

export interface RecordingOptions
  extends Partial<Omit<EventOptions, 'unit'>>, Omit<OwnOptions<never>, 'labels' | 'test'> {
  /**
   * `[2, rows, columns]`: an input for each polarity and pixel; `[1, rows, columns]`: both polarities in one;
   * `[channels]`: of x alone, as cochleas have it. Default: two polarities, and the size of the sensor if the files
   * tell.
   */
  shape?: readonly number[];
  /**
   * Where a recording's time begins: at its first event (default; cameras often count since 1970), or where the file
   * counts from.
   */
  start?: 'first' | 'file';
}
export const recordingOptionNames = [...ownOptionNames.slice(1), 'shape', 'start', 'binMs', 'cut', 'downsample'];

/** Events of one file, or of a part of it, with their class. */
export interface LabelledRecording {
  readonly source: string;
  readonly recording: Recording;
  readonly label: number | string;
  /** Only what lies from `from` to before `to`, microseconds of the file; time begins at `from`. */
  readonly window?: { readonly from: number; readonly to: number };
}

/** @param test recordings of a test set of their own, or the share of it */
export function fromRecordings(
  name: string,
  train: readonly LabelledRecording[],
  test: readonly LabelledRecording[] | number | undefined,
  { start = 'first', shape, ...options }: RecordingOptions,
): Halves<EventDataset> {
  requireChoice('start', start, ['first', 'file']);
  const own = typeof test === 'object' ? test : undefined;
  const sized = shape ?? sensorOf([...train, ...(own ?? [])]);
  const isList = Array.isArray(sized) || ArrayBuffer.isView(sized);
  if (!isList || (sized.length !== 1 && (sized.length !== 3 || sized[0] > 2)))
    throw new RangeError(
      `shape is ${isList ? `[${sized.join(', ')}]` : describe(sized)}: write [2, rows, columns], [1, rows, columns] for both polarities in one, or [channels]`,
    );
  sized.forEach((size) => requireInteger('size in shape', size, 1, 65_536));
  const part = (recordings: readonly LabelledRecording[]): { events: Events[]; labels: (number | string)[] } => ({
    events: recordings.map((recording) => eventsOf(recording, sized, start)),
    labels: recordings.map(({ label }) => label),
  });
  const ownTest = own ? part(own) : test;
  return fromEvents({
    ...options,
    name,
    unit: 'us',
    shape: sized,
    ...part(train),
    ...(ownTest !== undefined && { test: ownTest as number | { events: Events[]; labels: (number | string)[] } }),
  });
}

/** The shape that all files agree on. */
function sensorOf(recordings: readonly LabelledRecording[]): number[] {
  const [first, ...others] = recordings;
  const { rows, columns } = first.recording;
  if (rows === undefined || columns === undefined)
    throw new RangeError(`${first.source} does not tell the size of its sensor: give shape: [2, rows, columns]`);
  const other = others.find(({ recording }) => recording.rows !== rows || recording.columns !== columns);
  if (other)
    throw new RangeError(
      `${other.source} has ${other.recording.columns ?? 'no'} columns and ${other.recording.rows ?? 'no'} rows, ${first.source} ${columns} and ${rows}: they must be of one sensor, or give shape`,
    );
  return [2, rows, columns];
}

function eventsOf({ source, recording, window }: LabelledRecording, shape: readonly number[], start: string): Events {
  const { x, y, polarity, time } = recording;
  const [planes, rows, columns] = shape.length === 1 ? [1, Infinity, shape[0]] : shape;
  const channels: number[] = [];
  const times: number[] = [];
  const zero = window?.from ?? (start === 'first' ? (time[0] ?? 0) : 0);
  for (let k = 0; k < time.length; k++) {
    const fail = (why: string): never => {
      throw new DataFormatError(`${source}: event ${k} ${why}`);
    };
    if (k > 0 && time[k] < time[k - 1])
      fail(
        `is at ${time[k]} us, before the one that precedes it (${time[k - 1]}): sort the events, or the file is damaged`,
      );
    if (window && (time[k] < window.from || time[k] >= window.to)) continue;
    if (x[k] >= columns || y[k] >= rows) fail(`is at x ${x[k]}, y ${y[k]}, outside the shape [${shape.join(', ')}]`);
    channels.push(shape.length === 1 ? x[k] : ((planes === 2 ? polarity[k] : 0) * rows + y[k]) * columns + x[k]);
    times.push(time[k] - zero);
  }
  if (times.length === 0)
    throw new DataFormatError(
      window
        ? `${source}: no event from ${window.from} to ${window.to} us: are these times of another recording?`
        : `${source}: no events: leave it out`,
    );
  return { channels, times };
}

/** Endings of the files that are read as recordings. */
export const recordingEndings = ['npy', 'npz', 'dat', 'aedat4', 'aedat'] as const;

/** @throws DataFormatError for a damaged file or one of another kind */
export function parseRecording(bytes: Uint8Array, source: string, ending: string): Recording {
  if (ending === 'dat') return parseDat(bytes, source);
  if (ending === 'npy') return recordingOf(structured(parseNpy(bytes, source), source), source);
  if (ending === 'npz') return recordingOf(arraysOf(bytes, source), source);
  return parseAedat(bytes, source);
}

/** AEDAT of either version. */
export function parseAedat(bytes: Uint8Array, source: string): Recording {
  const first = new TextDecoder('latin1').decode(bytes.subarray(0, aedat4Line.length));
  return first === aedat4Line ? parseAedat4(bytes, source) : parseAedat3(bytes, source);
}

type Fields = Readonly<Partial<Record<string, Float64Array>>>;

/** A structured array, as Tonic and Metavision have it. */
function structured(array: NpyArray | NpyRecords, source: string): Fields {
  if (!('fields' in array) || array.shape.length !== 1)
    throw new DataFormatError(`${source}: no structured array of one dimension: events have the fields t, x, y, p`);
  return array.fields;
}

/** Arrays t, x, y, p of an archive, as SpikingJelly writes it, or its only array, a structured one. */
function arraysOf(bytes: Uint8Array, source: string): Fields {
  const names = namesInNpz(bytes, source);
  if (names.length === 1)
    return structured(parseNpz(bytes, names, source).get(names[0]) as NpyArray | NpyRecords, source);
  const wanted = names.filter((name) => ['t', 'x', 'y', 'p'].includes(name));
  const fields: Record<string, Float64Array> = {};
  for (const [name, array] of parseNpz(bytes, wanted, source)) {
    if ('fields' in array || !(array.values instanceof Float64Array) || array.shape.length !== 1)
      throw new DataFormatError(`${source}: ${name} is no list of numbers: t, x, y, p have one for each event`);
    fields[name] = array.values;
  }
  const { t } = fields;
  if (!t) throw withoutEvents(wanted.length > 0 ? wanted : names, source);
  const uneven = wanted.find((name) => fields[name].length !== t.length);
  if (uneven !== undefined)
    throw new DataFormatError(
      `${source}: t has ${t.length} values, ${uneven} ${fields[uneven].length}: each event has one of both`,
    );
  return fields;
}

const withoutEvents = (fields: readonly string[], source: string): DataFormatError =>
  new DataFormatError(`${source} has the fields ${fields.join(', ')}: t and x are needed, y and p for a camera`);

/** From the fields t (microseconds) and x, and y and p of a camera. */
function recordingOf(fields: Fields, source: string): Recording {
  const { t, x, y, p } = fields;
  if (!t || !x) throw withoutEvents(Object.keys(fields), source);
  const whole = (field: string, values: Float64Array, most: number): void => {
    const bad = values.findIndex((value) => !(Number.isInteger(value) && value >= 0 && value <= most));
    if (bad >= 0)
      throw new DataFormatError(
        `${source}: ${field} of event ${bad} is ${values[bad]}: whole numbers 0 .. ${most} are read`,
      );
  };
  whole('t', t, Number.MAX_SAFE_INTEGER);
  whole('x', x, 65_535);
  if (y) whole('y', y, 65_535);
  const polarity = Uint8Array.from(p ?? t, (value, k) => {
    if (!p || value === 1) return 1;
    if (value === 0 || value === -1) return 0;
    throw new DataFormatError(`${source}: p of event ${k} is ${value}: 1 is brighter, 0 or -1 darker`);
  });
  return { time: t, x: Uint16Array.from(x), y: y ? Uint16Array.from(y) : new Uint16Array(t.length), polarity };
}
