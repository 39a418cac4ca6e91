// Dense layers, backward: wide ones are shared out by blocks of 16 neurons, narrow ones by chunks of columns.
import { barrier } from './barrier';
import { BACKWARD, claim, edgeOf } from './claims';
import { gradientScale, receiveError, sendErrorDown, tileOfChunk, weighChunk } from './backward';
import { dropErrors } from './dropout';
import { expandEvents, gatherTrains, lengthsOfBlock, listActive, trainsOfBlock } from './events';
import { forwardBlock, publishMasks } from './forward';
import {
  Buffers,
  Control,
  DENSE,
  inputSlot,
  Layer,
  layerAt,
  LINE,
  NO_UPDATE,
  Plan,
  pointerAt,
  Scratch,
  share,
} from './plan';
import { pspTile } from './psp';
import { partsOf } from './simulate';
import { countStep, keepUnit } from './step';
import { markSteps, traceChunk } from './traces';
import { accumulateTile, adamFromTile, regularizerScale } from './update';
import { windowedResponse, windowedTile } from './windowed';
import { workOf } from './work';

/**
 * The columns that fired, and their traces, for every dense layer that learns. Where all read them each worker takes
 * the next chunk, for some have many more such columns; a narrow layer's are made by who reads them, for else they
 * would travel from core to core.
 */
export function prepareTraces(plan: Plan, scratch: Scratch, buffers: Buffers): void {
  const next = plan.control + offsetof<Control>('nextChunk');
  let mine = atomic.add<i32>(next, 1);
  let before = 0; // chunks of the layers below
  for (let l = plan.lowest; l < plan.layers; l++) {
    const layer = layerAt(plan, l);
    if (layer.kind != DENSE) continue;
    const slot = inputSlot(plan, l, scratch.odd);
    const active = pointerAt(scratch.active, l);
    const chunkStart = pointerAt(scratch.chunkStart, l);
    listActive(layer, pointerAt(buffers.counts, slot), active, chunkStart);
    if (plan.window > 0) continue; // windowed.ts needs no traces
    markSteps(plan, l, pointerAt(buffers.masks, l + 1), scratch);
    if (layer.byColumns) {
      const end = share(layer.chunks, scratch.worker + 1, plan.threads);
      for (let chunk = share(layer.chunks, scratch.worker, plan.threads); chunk < end; chunk++)
        traceChunk(plan, l, chunk, pointerAt(buffers.masks, slot), active, chunkStart, scratch);
      continue;
    }
    for (; mine < before + layer.chunks; mine = atomic.add<i32>(next, 1))
      traceChunk(plan, l, mine - before, pointerAt(buffers.masks, slot), active, chunkStart, scratch);
    before += layer.chunks;
  }
}

/**
 * This worker's share of a dense layer: e, side effect, error sent down, and the step (fused) or the gradient sums.
 * False when aborted.
 */
export function backwardDense(plan: Plan, control: Control, scratch: Scratch, buffers: Buffers, l: i32): bool {
  const layer = layerAt(plan, l);
  const worker = scratch.worker;
  const threads = plan.threads;
  if (layer.byColumns) {
    const from = share(layer.blocks * layer.chunks, worker, threads);
    const to = share(layer.blocks * layer.chunks, worker + 1, threads);
    let gathered = -1;
    for (let unit = from; unit < to; unit++) {
      const block = unit / layer.chunks;
      if (block != gathered) deltaAndTrains(plan, l, block, gathered, scratch, buffers);
      gathered = block;
      pspOfChunk(plan, l, block, unit % layer.chunks, scratch, buffers);
    }
    if (!barrier(control, threads)) return false; // the side effect needs every chunk's sum
    gathered = -1;
    for (let unit = from; unit < to; unit++) {
      const block = unit / layer.chunks;
      if (block != gathered) scalesOf(plan, l, control, block, scratch, buffers);
      gathered = block;
      applyChunk(plan, l, block, unit % layer.chunks, scratch);
    }
    return true;
  }
  const ahead = l == 0 && scratch.ahead != 0;
  if (ahead)
    expandEvents(plan, l, pointerAt(buffers.masks, inputSlot(plan, 0, 1 - scratch.odd)), scratch, 1 - scratch.odd);
  let from = edgeOf(layer.blocks, worker, threads);
  let to = from;
  let gathered = -1;
  while (claim(plan, layer, BACKWARD, layer.blocks, worker)) {
    const block = worker & 1 ? --from : to++;
    deltaAndTrains(plan, l, block, gathered, scratch, buffers);
    gathered = block;
    for (let chunk = 0; chunk < layer.chunks; chunk++) pspOfChunk(plan, l, block, chunk, scratch, buffers);
    scalesOf(plan, l, control, block, scratch, buffers);
    for (let chunk = 0; chunk < layer.chunks; chunk++) applyChunk(plan, l, block, chunk, scratch);
    if (ahead) forwardBlock(plan, 0, scratch, buffers, 1 - scratch.odd, block);
  }
  if (ahead) publishMasks(plan, layer, scratch, pointerAt(buffers.masks, 1), from, to);
  return l == plan.lowest || barrier(control, threads); // the layer below needs every block's error
}

