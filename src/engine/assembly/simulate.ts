// One layer forward, whatever its kind: the spikes of the layer below in, its own out.
import { forwardBlock, forwardInhibited } from './forward';
import { forwardReservoir } from './reservoir';
import { expandEvents } from './events';
import { Buffers, Layer, layerAt, Plan, pointerAt, RESERVOIR, Scratch } from './plan';

/** Whether one worker simulates the layer alone: too narrow to split, or coupled in time by its own spikes. */
@inline
export function isSingle(layer: Layer): bool {
  return layer.byColumns != 0 || layer.inhibition != 0 || layer.kind == RESERVOIR;
}

/** Blocks `from` to `to` (exclusive) of a layer; all of them if it `isSingle`. */
export function simulateBlocks(plan: Plan, layer: Layer, scratch: Scratch, inputMasks: usize, masks: usize, counts: usize, from: i32, to: i32): void {
  if (from >= to) return;
  expandEvents(plan.steps, layer.inputs, inputMasks, scratch.stepStart, scratch.events);
  if (layer.kind == RESERVOIR) forwardReservoir(plan, layer, scratch.state, scratch.stepStart, scratch.events, masks, counts);
  else if (layer.inhibition != 0) forwardInhibited(plan, layer, scratch.state, scratch.stepStart, scratch.events, masks, counts);
  else for (let block = from; block < to; block++) forwardBlock(plan, layer, block, scratch.stepStart, scratch.events, masks, counts);
}

/** All layers, from input spikes that are already in `buffers`. */
export function simulate(plan: Plan, scratch: Scratch, buffers: Buffers): void {
  for (let l = 0; l < plan.layers; l++) {
    const layer = layerAt(plan, l);
    simulateBlocks(plan, layer, scratch, pointerAt(buffers.masks, l), pointerAt(buffers.masks, l + 1), pointerAt(buffers.counts, l + 1), 0, layer.blocks);
  }
}
