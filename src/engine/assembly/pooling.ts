// Spiking pooling, forward: 16 successive neurons side by side, each with weight 1 from the inputs of its field. Sums
// of ones are exact in any order.
import { integrate } from './currents';
import { Layer, LANES, LINE, Plan, Scratch } from './plan';
import { workOf } from './work';

/** Where the field of a neuron begins and ends (exclusive) in its channel; cut at the far border. */
@unmanaged
export class Field {
  /** Number of the channel's first input. */
  channel: i32;
  top: i32;
  left: i32;
  bottom: i32;
  right: i32;
}


@inline
export function setField(field: Field, layer: Layer, neuron: i32): void {
  const position = neuron % layer.positions;
  field.channel = (neuron / layer.positions) * layer.inputRows * layer.inputColumns;
  field.top = (position / layer.columns) * layer.stride;
  field.left = (position % layer.columns) * layer.stride;
  field.bottom = min(layer.inputRows, field.top + layer.size);
  field.right = min(layer.inputColumns, field.left + layer.size);
}

/** Simulates blocks `from` to `to` (exclusive) of 16 neurons. Arguments as in `forwardConvolution`. */
export function forwardPooling(
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
  const currents = scratch.currents;
  const field = changetype<Field>(scratch.field);
  for (let block = from; block < to; block++) {
    const lanes = min(LANES, layer.units - block * LANES);
    let first = plan.steps;
    for (let lane = 0; lane < lanes; lane++) {
      setField(field, layer, block * LANES + lane);
      for (let row = field.top; row < field.bottom; row++) {
        for (let column = field.left; column < field.right; column++) {
          const input = field.channel + row * layer.inputColumns + column;
          const count = load<i32>(inputCounts + ((<usize>input) << 2));
          if (count == 0) continue;
          const times = inputTrains + ((<usize>input * <usize>room) << 1);
          first = min(first, <i32>load<u16>(times) + 1);
          for (let spike = 0; spike < count; spike++) {
            const x = currents + <usize>load<u16>(times + ((<usize>spike) << 1)) * LINE + ((<usize>lane) << 2);
            store<f32>(x, load<f32>(x, 64) + 1, 64);
          }
        }
      }
    }
    workOf(scratch).advanced += <f64>(plan.steps - first);
    integrate(plan, layer, currents, first, scratch.laneMasks, block * LANES, 1, lanes, trains, counts);
  }
}