/**
 * Whether each block of the first layer can be simulated for the next sample right after its step, while its weights
 * are in the cache: training is bound by how often they are fetched. Not when it is frozen with nothing to learn below:
 * then its backward pass is not run.
 */
export function stepsAhead(plan: Plan, scratch: Scratch): bool {
  const first = layerAt(plan, 0);
  return scratch.fused != 0 && plan.lowest == 0 && first.kind == DENSE && partsOf(first) > 1;
}

function loadDelta(plan: Plan, l: i32, block: i32, scratch: Scratch): void {
  const layer = layerAt(plan, l);
  if (l == plan.layers - 1) memory.copy(scratch.delta, layer.delta + ((<usize>block) << 6), LINE);
  else receiveError(layer, layerAt(plan, l + 1), block, scratch.delta);
  if (layer.dropBelow != 0) dropErrors(layer, l, scratch, block, scratch.delta);
}

/** @param before the block of this layer before; -1: there was none. Trains are gathered for four blocks at once. */
function deltaAndTrains(plan: Plan, l: i32, block: i32, before: i32, scratch: Scratch, buffers: Buffers): void {
  loadDelta(plan, l, block, scratch);
  if (before < 0 || block >> 2 != before >> 2)
    gatherTrains(plan, layerAt(plan, l), pointerAt(buffers.masks, l + 1), block, scratch);
  if (plan.window > 0)
    scratch.lastFire = windowedResponse(
      plan,
      layerAt(plan, l),
      trainsOfBlock(plan, scratch, block),
      lengthsOfBlock(scratch, block),
      scratch.response,
    );
}


@inline
function tileAt(layer: Layer, scratch: Scratch, block: i32, chunk: i32): usize {
  const base = layer.byColumns ? layer.psp + <usize>(block * layer.chunks * layer.chunkWidth) * LINE : scratch.tile;
  return tileOfChunk(layer, base, chunk);
}

function pspOfChunk(plan: Plan, l: i32, block: i32, chunk: i32, scratch: Scratch, buffers: Buffers): void {
  const layer = layerAt(plan, l);
  const active = pointerAt(scratch.active, l);
  const chunkStart = pointerAt(scratch.chunkStart, l);
  const tile = tileAt(layer, scratch, block, chunk);
  if (plan.window > 0) {
    const inputMasks = pointerAt(buffers.masks, inputSlot(plan, l, scratch.odd));
    windowedTile(plan, l, chunk, inputMasks, active, chunkStart, lengthsOfBlock(scratch, block), scratch, tile);
    if (plan.sideEffect != 0) weighChunk(layer, block, chunk, active, chunkStart, tile, scratch);
  } else
    pspTile(
      plan,
      layer,
      block,
      chunk,
      active,
      chunkStart,
      trainsOfBlock(plan, scratch, block),
      lengthsOfBlock(scratch, block),
      scratch,
      tile,
    );
  if (l == plan.lowest) return;
  const countsBelow = pointerAt(buffers.counts, inputSlot(plan, l, scratch.odd));
  sendErrorDown(
    plan,
    layer,
    block,
    chunk,
    chunkStart,
    active,
    tile,
    scratch.delta,
    pointerAt(buffers.counts, l + 1),
    countsBelow,
  );
  workOf(scratch).sent += <f64>(min(layer.inputs, (chunk + 1) * layer.chunkWidth) - chunk * layer.chunkWidth);
}

function scalesOf(plan: Plan, l: i32, control: Control, block: i32, scratch: Scratch, buffers: Buffers): void {
  const layer = layerAt(plan, l);
  workOf(scratch).scaled++;
  if (layer.byColumns) loadDelta(plan, l, block, scratch);
  const counts = pointerAt(buffers.counts, l + 1);
  for (let lane = 0; lane < 16; lane += 4) {
    const at = scratch.scales + ((<usize>lane) << 2);
    v128.store(at, gradientScale(plan, layer, block, lane, scratch.parity, scratch.delta, counts, scratch.samples));
    v128.store(at, regularizerScale(layer, l, control, block, lane, scratch.parity), 64);
  }
}

function applyChunk(plan: Plan, l: i32, block: i32, chunk: i32, scratch: Scratch): void {
  const layer = layerAt(plan, l);
  if (layer.frozen && plan.optimizer != NO_UPDATE) {
    if (scratch.fused) keepUnit(layer, scratch, block, chunk);
    return;
  }
  const active = pointerAt(scratch.active, l);
  const chunkStart = pointerAt(scratch.chunkStart, l);
  const tile = tileAt(layer, scratch, block, chunk);
  if (scratch.fused) {
    countStep(layer, scratch, chunk);
    adamFromTile(plan, layer, block, chunk, scratch.parity, active, chunkStart, tile, scratch);
  } else accumulateTile(layer, block, chunk, active, chunkStart, tile, scratch);
}
