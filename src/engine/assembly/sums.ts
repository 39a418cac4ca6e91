// Currents of dense layers: at each step the weights of the inputs that fired, one 64-byte line for each input and
// block, in ascending order of the inputs. V8 loads a whole loop body before it adds: more than four sums at a time
// would need more registers than there are.
import { Layer, LINE, Plan, Scratch } from './plan';
import { workOf } from './work';

/**
 * Where the lines that the events in `scratch` number begin: a block's weights, or those of the listed inputs, copied
 * side by side.
 */
export function linesOf(layer: Layer, block: i32, scratch: Scratch): usize {
  const weights = layer.weights + <usize>block * <usize>layer.taps * LINE;
  if (scratch.eventList == 0) return weights;
  let out = scratch.tile;
  let place = scratch.eventList;
  const end = place + ((<usize>scratch.eventsListed) << 2);
  for (; place < end; place += 4, out += LINE) {
    const line = weights + ((<usize>load<u32>(place)) << 6);
    v128.store(out, v128.load(line));
    v128.store(out, v128.load(line, 16), 16);
    v128.store(out, v128.load(line, 32), 32);
    v128.store(out, v128.load(line, 48), 48);
  }
  workOf(scratch).packed += <f64>scratch.eventsListed;
  return scratch.tile;
}

/**
 * Currents of one block at steps 1 to the last, from the events in `scratch`: f32[16] at `currents` for step 1, the
 * next step's `pitch` bytes further.
 */
export function sumBlock(plan: Plan, layer: Layer, block: i32, scratch: Scratch, currents: usize, pitch: usize): void {
  const lines = linesOf(layer, block, scratch);
  const zero = i32x4.splat(0);
  const events = scratch.events;
  const lastStart = scratch.stepStart + ((<usize>plan.steps) << 2);
  let next = events;
  for (let start = scratch.stepStart + 4; start < lastStart; start += 4, currents += pitch) {
    const end = events + <usize>load<u32>(start);
    let x0 = zero,
      x1 = zero,
      x2 = zero,
      x3 = zero;
    for (; next < end; next += 2) {
      const line = lines + ((<usize>load<u16>(next)) << 6);
      x0 = f32x4.add(x0, v128.load(line));
      x1 = f32x4.add(x1, v128.load(line, 16));
      x2 = f32x4.add(x2, v128.load(line, 32));
      x3 = f32x4.add(x3, v128.load(line, 48));
    }
    v128.store(currents, x0);
    v128.store(currents, x1, 16);
    v128.store(currents, x2, 32);
    v128.store(currents, x3, 48);
  }
  workOf(scratch).added += <f64>((next - events) >> 1);
}
