/**
 * A data set of spikes as one file, so that sound need not be encoded twice: a line of JSON, then labels, spikes for
 * each sample (uint32), inputs and steps of the spikes (uint16), little-endian.
 */
import { EventPacker } from './event-packer.js';
import type { EventDataset } from '../sets/events.js';
import { DataFormatError } from './idx.js';
import { parseJson } from '../../network/json.js';
import { type SpikeTrains } from '../../network/spikes.js';

interface Header {
  readonly format: 'spikelab-events-1';
  readonly name: string;
  readonly shape: number[];
  readonly steps: number;
  readonly classNames: string[];
  readonly length: number;
  readonly spikes: number;
  readonly sha256: string;
}

/** The bytes of the file. */
export function writeEvents(set: EventDataset): Uint8Array {
  const [from, to] = [set.starts[0], set.starts[set.length]];
  const { name, shape, steps, classNames, length, sha256 } = set;
  const header: Header = {
    format: 'spikelab-events-1',
    name,
    shape: [...shape],
    steps,
    classNames: [...classNames],
    length,
    spikes: to - from,
    sha256,
  };
  const text = new TextEncoder().encode(`${JSON.stringify(header)}\n`);
  const bytes = new Uint8Array(text.length + length * 5 + header.spikes * 4);
  const view = new DataView(bytes.buffer);
  bytes.set(text);
  bytes.set(set.labels, text.length);
  let at = text.length + length;
  for (let n = 0; n < length; n++, at += 4) view.setUint32(at, set.starts[n + 1] - set.starts[n], true);
  for (let k = from; k < to; k++, at += 2) view.setUint16(at, set.neurons[k], true);
  for (let k = from; k < to; k++, at += 2) view.setUint16(at, set.times[k], true);
  return bytes;
}

/** @throws DataFormatError when the file is truncated or its digest is not the one it announces */
export function readEvents(bytes: Uint8Array, source: string): EventDataset {
  const end = bytes.indexOf(10);
  const header = parseHeader(new TextDecoder().decode(bytes.subarray(0, Math.max(end, 0))));
  if (!header) throw new DataFormatError(`${source}: not a file of spikes: delete it`);
  const { length, spikes } = header;
  if (bytes.length !== end + 1 + length * 5 + spikes * 4)
    throw new DataFormatError(`${source}: truncated: delete it, it is made anew`);
  const view = new DataView(bytes.buffer, bytes.byteOffset + end + 1, bytes.byteLength - end - 1);
  let set: EventDataset;
  try {
    const packer = new EventPacker(header); // refuses a shape, steps or classes that cannot be
    const inputs = header.shape.reduce((a, b) => a * b, 1);
    let at = 0;
    for (let n = 0; n < length; n++) {
      const count = view.getUint32(length + 4 * n, true);
      const offsets = new Uint32Array(inputs + 1);
      const times = new Uint16Array(count);
      for (let k = 0; k < count; k++) {
        const input = view.getUint16(length * 5 + 2 * (at + k), true);
        if (input >= inputs) throw new RangeError(`input ${input}`);
        offsets[input + 1]++;
        times[k] = view.getUint16(length * 5 + 2 * (spikes + at + k), true);
      }
      for (let j = 0; j < inputs; j++) offsets[j + 1] += offsets[j];
      const trains: SpikeTrains = { name: 'input', neurons: inputs, steps: header.steps, offsets, times };
      packer.add(view.getUint8(n), trains);
      at += count;
    }
    set = packer.finish();
  } catch (cause) {
    throw new DataFormatError(`${source}: damaged: delete it, it is made anew`, { cause });
  }
  if (set.sha256 !== header.sha256) throw new DataFormatError(`${source}: wrong sha256: delete it, it is made anew`);
  return set;
}

function parseHeader(text: string): Header | undefined {
  try {
    const header = parseJson(text) as Partial<Header> | null;
    const integers = [header?.length, header?.spikes, header?.steps].every(
      (value) => Number.isSafeInteger(value) && value! >= 0,
    );
    const lists = Array.isArray(header?.shape) && header.shape.length > 0 && Array.isArray(header.classNames);
    const texts = lists && [header?.name, ...header.classNames].every((value) => typeof value === 'string');
    return header?.format === 'spikelab-events-1' && integers && texts ? (header as Header) : undefined;
  } catch {
    return undefined;
  }
}
