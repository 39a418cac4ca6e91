// The training loop of one worker. Workers own fixed blocks (or chunks of columns) of every layer and meet at barriers, so that a batch of one
// sample runs in parallel and no sum depends on how many they are.
import { accumulateTile, adamFromBatch, adamFromTile, regularizerScale, sgdFromBatch } from './update';
import { barrier } from './barrier';
import { gatherTrains, listActive } from './events';
import { gradientScale, receiveError, sendErrorDown, tileOfChunk, weighChunk } from './backward';
import { outputError, predict, wakeClass } from './loss';
import { lateralFactor } from './lateral';
import { Buffers, Control, Layer, layerAt, LINE, Plan, pointerAt, Run, Scratch } from './plan';
import { pspTile, traceChunk } from './psp';
import { encodeSample } from './sample';
import { isSingle, simulateBlocks } from './simulate';

const ADAM: i32 = 1;
const NO_UPDATE: i32 = 2;

@inline
function share(count: i32, worker: i32, threads: i32): i32 {
  return <i32>((<i64>count * worker) / threads);
}

/** Index of the masks and counts of layer `l`'s input in `Buffers`; the input itself has two copies, used in turn. */
@inline
function inputSlot(plan: Plan, l: i32, odd: i32): i32 {
  return l == 0 ? (odd ? plan.layers + 1 : 0) : l;
}

/**
 * Trains on places `run.from` to `run.to` as worker `worker`.
 * @returns 0 done or stopped at a batch boundary, 1 aborted because a worker is gone
 */
