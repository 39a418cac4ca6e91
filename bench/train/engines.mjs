/**
 * What the benchmarks of training share: engines on the same network and data, and one range of samples timed on
 * several of them in turn.
 */
const library = new URL('../../dist/src/', import.meta.url);
const { Engine } = await import(new URL('engine/engine.js', library));
const { isEventDataset, permutation, RandomStream, sampleKey } = await import(new URL('index.js', library));
const { initialWeights } = await import(new URL('network/weights.js', library));

export const timed = async (work) => {
  const started = performance.now();
  await work();
  return performance.now() - started;
};

/** What was measured on, for the record. */
export const dataOf = (...sets) => sets.map(({ name, length, sha256 }) => ({ name, samples: length, sha256 }));

export const orderOf = (dataset, epoch = 0) =>
  permutation(dataset.length, new RandomStream(sampleKey(1, 'shuffle', epoch)));

/** Fresh weights of seed 1, and an optimiser before its first step. */
export const beginAgain = (engine, network) => engine.setState({ weights: initialWeights(network, 1) });

/** An engine with fresh weights and both sets loaded. */
export async function prepare(network, rule, threads, train, test) {
  const engine = await Engine.create(network, rule, threads);
  await beginAgain(engine, network);
  const load = (name, set) =>
    isEventDataset(set)
      ? engine.loadRecordings(name, set, set.labels)
      : engine.loadSamples(name, set.pixels, set.labels);
  const samples = load('train', train);
  engine.views(samples).order.set(orderOf(train));
  engine.views(samples).sampleWeights.fill(1);
  return { engine, samples, tests: load('test', test), threads };
}

/** Places of epoch 0 to train on. */
export const range = (from, to) => ({ from, to, seed: 1, epoch: 0, learningRate: 0.001 });

/** Trains on places `from` to `to` untimed, to have a network as it is in the middle of an epoch. */
export const warmUp = ({ engine, samples }, from, to) => engine.train(samples, range(from, to));

/**
 * Milliseconds a training sample on each engine, slice by slice and in turn, so that the ratio holds on a machine whose
 * speed drifts.
 */
export async function trainInTurn(runs, from, to, slices) {
  const perSample = new Map(runs.map(({ threads }) => [threads, []]));
  const length = Math.floor((to - from) / slices);
  for (let slice = 0; slice < slices; slice++) {
    for (const { engine, samples, threads } of runs) {
      const begin = from + slice * length;
      perSample.get(threads).push((await timed(() => engine.train(samples, range(begin, begin + length)))) / length);
    }
  }
  return perSample;
}

/** Milliseconds a sample of the test set. */
export async function evaluateTimes({ engine, tests }, rounds) {
  const times = [];
  for (let round = 0; round < rounds; round++)
    times.push((await timed(() => engine.evaluate(tests, 0, tests.length, 1))) / tests.length);
  return times;
}
