/**
 * N-MNIST recordings: what a moving event camera saw of MNIST's digits (Orchard, Jayawant, Cohen, Thakor 2015,
 * https://www.garrickorchard.com/datasets/n-mnist). Five bytes an event: x, y (down), then one bit of polarity (1 = ON)
 * and 23 bits of time in microseconds, big-endian.
 */
import { requireBytes } from '../../network/require.js';
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
  requireBytes('parseCameraEvents()', bytes);
  if (bytes.length === 0)
    throw new DataFormatError(`${source}: empty: a recording has at least one event of ${bytesPerEvent} bytes`);
  if (bytes.length % bytesPerEvent !== 0) {
    throw new DataFormatError(
      `${source}: ${bytes.length} bytes is not a multiple of ${bytesPerEvent}: the file is truncated, fetch it again`,
    );
  }
  const count = bytes.length / bytesPerEvent;
  const events = {
    x: new Uint8Array(count),
    y: new Uint8Array(count),
    polarity: new Uint8Array(count),
    time: new Uint32Array(count),
  };
  let kept = 0;
  let wrapped = 0;
  for (let at = 0; at < bytes.length; at += bytesPerEvent) {
    if (bytes[at + 1] === wrapRow) {
      wrapped += wrapTime;
      continue;
    }
    if (bytes[at] >= nmnistSide || bytes[at + 1] >= nmnistSide) {
      throw new DataFormatError(
        `${source}: event ${at / bytesPerEvent} is at x ${bytes[at]}, y ${bytes[at + 1]}, outside 0 .. ${nmnistSide - 1}: damaged, or not an N-MNIST file`,
      );
    }
    events.x[kept] = bytes[at];
    events.y[kept] = bytes[at + 1];
    events.polarity[kept] = bytes[at + 2] >>> 7;
    events.time[kept] = (((bytes[at + 2] & 0x7f) << 16) | (bytes[at + 3] << 8) | bytes[at + 4]) + wrapped;
    kept++;
  }
  return selectEvents(events, kept, (k) => k);
}

/** The first `count` of the events that `from` names. */
export function selectEvents(
  { x, y, polarity, time }: CameraEvents,
  count: number,
  from: (k: number) => number,
): CameraEvents {
  const pick = <T extends Uint8Array | Uint32Array>(values: T, into: T): T => {
    for (let k = 0; k < count; k++) into[k] = values[from(k)];
    return into;
  };
  return {
    x: pick(x, new Uint8Array(count)),
    y: pick(y, new Uint8Array(count)),
    polarity: pick(polarity, new Uint8Array(count)),
    time: pick(time, new Uint32Array(count)),
  };
}
