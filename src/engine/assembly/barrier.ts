// Workers meet here between the phases of a sample. They spin first, because a phase is shorter than a sleep, then
// sleep: `control.spins` says how often they look before.
import { Control } from './plan';

/** Waits for all workers; false when the run is aborted because a worker is gone. */
export function barrier(control: Control, threads: i32): bool {
  if (threads == 1) return true;
  const base = changetype<usize>(control);
  const generationAt = base + offsetof<Control>('generation');
  const waitingAt = base + offsetof<Control>('waiting');
  const abortAt = base + offsetof<Control>('abort');
  const arrivedAt = base + offsetof<Control>('arrived');
  const generation = atomic.load<i32>(generationAt);
  if (atomic.add<i32>(arrivedAt, 1) == threads - 1) {
    atomic.store<i32>(arrivedAt, 0);
    atomic.add<i32>(generationAt, 1);
    if (atomic.load<i32>(waitingAt) > 0) atomic.notify(generationAt, -1);
    return atomic.load<i32>(abortAt) == 0;
  }
  const spins = control.spins;
  for (let spin = 0; spin < spins; spin++) {
    if (atomic.load<i32>(generationAt) != generation) return atomic.load<i32>(abortAt) == 0;
  }
  atomic.add<i32>(waitingAt, 1);
  while (atomic.load<i32>(generationAt) == generation && atomic.load<i32>(abortAt) == 0) {
    atomic.wait<i32>(generationAt, generation, 50_000_000);
  }
  atomic.sub<i32>(waitingAt, 1);
  return atomic.load<i32>(abortAt) == 0;
}
