// Entry points of the engine. Arguments are byte offsets of the structures that `../plan.ts` lays out.
import { measureChunk } from './update';
import { evaluate as evaluateRun } from './evaluate';
import { Control, Layer, layerAt, Plan, Run, Scratch } from './plan';
import { train as trainRun } from './train';
import { Work } from './work';

/** See `train.ts`. */
export function train(plan: usize, run: usize, worker: i32): i32 {
  return trainRun(changetype<Plan>(plan), changetype<Run>(run), worker);
}

/** See `evaluate.ts`. */
export function evaluate(plan: usize, run: usize, worker: i32): i32 {
  return evaluateRun(changetype<Plan>(plan), changetype<Run>(run), worker);
}

/** Takes the sums that the optimiser's pass keeps, after the weights were set from outside. */
export function measure(planAt: usize, parity: i32): void {
  const plan = changetype<Plan>(planAt);
  for (let l = plan.lowest; l < plan.layers; l++) {
    const layer = layerAt(plan, l);
    if (layer.weights == 0) continue;
    for (let block = 0; block < layer.blocks; block++) {
      for (let chunk = 0; chunk < layer.chunks; chunk++) measureChunk(layer, block, chunk, parity);
    }
  }
}

/** Sizes of the structures and the end of static data, which the host compares with its own description. */
export function planBytes(): i32 {
  return offsetof<Plan>();
}
export function layerBytes(): i32 {
  return offsetof<Layer>();
}
export function scratchBytes(): i32 {
  return offsetof<Scratch>();
}
export function controlBytes(): i32 {
  return offsetof<Control>();
}
export function workBytes(): i32 {
  return offsetof<Work>();
}
export function runBytes(): i32 {
  return offsetof<Run>();
}
export function staticEnd(): i32 {
  return <i32>__heap_base;
}