export function train(plan: Plan, run: Run, worker: i32): i32 {
  const threads = plan.threads;
  const control = changetype<Control>(plan.control);
  const buffers = changetype<Buffers>(plan.buffers);
  const scratch = changetype<Scratch>(plan.workers + <usize>worker * offsetof<Scratch>());
  let power1 = control.power1;
  let power2 = control.power2;
  let parity = control.parity;
  let odd = 0;
  const inputBlocks = (plan.inputs + 15) >> 4;
  const firstInput = share(inputBlocks, worker, threads);
  const endInput = share(inputBlocks, worker + 1, threads);
  if (run.from < run.to) encodeSample(plan, run, scratch, buffers, 0, run.from, firstInput, endInput);
  if (!barrier(control, threads)) return 1;

  for (let at = run.from; at < run.to; at += plan.batchSize) {
    const samples = min(plan.batchSize, run.to - at);
    const fused = samples == 1 && plan.batchSize == 1 && plan.optimizer == ADAM;
    const nextPower1 = power1 * control.beta1;
    const nextPower2 = power2 * control.beta2;
    const rate = <f32>(plan.optimizer == ADAM ? control.learningRate / (1 - nextPower1) : control.learningRate);
    const rootScale = <f32>(1 / Math.sqrt(1 - nextPower2));
    let hasError = false;

    for (let place = at; place < at + samples; place++, odd = 1 - odd) {
      for (let l = 0; l < plan.layers; l++) {
        const layer = layerAt(plan, l);
        const single = isSingle(layer);
        if (l == 0) {
          if (single && !barrier(control, threads)) return 1; // others may still be writing its weights
          if (place + 1 < run.to) encodeSample(plan, run, scratch, buffers, inputSlot(plan, 0, 1 - odd), place + 1, firstInput, endInput);
        }
        const first = single ? 0 : share(layer.blocks, worker, threads);
        const end = single ? (worker == 0 ? layer.blocks : 0) : share(layer.blocks, worker + 1, threads);
        simulateBlocks(plan, layer, scratch, pointerAt(buffers.masks, inputSlot(plan, l, odd)), pointerAt(buffers.masks, l + 1), pointerAt(buffers.counts, l + 1), first, end);
        if ((l + 1 < plan.layers || !single) && !barrier(control, threads)) return 1;
      }
      if (worker == 0) concludeSample(plan, run, control, scratch, buffers, place, place == at + samples - 1);
      if (!barrier(control, threads)) return 1;
      if (control.skip) continue;
      hasError = true;

      for (let l = plan.lowest; l < plan.layers; l++) {
        const layer = layerAt(plan, l);
        listActive(layer, pointerAt(buffers.counts, inputSlot(plan, l, odd)), pointerAt(scratch.active, l), pointerAt(scratch.chunkStart, l));
        for (let chunk = share(layer.chunks, worker, threads); chunk < share(layer.chunks, worker + 1, threads); chunk++) {
          traceChunk(plan, layer, chunk, pointerAt(buffers.masks, inputSlot(plan, l, odd)), pointerAt(scratch.active, l), pointerAt(scratch.chunkStart, l), scratch.traceState);
        }
      }
      if (!barrier(control, threads)) return 1;

      for (let l = plan.layers - 1; l >= plan.lowest; l--) {
        const layer = layerAt(plan, l);
        const countsBelow = pointerAt(buffers.counts, inputSlot(plan, l, odd));
        if (layer.byColumns) {
          const from = share(layer.blocks * layer.chunks, worker, threads);
          const to = share(layer.blocks * layer.chunks, worker + 1, threads);
          let gathered = -1;
          for (let unit = from; unit < to; unit++) {
            const block = unit / layer.chunks;
            if (block != gathered) deltaAndTrains(plan, l, block, scratch, buffers);
            gathered = block;
            pspOfChunk(plan, l, block, unit % layer.chunks, scratch, buffers, countsBelow);
          }
          if (!barrier(control, threads)) return 1; // the side effect needs every chunk's sum
          gathered = -1;
          for (let unit = from; unit < to; unit++) {
            const block = unit / layer.chunks;
            if (block != gathered) scalesOf(plan, l, control, block, parity, scratch, buffers, <f32>samples);
            gathered = block;
            applyChunk(plan, l, block, unit % layer.chunks, parity, scratch, rate, rootScale, fused);
          }
        } else {
          for (let block = share(layer.blocks, worker, threads); block < share(layer.blocks, worker + 1, threads); block++) {
            deltaAndTrains(plan, l, block, scratch, buffers);
            for (let chunk = 0; chunk < layer.chunks; chunk++) pspOfChunk(plan, l, block, chunk, scratch, buffers, countsBelow);
            scalesOf(plan, l, control, block, parity, scratch, buffers, <f32>samples);
            for (let chunk = 0; chunk < layer.chunks; chunk++) applyChunk(plan, l, block, chunk, parity, scratch, rate, rootScale, fused);
          }
          if (l > plan.lowest && !barrier(control, threads)) return 1; // the layer below needs every block's error
        }
      }
    }

    if ((hasError || plan.stepIdle) && plan.optimizer != NO_UPDATE) {
      if (!fused || !hasError) for (let l = plan.lowest; l < plan.layers; l++) stepLayer(plan, l, control, parity, worker, scratch, rate, rootScale);
      power1 = nextPower1;
      power2 = nextPower2;
      parity = 1 - parity;
    }
    if (control.stop) break;
  }

  if (!barrier(control, threads)) return 1;
  if (worker == 0) {
    control.power1 = power1;
    control.power2 = power2;
    control.parity = parity;
  }
  return 0;
}

/** Worker 0 after the last layer: prediction, cost, delta, lateral factor, silent-class rule, and whether to go on. */
function concludeSample(plan: Plan, run: Run, control: Control, scratch: Scratch, buffers: Buffers, place: i32, lastOfBatch: bool): void {
  const output = layerAt(plan, plan.layers - 1);
  const counts = pointerAt(buffers.counts, plan.layers);
  const masks = pointerAt(buffers.masks, plan.layers);
  const sample = <usize>load<u32>(run.order + (<usize>place << 2));
  const label = <i32>load<u8>(run.labels + sample);
  const prediction = predict(output, counts);
  store<u16>(run.predictions + (sample << 1), <u16>prediction);
  if (prediction == label) control.correct++;
  const quiet = outputError(plan, output, control, counts, label, load<f32>(run.sampleWeights + (sample << 2)));
  control.skip = i32(quiet);
  if (quiet) control.skipped++;
  else {
    lateralFactor(plan, output, masks, counts, label, scratch);
    wakeClass(plan, output, masks, counts, label);
  }
  control.samplesDone++;
  if (control.brokenLayer == 0) control.brokenSample = <i32>sample;
  if (lastOfBatch) control.stop = atomic.load<i32>(plan.control + offsetof<Control>('cancel')) | control.brokenLayer;
}

