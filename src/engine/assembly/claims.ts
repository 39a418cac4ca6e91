// Parts of a layer that workers share out while they work: of two cores one is often slower for a while, and at the
// barrier after them the other would wait. Two workers share a range of parts; one goes up from its beginning, the other
// down from its end, until they meet. So each ends with parts side by side, as with fixed halves; who computes a part
// changes no bit.
import { Layer, layerAt, Plan, share } from './plan';

/** The two times a sample that a layer is shared out: each has a count of its own. */
export const FORWARD: usize = 0;
export const BACKWARD: usize = 64;

/** Bytes of the counts of two workers. */
const PAIR: usize = 128;

/** Where the parts of a worker begin; an odd one goes down from there. */
@inline
export function edgeOf(count: i32, worker: i32, threads: i32): i32 {
  return share(count, worker + (worker & 1), threads);
}

/** Whether there is one more of `count` parts for a worker: the next from its edge. */
export function claim(plan: Plan, layer: Layer, pass: usize, count: i32, worker: i32): bool {
  const threads = plan.threads;
  const first = worker & ~1;
  const parts = share(count, min(first + 2, threads), threads) - share(count, first, threads);
  return atomic.add<i32>(layer.claims + <usize>(worker >> 1) * PAIR + pass, 1) < parts;
}

/** Everything is to be had again. By one worker, where a barrier lies before and behind. */
export function clearClaims(plan: Plan): void {
  for (let l = 0; l < plan.layers; l++) {
    const claims = layerAt(plan, l).claims;
    for (let pair = 0; pair < (plan.threads + 1) >> 1; pair++) {
      atomic.store<i32>(claims + <usize>pair * PAIR + FORWARD, 0);
      atomic.store<i32>(claims + <usize>pair * PAIR + BACKWARD, 0);
    }
  }
}
