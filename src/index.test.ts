/**
 * Wrong calls of everything public: each is told what it got and what it takes, never what JavaScript stumbled over.
 */
import { afterAll, describe, expect, it } from 'vitest';
import * as snn from './index.js';
import { terminatePool } from './engine/pool.js';

afterAll(terminatePool);

const wrong: readonly unknown[] = [undefined, null, 5, -1, NaN, 1e300, 'x', '', {}, [], [null], [1, 'a'], { zzz: 1 }, true, () => 1, new Map(), 10n]; // prettier-ignore
/** What V8 says of its own. */
const raw =
  /Cannot (read|use|set|convert|mix|destructure)|is not (a function|iterable|defined)|reading '|Invalid (array|typed)|"path" argument|paths\[|could not be cloned|serialize a BigInt/;

/** Arithmetic on the parts that this library makes itself, and `show`, which prints what is no picture. */
const inner = new Set(['completeNeuron', 'decayTable', 'distortionMap', 'exp', 'firingCounts', 'isLearnable', 'isLearned', 'learningRateAt', 'learningRule', 'neuronOf', 'neuronPart', 'packSpikes', 'permutation', 'ratesOf', 'registryEntry', 'sampleKey', 'spikeTimes', 'unpackLayer', 'unpackSpikes', 'warp', 'weightShape', 'classWeightsPart', 'authorsLog', 'authorsCurve', 'pixelThresholds', 'bsaKernel', 'show']); // prettier-ignore
/** They look for the real sets, or draw 12,000 digits; their options are below. */
const large = new Set(['mnist', 'fashionMnist', 'emnist', 'strokes', 'mnistOrStrokes', 'nmnist', 'spokenDigits', 'ti46', 'mnistSaccades', 'shd', 'ssc']); // prettier-ignore

type Call = (...values: unknown[]) => unknown;
const calls = (from: object, left: ReadonlySet<string>): [string, Call][] =>
  Object.entries(from).filter(
    (entry): entry is [string, Call] =>
      typeof entry[1] === 'function' && !/^[A-Z]/.test(entry[0]) && !left.has(entry[0]),
  );

async function told(call: Call, values: unknown[]): Promise<unknown> {
  try {
    await call(...values);
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('a wrong call', () => {
  it.each([...calls(snn, inner), ...calls(snn.datasets, large)])('%s', async (_, call) => {
    for (const value of wrong)
      for (const values of [[value], [undefined, value], [{}, value], ['x', value], [[], value]]) {
        const error = await told(call, values);
        if (error === undefined) continue;
        expect(error).toBeInstanceOf(Error);
        expect((error as Error).message, String((error as Error).stack)).not.toMatch(raw);
      }
  });

  it('of an option that does not exist is refused, with those that do', async () => {
    const { datasets, SpikingNetwork } = snn;
    const { test } = await datasets.strokes({ train: 10, test: 10 });
    const net = snn.classifier({ hidden: [4], steps: 20, threads: 1 });
    const options = { zzz: 1 };
    const [preset] = Object.values(snn.presets.followups);
    for (const call of [
      () => datasets.mnist(options as never),
      () => datasets.load('strokes', options as never),
      () => datasets.loadPart('mnist', 'train', options as never),
      () => datasets.strokes(options as never),
      () => datasets.mnistOrStrokes(options as never),
      () => datasets.nmnist(options as never),
      () => datasets.spokenDigits(options as never),
      () => datasets.ti46(options as never),
      () => datasets.shd(options as never),
      () => datasets.cochleagrams('none', options as never),
      () => datasets.saccades(test, options as never),
      () => datasets.mnistSaccades(options as never),
      () => net.run(test.at(0), options as never),
      () => net.fit(test, options as never),
      () => net.evaluate(test, options as never),
      () => net.save('none', options as never),
      () => SpikingNetwork.load('none', options as never),
      () => SpikingNetwork.pretrained('mnist-dense', options as never),
      () => snn.exportNir(net, 'none', options as never),
      () => snn.replicate(preset, { out: 'none', ...options }),
      () => snn.sweep(preset, {}, { out: 'none', ...options }),
      () => snn.bars([{ name: 'a', value: 1 }], options as never),
      () => snn.chart({ name: 'a', y: [1] }, options as never),
      () => snn.confusion([[1]], options as never),
      () => snn.counts([1], options as never),
      () => snn.curves(net.history, options as never),
      async () => snn.encoding(await net.run(test.at(0)), options as never),
      () => snn.images([test.at(0)], options as never),
      () => snn.layerNorms(net.network, [[1], [1]], options as never),
      async () => snn.membrane(await net.run(test.at(0)), 'output', 0, options as never),
      async () => snn.raster(await net.run(test.at(0)), options as never),
      async () => snn.spsp(await net.run(test.at(0)), options as never),
      () => snn.weightHistogram([{ name: 'a', weights: [1] }], options as never),
      () => snn.weightMaps([1], { shape: [1, 1], ...options } as never),
    ] as Call[])
      expect(String(await told(call, [])), String(call)).toMatch(/has no option "zzz": .*It knows /);
  });
});
