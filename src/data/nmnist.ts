/**
 * N-MNIST recordings: what a moving event camera saw of MNIST's digits (Orchard, Jayawant, Cohen, Thakor 2015,
 * https://www.garrickorchard.com/datasets/n-mnist). Five bytes an event: x, y (down), then one bit of polarity (1 = ON) and 23 bits of
 * time in microseconds, big-endian.
 */
import type { SpikeTrains } from '../network/spikes.js';
import { spikesFromEvents } from './spikes-from-events.js';
import { DataFormatError } from './idx.js';

/** Pixels a side of an N-MNIST recording. */
export const nmnistSide = 34;
/** Polarity (0 OFF, 1 ON), row, column. */
export const nmnistShape = [2, nmnistSide, nmnistSide] as const;

/** Events of one recording, in file order. */
export interface CameraEvents {
  /** Column, 0 .. 33; fractions after stabilisation are rounded. */
  readonly x: Uint8Array;
  /** Row, 0 .. 33. */
  readonly y: Uint8Array;
  /** 1 = ON (brighter), 0 = OFF. */
  readonly polarity: Uint8Array;
  /** Microseconds. */
  readonly time: Uint32Array;
}

const bytesPerEvent = 5;
const wrapRow = 240; // not an event: the camera's 13-bit clock wrapped
const wrapTime = 2 ** 13; // microseconds

/**
 * Reads a `.bin` or `.bs2` file.
 * @throws DataFormatError when it is empty, cut within an event, or names a pixel outside the camera
 */
export function parseCameraEvents(bytes: Uint8Array, source = 'event file'): CameraEvents {
  if (bytes.length === 0) throw new DataFormatError(`${source}: empty: a recording has at least one event of ${bytesPerEvent} bytes`);
  if (bytes.length % bytesPerEvent !== 0) {
    throw new DataFormatError(`${source}: ${bytes.length} bytes is not a multiple of ${bytesPerEvent}: the file is truncated, fetch it again`);
  }
  const count = bytes.length / bytesPerEvent;
  const events = { x: new Uint8Array(count), y: new Uint8Array(count), polarity: new Uint8Array(count), time: new Uint32Array(count) };
  let kept = 0;
  let wrapped = 0;
  for (let at = 0; at < bytes.length; at += bytesPerEvent) {
    if (bytes[at + 1] === wrapRow) {
      wrapped += wrapTime;
      continue;
    }
    if (bytes[at] >= nmnistSide || bytes[at + 1] >= nmnistSide) {
      throw new DataFormatError(`${source}: event ${at / bytesPerEvent} is at x ${bytes[at]}, y ${bytes[at + 1]}, outside 0 .. ${nmnistSide - 1}: damaged, or not an N-MNIST file`);
    }
    events.x[kept] = bytes[at];
    events.y[kept] = bytes[at + 1];
    events.polarity[kept] = bytes[at + 2] >>> 7;
    events.time[kept] = (((bytes[at + 2] & 0x7f) << 16) | (bytes[at + 3] << 8) | bytes[at + 4]) + wrapped;
    kept++;
  }
  return select(events, kept, (k) => k);
}

/**
 * Takes the camera's three saccades (a triangle of 3.5 and 7 pixels, 105 ms each) out of the positions; events that leave the frame are
 * dropped. Source: the authors' settings and the data set's own tools.
 */
export function stabilise(events: CameraEvents): CameraEvents {
  const moved = { ...events, x: new Uint8Array(events.x.length), y: new Uint8Array(events.x.length) };
  const inside: number[] = [];
  for (let k = 0; k < events.x.length; k++) {
    const t = events.time[k] / 1000; // ms
    let dx = (3.5 * t) / 105;
    let dy = (7 * t) / 105;
    if (t > 210) {
      dx = 7 - (7 * (t - 210)) / 105;
      dy = 0;
    } else if (t > 105) {
      dx = 3.5 + (3.5 * (t - 105)) / 105;
      dy = 7 - (7 * (t - 105)) / 105;
    }
    const x = Math.floor(events.x[k] - dx + 0.5);
    const y = Math.floor(events.y[k] - dy + 0.5);
    if (x < 0 || y < 0 || x >= nmnistSide || y >= nmnistSide) continue;
    moved.x[k] = x;
    moved.y[k] = y;
    inside.push(k);
  }
  return select(moved, inside.length, (k) => inside[k]);
}

/**
 * Bins events into spike trains of 2 x 34 x 34 inputs: bin = ceil(time / binWidth), spike at step bin + 1, as the authors' converter and
 * reader do; several events of an input in a bin are one spike, what comes at `steps` or later is cut.
 * @param binWidth microseconds
 */
export function binEvents(events: CameraEvents, steps = 540, binWidth = 600): SpikeTrains {
  const neurons = new Uint16Array(events.x.length);
  const times = new Uint32Array(events.x.length);
  for (let k = 0; k < neurons.length; k++) {
    neurons[k] = (events.polarity[k] * nmnistSide + events.y[k]) * nmnistSide + events.x[k];
    times[k] = Math.ceil(events.time[k] / binWidth) + 1;
  }
  return spikesFromEvents(2 * nmnistSide * nmnistSide, steps, neurons, times);
}

function select({ x, y, polarity, time }: CameraEvents, count: number, from: (k: number) => number): CameraEvents {
  const pick = <T extends Uint8Array | Uint32Array>(values: T, into: T): T => {
    for (let k = 0; k < count; k++) into[k] = values[from(k)];
    return into;
  };
  return { x: pick(x, new Uint8Array(count)), y: pick(y, new Uint8Array(count)), polarity: pick(polarity, new Uint8Array(count)), time: pick(time, new Uint32Array(count)) };
}
