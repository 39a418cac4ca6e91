// The error that arrives at one neuron of a convolution or pooling layer, from whatever kind of layer stands above.
// Each kind leaves partial errors that belong to one neuron, block or position of its own; they are added here in
// ascending order of these, so that no sum depends on the threads.
import { CONVOLUTION, DENSE, Layer, layerAt, Plan } from './plan';

/**
 * delta of neuron `neuron` of layer `l`: the sum of what layer l + 1 sends down, divided by the threshold (or not, by
 * the rule or the kind).
 */
export function deltaOf(plan: Plan, l: i32, neuron: i32): f32 {
  const layer = layerAt(plan, l);
  const above = layerAt(plan, l + 1);
  let sum: f32 = 0;
  if (above.kind == DENSE) {
    for (let block = 0; block < above.blocks; block++) {
      sum += load<f32>(above.errorDown + ((<usize>(block * above.chunks * above.chunkWidth + neuron)) << 2));
    }
    return sum / layer.errorDivisor;
  }
  const perChannel = above.inputRows * above.inputColumns;
  const channel = neuron / perChannel;
  const row = (neuron % perChannel) / above.inputColumns;
  const column = neuron % above.inputColumns;
  sum =
    above.kind == CONVOLUTION ? fromPositions(above, channel, row, column) : fromFields(above, channel, row, column);
  return sum / layer.errorDivisor;
}

/** Over the positions of a convolution that see the input; its partial errors lie as [position][tap]. */
@inline
function fromPositions(above: Layer, channel: i32, row: i32, column: i32): f32 {
  let sum: f32 = 0;
  const size = above.size;
  const firstRow = max(0, row + above.padding - size + 1),
    lastRow = min(above.rows - 1, row + above.padding);
  const firstColumn = max(0, column + above.padding - size + 1),
    lastColumn = min(above.columns - 1, column + above.padding);
  for (let y = firstRow; y <= lastRow; y++) {
    for (let x = firstColumn; x <= lastColumn; x++) {
      const tap = (channel * size + row + above.padding - y) * size + column + above.padding - x;
      sum += load<f32>(above.errorDown + ((<usize>((y * above.columns + x) * above.taps + tap)) << 2));
    }
  }
  return sum;
}

/**
 * Over the pooling fields that the input lies in; partial errors lie as [neuron][row of the field][column of the
 * field].
 */
@inline
function fromFields(above: Layer, channel: i32, row: i32, column: i32): f32 {
  let sum: f32 = 0;
  const size = above.size;
  const stride = above.stride;
  const firstRow = max(0, (row - size + stride) / stride),
    lastRow = min(above.rows - 1, row / stride);
  const firstColumn = max(0, (column - size + stride) / stride),
    lastColumn = min(above.columns - 1, column / stride);
  for (let y = firstRow; y <= lastRow; y++) {
    for (let x = firstColumn; x <= lastColumn; x++) {
      const neuron = channel * above.positions + y * above.columns + x;
      sum += load<f32>(
        above.errorDown + ((<usize>((neuron * size + row - y * stride) * size + column - x * stride)) << 2),
      );
    }
  }
  return sum;
}
