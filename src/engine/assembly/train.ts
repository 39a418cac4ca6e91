// The training loop of one worker. Workers share out the parts of every layer and meet at barriers, so that a batch of
// one sample runs in parallel and no sum depends on how many they are.
import { barrier } from './barrier';
import { clearClaims } from './claims';
import { backwardDense, prepareTraces, stepsAhead } from './dense';
import { keyDropout } from './dropout';
import { lateralFactor } from './lateral';
import { outputError, predict, wakeClass } from './loss';
import {
  ADAM,
  Buffers,
  Control,
  CONVOLUTION,
  inputSlot,
  layerAt,
  NO_UPDATE,
  Plan,
  pointerAt,
  POOLING,
  Run,
  Scratch,
  scratchOf,
  share,
} from './plan';
import { encodeSample, listSample } from './sample';
import { inputBlocks, needsMasks, partsOf, prepareMasks, simulateLayer, simulateShare } from './simulate';
import { backwardConvolutionLayer, backwardPoolingLayer } from './spatial';
import { stepLayer } from './step';

/**
 * Trains on places `run.from` to `run.to` as worker `worker`.
 * @returns 0 done or stopped at a batch boundary, 1 aborted because a worker is gone
 */
export function train(plan: Plan, run: Run, worker: i32): i32 {
  const threads = plan.threads;
  const control = changetype<Control>(plan.control);
  const buffers = changetype<Buffers>(plan.buffers);
  const scratch = scratchOf(plan, worker);
  let power1 = control.power1;
  let power2 = control.power2;
  scratch.worker = worker;
  scratch.parity = control.parity;
  scratch.odd = 0;
  scratch.ahead = 0;
  if (worker == 0) clearClaims(plan);
  if (run.from < run.to) encodeSample(plan, run, scratch, buffers, 0, run.from, worker, threads);
  if (!barrier(control, threads)) return 1;
  /** Whether others may still be in the backward pass or the step of the sample before. */
  let behind = false;

  for (let at = run.from; at < run.to; at += plan.batchSize) {
    const samples = min(plan.batchSize, run.to - at);
    const nextPower1 = power1 * control.beta1;
    const nextPower2 = power2 * control.beta2;
    scratch.samples = <f32>samples;
    scratch.fused = i32(samples == 1 && plan.batchSize == 1 && plan.optimizer == ADAM);
    scratch.rate = <f32>(plan.optimizer == ADAM ? control.learningRate / (1 - nextPower1) : control.learningRate);
    scratch.rootScale = <f32>(1 / Math.sqrt(1 - nextPower2));
    let hasError = false;

    for (let place = at; place < at + samples; place++, scratch.odd = 1 - scratch.odd) {
      keyDropout(run, scratch, scratch.odd, place);
      for (let l = 0; l < plan.layers; l++) {
        const parts = partsOf(layerAt(plan, l));
        // Weights that others own must be written, and nobody may still read the spikes of the sample before.
        const first = l == 0 && !scratch.ahead;
        if (first && (behind || parts == 1 || layerAt(plan, 0).kind == CONVOLUTION) && !barrier(control, threads))
          return 1;
        if (needsMasks(plan, l)) {
          const all = inputBlocks(layerAt(plan, l));
          prepareMasks(plan, l, buffers, share(all, worker, threads), share(all, worker + 1, threads));
          if (!barrier(control, threads)) return 1;
        }
        const single = parts == 1;
        const below = inputSlot(plan, l, scratch.odd);
        if (single && worker == 0) simulateLayer(plan, l, scratch, buffers, below);
        else if (!single && (l > 0 || !scratch.ahead)) simulateShare(plan, l, scratch, buffers, below);
        if ((l + 1 < plan.layers || !single) && !barrier(control, threads)) return 1;
      }
      // Here nobody reads the spikes of the sample before any more: there has been a barrier since.
      if (worker == 0) concludeSample(plan, run, control, scratch, buffers, place, place == at + samples - 1);
      if (place + 1 < run.to) encodeNext(plan, run, scratch, buffers, place + 1);
      if (!barrier(control, threads)) return 1;
      scratch.ahead = 0;
      behind = control.skip == 0;
      if (!behind) continue;
      hasError = true;
      scratch.ahead = i32(place + 1 < run.to && stepsAhead(plan, scratch));
      if (scratch.ahead) keyDropout(run, scratch, 1 - scratch.odd, place + 1);

      prepareTraces(plan, scratch, buffers);
      if (!barrier(control, threads)) return 1;
      for (let l = plan.layers - 1; l >= plan.lowest; l--) {
        const kind = layerAt(plan, l).kind;
        if (kind == CONVOLUTION) {
          if (!backwardConvolutionLayer(plan, control, scratch, buffers, l)) return 1;
        } else if (kind == POOLING) {
          if (!backwardPoolingLayer(plan, control, scratch, buffers, l)) return 1;
        } else if (!backwardDense(plan, control, scratch, buffers, l)) return 1;
      }
    }

    if ((hasError || plan.stepIdle) && plan.optimizer != NO_UPDATE) {
      if (!scratch.fused || !hasError) {
        if (hasError && !barrier(control, threads)) return 1; // others have added to the sums
        for (let l = plan.lowest; l < plan.layers; l++) stepLayer(plan, control, scratch, l);
        behind = true;
      }
      power1 = nextPower1;
      power2 = nextPower2;
      scratch.parity = 1 - scratch.parity;
    }
    if (control.stop) break;
  }

  if (!barrier(control, threads)) return 1;
  if (worker == 0) {
    control.power1 = power1;
    control.power2 = power2;
    control.parity = scratch.parity;
  }
  return 0;
}

/** The spikes of the next sample, by the workers that have no part in the output layer; worker 0 has its own list. */
function encodeNext(plan: Plan, run: Run, scratch: Scratch, buffers: Buffers, place: i32): void {
  const odd = 1 - scratch.odd;
  if (plan.threads == 1) encodeSample(plan, run, scratch, buffers, odd, place, 0, 1);
  else if (scratch.worker == 0) listSample(plan, run, scratch, odd, place);
  else encodeSample(plan, run, scratch, buffers, odd, place, scratch.worker - 1, plan.threads - 1);
}

/** Worker 0 after the last layer: prediction, cost, delta, lateral factor, silent-class rule, and whether to go on. */
function concludeSample(
  plan: Plan,
  run: Run,
  control: Control,
  scratch: Scratch,
  buffers: Buffers,
  place: i32,
  lastOfBatch: bool,
): void {
  const output = layerAt(plan, plan.layers - 1);
  const counts = pointerAt(buffers.counts, plan.layers);
  const masks = pointerAt(buffers.masks, plan.layers);
  const sample = <usize>load<u32>(run.order + ((<usize>place) << 2));
  const label = <i32>load<u8>(run.labels + sample);
  const prediction = predict(output, counts);
  store<u16>(run.predictions + (sample << 1), <u16>prediction);
  if (prediction == label) control.correct++;
  const quiet = outputError(plan, output, control, counts, label, load<f32>(run.sampleWeights + (sample << 2)));
  control.skip = i32(quiet);
  control.nextChunk = 0;
  clearClaims(plan);
  if (quiet) control.skipped++;
  else {
    lateralFactor(plan, output, masks, counts, label, scratch);
    wakeClass(plan, output, masks, counts, label);
  }
  control.samplesDone++;
  if (control.brokenLayer == 0) control.brokenSample = <i32>sample;
  if (lastOfBatch) control.stop = atomic.load<i32>(plan.control + offsetof<Control>('cancel')) | control.brokenLayer;
}
