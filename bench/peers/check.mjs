/**
 * Whether the peers of the same algorithm do the same work: weights after the first samples, and firing counts with
 * them.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { reference } from './targets.mjs';

/** Samples that are trained on, one after the other, before anything is timed. */
export const checkSamples = 32;

/**
 * How far a peer may be from us: its float32 sums have another order, which flips a spike now and then, and from there
 * on two trainings drift apart. One that leaves out a part of the algorithm is further away on every sample
 * (test/setup/benchmarks.test.ts).
 */
export const allowed = { samplesWithOtherCounts: 0.25, countDifference: 2, learnedOtherwise: 0.1 };

/**
 * Trains each competitor on the first samples; tells how far it is from Spikelab, the first of them. The turn also
 * compiles what it compiles.
 * @param folder of `weights.f32`, which all begin with
 */
export async function checkWork(competitors, folder) {
  const found = [];
  let own;
  for (const competitor of competitors) {
    const to = Math.ceil(checkSamples / competitor.batch) * competitor.batch;
    await competitor.ask({ do: 'train', from: 0, to });
    const { counts } = await competitor.ask({ do: 'counts', from: 0, to });
    if (competitor.id === reference) own = { counts, weights: await weightsOf(competitor, folder) };
    else if (competitor.kind === 'the same algorithm') {
      const peer = { counts, weights: await weightsOf(competitor, folder) };
      found.push({ id: competitor.id, ...compareWork(own, peer, floatsIn(join(folder, 'weights.f32'))) });
    }
    competitor.outputSpikes = sum(counts) / to;
  }
  return found;
}

/**
 * Two networks that were trained on the same samples from the weights `first`.
 * @param own { counts: [samples][classes], weights }; `peer` the same
 * @returns their differences, and whether these are within what is `allowed`
 */
export function compareWork(own, peer, first) {
  let [largest, moved, apart, learned] = [0, 0, 0, 0];
  for (let k = 0; k < first.length; k++) {
    largest = Math.max(largest, Math.abs(peer.weights[k] - own.weights[k]));
    moved = Math.max(moved, Math.abs(own.weights[k]));
    apart += (peer.weights[k] - own.weights[k]) ** 2;
    learned += (own.weights[k] - first[k]) ** 2;
  }
  const differing = peer.counts.filter((sample, n) => sample.some((count, i) => count !== own.counts[n][i])).length;
  const peerCounts = peer.counts.flat();
  const countsApart = own.counts.flat().map((count, k) => Math.abs(count - peerCounts[k]));
  const differences = {
    samples: own.counts.length,
    samplesWithOtherCounts: differing,
    largestCountDifference: Math.max(...countsApart),
    largestWeightDifference: largest,
    largestWeight: moved,
    learnedOtherwise: Math.sqrt(apart / learned), // of all that was learned, the root of the squares
    outputSpikes: sum(peer.counts),
    ownOutputSpikes: sum(own.counts),
  };
  const sameWork =
    differing <= allowed.samplesWithOtherCounts * own.counts.length &&
    differences.largestCountDifference <= allowed.countDifference &&
    differences.learnedOtherwise <= allowed.learnedOtherwise;
  return { ...differences, sameWork };
}

const sum = (counts) => counts.flat().reduce((a, b) => a + b, 0);

async function weightsOf(competitor, folder) {
  const file = join(folder, `${competitor.id}.f32`);
  await competitor.ask({ do: 'weights', file });
  return floatsIn(file);
}

function floatsIn(file) {
  const bytes = readFileSync(file);
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
}
