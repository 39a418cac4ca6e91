// Evaluation: each worker takes whole samples, one after the other, in buffers of its own; nobody waits.
import { Buffers, Control, layerAt, Plan, pointerAt, Run, scratchOf } from './plan';
import { encodeSample } from './sample';
import { predict } from './loss';
import { simulate } from './simulate';

/**
 * Simulates samples until none is left (or the host cancels): predictions, firing counts of the outputs, number
 * correct.
 */
export function evaluate(plan: Plan, run: Run, worker: i32): i32 {
  const control = changetype<Control>(plan.control);
  const scratch = scratchOf(plan, worker);
  const buffers = changetype<Buffers>(scratch.buffers);
  const output = layerAt(plan, plan.layers - 1);
  scratch.odd = 0;
  while (atomic.load<i32>(plan.control + offsetof<Control>('cancel')) == 0) {
    const place = atomic.add<i32>(plan.control + offsetof<Control>('nextSample'), 1);
    if (place >= run.to) break;
    encodeSample(plan, run, scratch, buffers, 0, place, 0, 1);
    simulate(plan, scratch, buffers);
    const sample = run.order == 0 ? <usize>place : <usize>load<u32>(run.order + ((<usize>place) << 2));
    const counts = pointerAt(buffers.counts, plan.layers);
    const prediction = predict(output, counts);
    store<u16>(run.predictions + (sample << 1), <u16>prediction);
    if (run.firingCounts != 0) {
      for (let k = 0; k < output.units; k++) {
        store<u16>(
          run.firingCounts + ((sample * <usize>output.units + <usize>k) << 1),
          load<u16>(counts + ((<usize>k) << 2)),
        );
      }
    }
    if (prediction == <i32>load<u8>(run.labels + sample))
      atomic.add<i32>(plan.control + offsetof<Control>('correct'), 1);
    atomic.add<i32>(plan.control + offsetof<Control>('samplesDone'), 1);
  }
  return 0;
}
