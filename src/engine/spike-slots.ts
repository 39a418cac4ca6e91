/** The spikes of the input and of every layer in shared memory: where they lie, and reading them back. */
import { type Network, neuronOf } from '../network/network.js';
import { packSpikeTrains, type SpikeTrains } from '../network/spikes.js';
import { type Arena, ceilTo, lanes } from './arena.js';
import { mostSpikes } from './neuron-plan.js';
import { buffersFields, bytesOf, Struct } from './structs.js';

/** Spikes of the input or of a layer. */
export interface SpikeSlot {
  readonly neurons: number;
  readonly masks: number;
  readonly counts: number;
  readonly trains: number;
  /** Most spikes of a train; 0: there are masks only. */
  readonly room: number;
}

/** Bytes of one row of a spike mask, as `rowBytes` in `assembly/plan.ts`. */
function maskRowBytes(neurons: number): number {
  return ceilTo(neurons, 64) / 8;
}

/**
 * Masks, counts and trains of the input and every layer; the shared buffers have the input twice (the next sample is
 * encoded meanwhile). Trains are there where a convolution or pooling writes or reads them.
 */
export function layOutSpikes(arena: Arena, network: Network, inputTwice: boolean): { at: number; slots: SpikeSlot[] } {
  const { steps, layers } = network;
  const onTrains = layers.map(({ type }) => type === 'convolution' || type === 'pooling');
  const input = { neurons: network.inputs, room: onTrains[0] ? steps : 0 };
  const sizes = [
    input,
    ...layers.map((layer, index) => ({
      neurons: layer.units,
      room: onTrains[index] ? mostSpikes(steps, neuronOf(network, layer)) : 0,
    })),
    ...(inputTwice ? [input] : []),
  ];
  const slots = sizes.map(({ neurons, room }) => ({
    neurons,
    room,
    masks: arena.allocate(steps * maskRowBytes(neurons)),
    counts: arena.allocate(ceilTo(neurons, lanes) * 4),
    trains: room > 0 ? arena.allocate(ceilTo(neurons, lanes) * room * 2) : 0,
  }));
  const struct = new Struct(arena.memory, arena.allocate(bytesOf(buffersFields)), buffersFields);
  const pointers = (name: 'masks' | 'counts' | 'trains'): number => arena.pointers(slots.map((slot) => slot[name]));
  struct.set({ masks: pointers('masks'), counts: pointers('counts'), trains: pointers('trains') });
  return { at: struct.at, slots };
}

/**
 * Spikes of the last sample that was simulated in these slots; slot 0 is the input, of which those in `listed` may
 * fire.
 */
export function readSpikes(
  memory: WebAssembly.Memory,
  slots: readonly SpikeSlot[],
  listed: Uint32Array,
  { steps, layers }: Network,
): SpikeTrains[] {
  return slots.map((slot, index) => {
    const times =
      index === 0
        ? timesOfListed(memory, slot, listed, steps)
        : slot.room > 0
          ? timesOfTrains(memory, slot)
          : timesOfMasks(memory, slot.masks, slot.neurons, steps);
    return packSpikeTrains(index === 0 ? 'input' : layers[index - 1].name, steps, times);
  });
}

function timesOfTrains({ buffer }: WebAssembly.Memory, { neurons, trains, counts, room }: SpikeSlot): Uint16Array[] {
  const lengths = new Int32Array(buffer, counts, neurons);
  return Array.from({ length: neurons }, (_, n) => new Uint16Array(buffer, trains + n * room * 2, lengths[n]));
}

/** Of the network's input, whose masks have a bit for each listed neuron only. */
function timesOfListed(
  memory: WebAssembly.Memory,
  { neurons, masks }: SpikeSlot,
  listed: Uint32Array,
  steps: number,
): number[][] {
  const times: number[][] = Array.from({ length: neurons }, () => []);
  timesOfMasks(memory, masks, listed.length, steps).forEach((train, place) => (times[listed[place]] = train));
  return times;
}

function timesOfMasks({ buffer }: WebAssembly.Memory, masks: number, neurons: number, steps: number): number[][] {
  const stride = maskRowBytes(neurons);
  const bytes = new Uint8Array(buffer, masks, steps * stride);
  const times: number[][] = Array.from({ length: neurons }, () => []);
  for (let t = 0; t < steps; t++) {
    for (let byte = 0; byte < stride; byte++) {
      for (let bits = bytes[t * stride + byte], bit = 0; bits !== 0; bits >>= 1, bit++)
        if (bits & 1) times[byte * 8 + bit].push(t);
    }
  }
  return times;
}
