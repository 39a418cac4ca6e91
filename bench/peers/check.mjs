/**
 * Whether the peers of the same algorithm do the same work: weights after the first samples, and firing counts with
 * them.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Samples that are trained on, one after the other, before anything is timed. */
export const checkSamples = 32;

/**
 * Trains each competitor on the first samples; tells how far it is from Spikelab, the first of them. The turn also
 * compiles what it compiles.
 */
export async function checkWork(competitors, folder) {
  const found = [];
  let own;
  for (const competitor of competitors) {
    const to = Math.ceil(checkSamples / competitor.batch) * competitor.batch;
    await competitor.ask({ do: 'train', from: 0, to });
    const { counts } = await competitor.ask({ do: 'counts', from: 0, to });
    if (competitor.ours && competitor.id === 'spikelab.mnist-dense.fresh.b1.t1') {
      own = { counts, weights: await weightsOf(competitor, folder) };
    } else if (competitor.kind === 'the same algorithm') {
      const weights = await weightsOf(competitor, folder);
      let largest = 0;
      let moved = 0;
      for (let k = 0; k < weights.length; k++) {
        largest = Math.max(largest, Math.abs(weights[k] - own.weights[k]));
        moved = Math.max(moved, Math.abs(own.weights[k]));
      }
      const differing = counts.filter((sample, n) => sample.some((count, i) => count !== own.counts[n][i])).length;
      const apart = own.counts.flat().map((count, k) => Math.abs(count - counts.flat()[k]));
      found.push({
        id: competitor.id,
        samples: checkSamples,
        samplesWithOtherCounts: differing,
        largestCountDifference: Math.max(...apart),
        largestWeightDifference: largest,
        largestWeight: moved,
        outputSpikes: sum(counts),
        ownOutputSpikes: sum(own.counts),
      });
    }
    competitor.outputSpikes = sum(counts) / to;
  }
  return found;
}

const sum = (counts) => counts.flat().reduce((a, b) => a + b, 0);

async function weightsOf(competitor, folder) {
  const file = join(folder, `${competitor.id}.f32`);
  await competitor.ask({ do: 'weights', file });
  const bytes = readFileSync(file);
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
}
