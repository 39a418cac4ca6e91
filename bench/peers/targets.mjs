/** What the project wants to reach beside its peers, and the figures of a run: ratios within a round, their medians. */
import { median } from '../report.mjs';

const own = (rest) => `spikelab.${rest}`;
/** What everybody is compared with. */
export const reference = own('mnist-dense.fresh.b1.t1');
const batch = own('mnist-dense.fresh.b64.t1');
const tutorials = ['snntorch', 'spikingjelly', 'norse', 'spyx'].map((name) => `${name}_tutorial.b64`);
const twoThreads = (state) => ({
  slow: [own(`${state}.t1`)],
  fast: own(`${state}.t2`),
  action: 'train',
});

/** `slow` over `fast` (the least of several): at least so much. */
const targets = [
  { what: 'HM2-BP in JAX, training', slow: ['hm2bp_jax.b1'], fast: reference, action: 'train', least: 15 },
  { what: 'HM2-BP in PyTorch, training', slow: ['hm2bp_torch.b1'], fast: reference, action: 'train', least: 22 },
  { what: 'HM2-BP in JAX, evaluation', slow: ['hm2bp_jax.b1'], fast: reference, action: 'evaluate', least: 25 },
  {
    what: 'BPTT in PyTorch, batch 64, training',
    slow: ['bptt_torch.b64'],
    fast: reference,
    action: 'train',
    least: 15,
  },
  { what: 'the same beside our batch 64', slow: ['bptt_torch.b64'], fast: batch, action: 'train', least: 15 },
  {
    what: 'libraries as in their tutorials, batch 64, the fastest',
    slow: tutorials,
    fast: reference,
    action: 'train',
    least: 25,
  },
  { what: 'the same beside our batch 64', slow: tutorials, fast: batch, action: 'train', least: 25 },
  { what: 'our batch 1 over our batch 64', slow: [reference], fast: batch, action: 'train', least: 2 },
  { what: 'two threads, dense, fresh', ...twoThreads('mnist-dense.fresh.b1'), least: 1.8 },
  { what: 'two threads, dense, batch 64', ...twoThreads('mnist-dense.fresh.b64'), least: 1.75 },
  { what: 'two threads, dense, after an epoch', ...twoThreads('mnist-dense.epoch.b1'), least: 1.75 },
  { what: 'two threads, convolutional', ...twoThreads('mnist-cnn.fresh.b1'), least: 1.75 },
  { what: 'two threads, N-MNIST', ...twoThreads('nmnist-dense.fresh.b1'), least: 1.75 },
];

/** Median over the rounds of a competitor's time over that of another in the same round. */
export function ratio(one, other, action) {
  return median(one.turns[action].map(({ ms }, k) => ms / other.turns[action][k].ms));
}

/** The lines of the table: those whose competitors ran. */
export function targetLines(competitors) {
  const byId = new Map(competitors.map((one) => [one.id, one]));
  return targets.flatMap(({ what, slow, fast, action, least }) => {
    const there = slow.flatMap((id) => byId.get(id) ?? []);
    const other = byId.get(fast);
    if (there.length === 0 || !other) return [];
    const measured = Math.min(...there.map((one) => ratio(one, other, action)));
    return [`| ${what} | ${least} | ${measured.toPrecision(3)}${measured < least ? ' (missed)' : ''} |`];
  });
}
