/** What Spikelab's side of bench:peers needs around the engine: counts, memory. */
import { readFileSync } from 'node:fs';

const { firingCounts } = await import(new URL('../../dist/src/index.js', import.meta.url));

/**
 * Firing counts of the output layer for the samples at places `from` to `to` of the order, with the weights as they
 * are.
 */
export async function outputCounts({ engine, samples }, train, { from, to }) {
  const { order } = engine.views(samples);
  const all = [];
  for (let place = from; place < to; place++) {
    const spikes = await engine.record(spikesOf(train.at(order[place])), order[place], 1, 'trainSpikes');
    all.push(Array.from(firingCounts(spikes.at(-1))));
  }
  return all;
}

/** What the engine takes of a sample: an image's pixels, or its spikes. */
const spikesOf = (sample) => sample.pixels ?? sample.spikes;

/** Peak resident memory of this process; undefined where the system does not say. */
export function peakMegabytes() {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1024;
  } catch {
    return undefined;
  }
}
