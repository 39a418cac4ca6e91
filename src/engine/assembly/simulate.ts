// One layer forward, whatever its kind: the spikes of the layer below in, its own out.
import { claim, edgeOf, FORWARD } from './claims';
import { forwardBlock, publishMasks } from './forward';
import { forwardConvolution } from './convolution';
import { forwardPooling } from './pooling';
import { forwardReservoir } from './reservoir';
import { expandEvents } from './events';
import { forwardInhibited } from './inhibited';
import { Buffers, CONVOLUTION, Layer, layerAt, Plan, pointerAt, POOLING, RESERVOIR, Scratch } from './plan';
import { masksFromTrains, trainRoom } from './trains';

/** Convolution and pooling work on trains, the others on masks. */
@inline
export function usesTrains(layer: Layer): bool {
  return layer.kind == CONVOLUTION || layer.kind == POOLING;
}

/** Whether layer `l` needs its input as masks, but the layer below writes trains. */
@inline
export function needsMasks(plan: Plan, l: i32): bool {
  return l > 0 && !usesTrains(layerAt(plan, l)) && usesTrains(layerAt(plan, l - 1));
}

/**
 * Parts that workers may simulate apart: blocks of 16 neurons, positions of a convolution; 1 if it is coupled in time
 * or too narrow to split.
 */
export function partsOf(layer: Layer): i32 {
  if (layer.kind == CONVOLUTION) return layer.positions;
  return layer.byColumns != 0 || layer.inhibition != 0 || layer.kind == RESERVOIR ? 1 : layer.blocks;
}

/**
 * A whole layer by one worker.
 * @param below slot of its input in `buffers`; its own is l + 1
 */
export function simulateLayer(plan: Plan, l: i32, scratch: Scratch, buffers: Buffers, below: i32): void {
  const layer = layerAt(plan, l);
  if (usesTrains(layer)) return simulateTrains(plan, l, scratch, buffers, below, 0, partsOf(layer));
  expandEvents(plan, l, pointerAt(buffers.masks, below), scratch, scratch.odd);
  const masks = pointerAt(buffers.masks, l + 1);
  const counts = pointerAt(buffers.counts, l + 1);
  if (layer.kind == RESERVOIR)
    forwardReservoir(plan, layer, scratch.state, scratch.stepStart, scratch.events, masks, counts);
  else if (layer.inhibition != 0) forwardInhibited(plan, layer, scratch, masks, counts);
  else {
    for (let block = 0; block < layer.blocks; block++) forwardBlock(plan, l, scratch, buffers, scratch.odd, block);
    publishMasks(plan, layer, scratch, masks, 0, layer.blocks);
  }
}

/** The parts of a layer that a worker gets, of one that can be split. Arguments as in `simulateLayer`. */
export function simulateShare(plan: Plan, l: i32, scratch: Scratch, buffers: Buffers, below: i32): void {
  const layer = layerAt(plan, l);
  const worker = scratch.worker;
  const parts = partsOf(layer);
  const trains = usesTrains(layer);
  if (!trains) expandEvents(plan, l, pointerAt(buffers.masks, below), scratch, scratch.odd);
  let from = edgeOf(parts, worker, plan.threads);
  let to = from;
  while (claim(plan, layer, FORWARD, parts, worker)) {
    const part = worker & 1 ? --from : to++;
    if (trains) simulateTrains(plan, l, scratch, buffers, below, part, part + 1);
    else forwardBlock(plan, l, scratch, buffers, scratch.odd, part);
  }
  if (!trains) publishMasks(plan, layer, scratch, pointerAt(buffers.masks, l + 1), from, to);
}

/** Parts `from` to `to` (exclusive) of a convolution or pooling. */
function simulateTrains(plan: Plan, l: i32, scratch: Scratch, buffers: Buffers, below: i32, from: i32, to: i32): void {
  const layer = layerAt(plan, l);
  const counts = pointerAt(buffers.counts, l + 1);
  const trains = pointerAt(buffers.trains, l + 1);
  const inputTrains = pointerAt(buffers.trains, below);
  const inputCounts = pointerAt(buffers.counts, below);
  const room = trainRoom(plan, l);
  if (layer.kind == CONVOLUTION)
    forwardConvolution(plan, layer, inputTrains, inputCounts, room, scratch, trains, counts, from, to);
  else forwardPooling(plan, layer, inputTrains, inputCounts, room, scratch, trains, counts, from, to);
}

/** Masks of blocks `from` to `to` of layer `l`'s input, which lies as trains. */
export function prepareMasks(plan: Plan, l: i32, buffers: Buffers, from: i32, to: i32): void {
  masksFromTrains(
    plan,
    layerAt(plan, l - 1),
    pointerAt(buffers.trains, l),
    pointerAt(buffers.counts, l),
    pointerAt(buffers.masks, l),
    from,
    to,
  );
}

/** Blocks of 16 inputs of a layer. */
@inline
export function inputBlocks(layer: Layer): i32 {
  return (layer.inputs + 15) >> 4;
}

/** All layers, from input spikes that are already in `buffers`. */
export function simulate(plan: Plan, scratch: Scratch, buffers: Buffers): void {
  for (let l = 0; l < plan.layers; l++) {
    const layer = layerAt(plan, l);
    if (needsMasks(plan, l)) prepareMasks(plan, l, buffers, 0, inputBlocks(layer));
    simulateLayer(plan, l, scratch, buffers, l);
  }
}
