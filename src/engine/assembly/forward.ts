// Leaky integrate-and-fire simulation of dense layers (docs/numerics.md, "Simulation"): first the currents of all
// steps, then the membranes.
import { advance } from './currents';
import { dropSpikes } from './dropout';
import { Buffers, layerAt, LINE, Plan, pointerAt, rowBytes, Scratch } from './plan';
import { sumBlock } from './sums';
import { workOf } from './work';

/**
 * Simulates blocks `from` to `to` (exclusive) of layer `l`, one without lateral inhibition, from the events in
 * `scratch`. Writes their masks and counts.
 * @param odd the input slot of the sample, which keys its dropout
 */
export function forwardBlocks(
  plan: Plan,
  l: i32,
  scratch: Scratch,
  buffers: Buffers,
  odd: i32,
  from: i32,
  to: i32,
): void {
  const layer = layerAt(plan, l);
  const stride = <usize>rowBytes(layer.units);
  const masks = pointerAt(buffers.masks, l + 1);
  const counts = pointerAt(buffers.counts, l + 1);
  const currents = scratch.blockCurrents;
  for (let block = from; block < to; block++) {
    sumBlock(plan, layer, block, scratch, currents, LINE);
    for (let half: usize = 0; half < 2; half++) {
      const row = masks + ((<usize>block) << 1) + half;
      store<u8>(row, 0);
      advance(
        plan,
        layer,
        currents + (half << 5),
        1,
        row + stride,
        stride,
        counts + ((<usize>block) << 6) + (half << 5),
      );
    }
    workOf(scratch).advanced += <f64>(plan.steps - 1);
    if (layer.dropBelow != 0) dropSpikes(plan, l, scratch, odd, block, masks, counts);
  }
}
