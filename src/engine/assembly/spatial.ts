// Convolution and pooling layers, backward, as one worker's share between barriers.
import { barrier } from './barrier';
import { BACKWARD, claim, edgeOf } from './claims';
import { backwardPositions, collectGradient } from './convolutionBackward';
import { Buffers, Control, inputSlot, layerAt, Plan, pointerAt, Scratch, share } from './plan';
import { backwardPooling } from './poolingBackward';
import { firstUnit, regularize, stepUnit } from './step';
import { trainRoom } from './trains';

/** Positions first, then the filters: the sums of all positions and, at batch size 1, the step. False when aborted. */
export function backwardConvolutionLayer(
  plan: Plan,
  control: Control,
  scratch: Scratch,
  buffers: Buffers,
  l: i32,
): bool {
  const layer = layerAt(plan, l);
  const threads = plan.threads;
  const below = inputSlot(plan, l, scratch.odd);
  const errorDown = l > plan.lowest ? layer.errorDown : 0;
  const worker = scratch.worker;
  let from = edgeOf(layer.positionChunks, worker, threads);
  let to = from;
  while (claim(plan, layer, BACKWARD, layer.positionChunks, worker)) {
    const chunk = worker & 1 ? --from : to++;
    backwardPositions(
      plan,
      l,
      layer,
      scratch,
      pointerAt(buffers.trains, below),
      pointerAt(buffers.counts, below),
      trainRoom(plan, l),
      pointerAt(buffers.trains, l + 1),
      pointerAt(buffers.counts, l + 1),
      chunk,
      errorDown,
      scratch.samples,
    );
  }
  if (!barrier(control, threads)) return false; // the filters need every position, and so does the layer below
  const end = firstUnit(layer, scratch.worker + 1, threads);
  let scaled = -1;
  for (let unit = firstUnit(layer, scratch.worker, threads); unit < end; unit++) {
    const block = unit / layer.chunks;
    collectGradient(layer, block, unit % layer.chunks);
    if (!scratch.fused) continue;
    if (block != scaled) regularize(layer, l, control, scratch, block);
    scaled = block;
    stepUnit(plan, layer, scratch, block, unit % layer.chunks);
  }
  return true;
}

/** False when aborted. */
export function backwardPoolingLayer(plan: Plan, control: Control, scratch: Scratch, buffers: Buffers, l: i32): bool {
  const layer = layerAt(plan, l);
  const below = inputSlot(plan, l, scratch.odd);
  backwardPooling(
    plan,
    l,
    layer,
    scratch,
    pointerAt(buffers.trains, below),
    pointerAt(buffers.counts, below),
    trainRoom(plan, l),
    pointerAt(buffers.trains, l + 1),
    pointerAt(buffers.counts, l + 1),
    share(layer.blocks, scratch.worker, plan.threads),
    share(layer.blocks, scratch.worker + 1, plan.threads),
  );
  return barrier(control, plan.threads); // the layer below needs every field's error
}
