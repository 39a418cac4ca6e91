// Spiking convolution, forward: 16 output channels of one position side by side. Weights lie as [block of 16
// channels][filter tap][16], taps in order channel, row, column.
import { addTrain, integrate } from './currents';
import { Layer, LANES, LINE, Plan, Scratch } from './plan';
import { workOf } from './work';

/** Output channels of a block; the last one may have fewer than 16. */
@inline
export function channelsOf(layer: Layer, block: i32): i32 {
  return min(LANES, layer.channels - block * LANES);
}

/**
 * Simulates every channel at output positions `from` to `to` (exclusive), positions counted row by row.
 * @param room of the input's trains
 */
export function forwardConvolution(
  plan: Plan,
  layer: Layer,
  inputTrains: usize,
  inputCounts: usize,
  room: i32,
  scratch: Scratch,
  trains: usize,
  counts: usize,
  from: i32,
  to: i32,
): void {
  const currents = scratch.currents; // zeros, and zeros again afterwards
  for (let position = from; position < to; position++) {
    for (let block = 0; block < layer.blocks; block++) {
      const first = gatherCurrents(plan, layer, block, position, inputTrains, inputCounts, room, scratch);
      workOf(scratch).advanced += <f64>(plan.steps - first);
      integrate(
        plan,
        layer,
        currents,
        first,
        scratch.laneMasks,
        block * LANES * layer.positions + position,
        layer.positions,
        channelsOf(layer, block),
        trains,
        counts,
      );
    }
  }
}

/** Currents of 16 channels at one position; returns the first step at which one arrives. */
function gatherCurrents(
  plan: Plan,
  layer: Layer,
  block: i32,
  position: i32,
  inputTrains: usize,
  inputCounts: usize,
  room: i32,
  scratch: Scratch,
): i32 {
  const currents = scratch.currents;
  const top = position / layer.columns - layer.padding;
  const left = (position % layer.columns) - layer.padding;
  const size = layer.size;
  const firstRow = max(0, -top),
    endRow = min(size, layer.inputRows - top);
  const firstColumn = max(0, -left),
    endColumn = min(size, layer.inputColumns - left);
  const weights = layer.weights + <usize>block * <usize>layer.taps * LINE;
  let first = plan.steps;
  let added = 0;
  for (let channel = 0; channel < layer.inputChannels; channel++) {
    for (let row = firstRow; row < endRow; row++) {
      const input = (channel * layer.inputRows + top + row) * layer.inputColumns + left;
      const tap = (channel * size + row) * size;
      for (let column = firstColumn; column < endColumn; column++) {
        const count = load<i32>(inputCounts + ((<usize>(input + column)) << 2));
        if (count == 0) continue;
        const times = inputTrains + ((<usize>(input + column) * <usize>room) << 1);
        first = min(first, <i32>load<u16>(times) + 1);
        addTrain(currents, weights + <usize>(tap + column) * LINE, times, count);
        added += count;
      }
    }
  }
  workOf(scratch).added += <f64>added;
  return first;
}