function deltaAndTrains(plan: Plan, l: i32, block: i32, scratch: Scratch, buffers: Buffers): void {
  const layer = layerAt(plan, l);
  if (l == plan.layers - 1) memory.copy(scratch.delta, layer.delta + (<usize>block << 6), LINE);
  else receiveError(layer, layerAt(plan, l + 1), block, scratch.delta);
  gatherTrains(plan, layer, pointerAt(buffers.masks, l + 1), block, scratch.trains, scratch.trainLengths);
}

@inline
function tileAt(layer: Layer, scratch: Scratch, block: i32, chunk: i32): usize {
  const base = layer.byColumns ? layer.psp + <usize>(block * layer.chunks * layer.chunkWidth) * LINE : scratch.tile;
  return tileOfChunk(layer, base, chunk);
}

function pspOfChunk(plan: Plan, l: i32, block: i32, chunk: i32, scratch: Scratch, buffers: Buffers, countsBelow: usize): void {
  const layer = layerAt(plan, l);
  const active = pointerAt(scratch.active, l);
  const chunkStart = pointerAt(scratch.chunkStart, l);
  const tile = tileAt(layer, scratch, block, chunk);
  pspTile(plan, layer, chunk, chunkStart, scratch.trains, scratch.trainLengths, tile);
  if (plan.sideEffect != 0) weighChunk(layer, block, chunk, active, chunkStart, tile);
  if (l > plan.lowest) sendErrorDown(plan, layer, block, chunk, chunkStart, active, tile, scratch.delta, pointerAt(buffers.counts, l + 1), countsBelow);
}

function scalesOf(plan: Plan, l: i32, control: Control, block: i32, parity: i32, scratch: Scratch, buffers: Buffers, samples: f32): void {
  const layer = layerAt(plan, l);
  if (layer.byColumns) {
    if (l == plan.layers - 1) memory.copy(scratch.delta, layer.delta + (<usize>block << 6), LINE);
    else receiveError(layer, layerAt(plan, l + 1), block, scratch.delta);
  }
  for (let lane = 0; lane < 16; lane += 4) {
    v128.store(scratch.scales + (<usize>lane << 2), gradientScale(plan, layer, block, lane, parity, scratch.delta, pointerAt(buffers.counts, l + 1), samples));
    v128.store(scratch.scales + (<usize>lane << 2), regularizerScale(layer, l, control, block, lane, parity), 64);
  }
}

function applyChunk(plan: Plan, l: i32, block: i32, chunk: i32, parity: i32, scratch: Scratch, rate: f32, rootScale: f32, fused: bool): void {
  const layer = layerAt(plan, l);
  const active = pointerAt(scratch.active, l);
  const chunkStart = pointerAt(scratch.chunkStart, l);
  const tile = tileAt(layer, scratch, block, chunk);
  if (fused) adamFromTile(plan, layer, block, chunk, parity, active, chunkStart, tile, scratch.scales, rate, rootScale);
  else accumulateTile(layer, block, chunk, active, chunkStart, tile, scratch.scales);
}

/** The optimiser step of a batch on this worker's share of a layer, from the batch's gradient sums, or from none. */
function stepLayer(plan: Plan, l: i32, control: Control, parity: i32, worker: i32, scratch: Scratch, rate: f32, rootScale: f32): void {
  const layer = layerAt(plan, l);
  const units = layer.byColumns ? layer.blocks * layer.chunks : layer.blocks;
  const perUnit = layer.byColumns ? 1 : layer.chunks;
  const end = share(units, worker + 1, plan.threads) * perUnit;
  let scaled = -1;
  for (let index = share(units, worker, plan.threads) * perUnit; index < end; index++) {
    const block = index / layer.chunks;
    const chunk = index % layer.chunks;
    if (block != scaled) {
      for (let lane = 0; lane < 16; lane += 4) v128.store(scratch.scales + (<usize>lane << 2), regularizerScale(layer, l, control, block, lane, parity), 64);
    }
    scaled = block;
    if (plan.optimizer != ADAM) sgdFromBatch(plan, layer, block, chunk, parity, scratch.scales, rate);
    else if (layer.gradient != 0) adamFromBatch(plan, layer, block, chunk, parity, scratch.scales, rate, rootScale);
    else adamFromTile(plan, layer, block, chunk, parity, 0, 0, 0, scratch.scales, rate, rootScale);
  }
}
