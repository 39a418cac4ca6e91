// The stages of a training sample of a network of two dense layers, one function each, so that the benchmark can time
// them: the engine's own kernels, in the order and over the blocks that `train.ts` has them. One thread, buffers of
// worker 0.
import { advance } from '../../../src/engine/assembly/currents';
import { prepareTraces } from '../../../src/engine/assembly/dense';
import { expandEvents, gatherTrains, lengthsOfBlock, trainsOfBlock } from '../../../src/engine/assembly/events';
import { listedOf } from '../../../src/engine/assembly/listed';
import {
  Buffers,
  Control,
  Layer,
  layerAt,
  LINE,
  Plan,
  pointerAt,
  rowBytes,
  Run,
  Scratch,
} from '../../../src/engine/assembly/plan';
import { pspTile } from '../../../src/engine/assembly/psp';
import { encodeSample } from '../../../src/engine/assembly/sample';
import { simulateLayer } from '../../../src/engine/assembly/simulate';
import { sumBlock } from '../../../src/engine/assembly/sums';
import { gatherArrivals } from '../../../src/engine/assembly/traces';
import { adamFromTile } from '../../../src/engine/assembly/update';

let plan: Plan = changetype<Plan>(0);
let scratch: Scratch = changetype<Scratch>(0);
let buffers: Buffers = changetype<Buffers>(0);
let hidden: Layer = changetype<Layer>(0);

export function open(planAt: usize): void {
  plan = changetype<Plan>(planAt);
  scratch = changetype<Scratch>(plan.workers);
  buffers = changetype<Buffers>(scratch.buffers);
  hidden = layerAt(plan, 0);
  scratch.odd = 0;
  scratch.rate = RATE;
  scratch.rootScale = 1;
}

export function encode(run: usize, place: i32): void {
  encodeSample(plan, changetype<Run>(run), scratch, buffers, 0, place, 0, 1);
}

export function expand(): void {
  expandEvents(plan, 0, pointerAt(buffers.masks, 0), scratch, 0);
}

export function sums(): void {
  for (let block = 0; block < hidden.blocks; block++)
    sumBlock(plan, hidden, block, scratch, scratch.blockCurrents, LINE);
}

/** As much as all sums, with the weights of one block: what several samples side by side could gain at most. */
export function sumsNear(): void {
  for (let block = 0; block < hidden.blocks; block++) sumBlock(plan, hidden, 0, scratch, scratch.blockCurrents, LINE);
}

/** Nobody has fired in what layer `l` reads: what is left is to go through the masks. */
export function silence(l: i32): void {
  const bits = l == 0 ? listedOf(scratch, 0) : layerAt(plan, l).inputs;
  memory.fill(pointerAt(buffers.masks, l), 0, <usize>(plan.steps * rowBytes(bits)));
}

/** On the currents of the last block, as often as there are blocks. */
export function membranes(): void {
  const row = scratch.ownMasks;
  for (let block = 0; block < hidden.blocks; block++) {
    advance(plan, hidden, scratch.blockCurrents, 1, row, 8, scratch.laneCounts);
    advance(plan, hidden, scratch.blockCurrents + 32, 1, row + 1, 8, scratch.laneCounts + 32);
  }
}

/** What sums and membranes are for: not timed. */
export function forward(): void {
  simulateLayer(plan, 0, scratch, buffers, 0);
}

export function output(): void {
  simulateLayer(plan, 1, scratch, buffers, 1);
}

export function traces(): void {
  changetype<Control>(plan.control).nextChunk = 0;
  prepareTraces(plan, scratch, buffers);
}

/** A part of the traces: which column a spike reaches at each step. */
export function arrivals(): void {
  for (let l = 0; l < plan.layers; l++) {
    const masks = pointerAt(buffers.masks, l);
    const active = pointerAt(scratch.active, l);
    const chunkStart = pointerAt(scratch.chunkStart, l);
    for (let chunk = 0; chunk < layerAt(plan, l).chunks; chunk++)
      gatherArrivals(plan, l, chunk, masks, active, chunkStart, scratch);
  }
}

/** A part of e: the trains of all blocks. */
export function gather(): void {
  for (let block = 0; block < hidden.blocks; block += 4)
    gatherTrains(plan, hidden, pointerAt(buffers.masks, 1), block, scratch);
}

/** Gather, e and the sums of the side effect, of every block. */
export function potentials(): void {
  const active = pointerAt(scratch.active, 0);
  const chunkStart = pointerAt(scratch.chunkStart, 0);
  for (let block = 0; block < hidden.blocks; block++) {
    if ((block & 3) == 0) gatherTrains(plan, hidden, pointerAt(buffers.masks, 1), block, scratch);
    const trains = trainsOfBlock(plan, scratch, block);
    const lengths = lengthsOfBlock(scratch, block);
    for (let chunk = 0; chunk < hidden.chunks; chunk++)
      pspTile(plan, hidden, block, chunk, active, chunkStart, trains, lengths, scratch, tileOf(chunk));
  }
}

/** The step of every block, from the tile of the last one. */
export function step(): void {
  for (let block = 0; block < hidden.blocks; block++) stepOf(block);
}

/** As many steps of one block: what they would take if the weights and moments of all were in a near cache. */
export function stepNear(): void {
  for (let block = 0; block < hidden.blocks; block++) stepOf(0);
}

/** A learning rate that moves no weight: the next samples find the network as it was. */
const RATE: f32 = 1e-12;

function stepOf(block: i32): void {
  const active = pointerAt(scratch.active, 0);
  const chunkStart = pointerAt(scratch.chunkStart, 0);
  for (let lane: usize = 0; lane < 128; lane += 16) v128.store(scratch.scales + lane, f32x4.splat(0.001));
  for (let chunk = 0; chunk < hidden.chunks; chunk++)
    adamFromTile(plan, hidden, block, chunk, 0, active, chunkStart, tileOf(chunk), scratch);
}

function tileOf(chunk: i32): usize {
  return scratch.tile + <usize>(chunk * hidden.chunkWidth) * LINE;
}
