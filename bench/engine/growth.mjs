/**
 * `npm run bench -- growth`: time and memory of training and evaluation against steps, width, depth, batch, threads,
 * rate of the input's spikes and samples, one at a time, from one network in the middle; log-log slopes. CPU time.
 * bench/results/growth.json, docs/results/growth.md and its picture.
 */
import { publish } from '../pages.mjs';
import { median, report, row } from '../report.mjs';

const library = new URL('../../dist/src/', import.meta.url);
const { adam, dense, describeNetwork, input, presets, RandomStream, sampleKey } = await import(
  new URL('index.js', library)
);
const { Engine } = await import(new URL('engine/engine.js', library));
const { initialWeights } = await import(new URL('network/weights.js', library));

const middle = { steps: 200, width: 256, depth: 1, batch: 1, threads: 1, lit: 0.2, samples: 64 };
const grown = {
  steps: [50, 100, 200, 400, 800],
  width: [64, 128, 256, 512, 1024],
  depth: [1, 2, 4, 8],
  batch: [1, 4, 16, 64],
  threads: [1, 2, 4, 8, 16],
  lit: [0.05, 0.1, 0.2, 0.4, 0.8],
  samples: [64, 128, 256, 512],
};
const inputs = 784;
/** After one that compiles. */
const turns = 5;

async function measure(of) {
  const { steps, width, depth, batch, threads, lit, samples } = of;
  // From the second on a low threshold, or they would be silent and cost nothing.
  const hidden = Array.from({ length: depth }, (_, k) => dense(width, { threshold: k === 0 ? 20 : 3 }));
  const output = dense(10, { threshold: 8, lateralInhibition: 1 });
  const network = describeNetwork([input(inputs), ...hidden, output], { steps });
  const { rule: preset } = presets.jin2018.mnistDense;
  const rule = { ...preset, batchSize: batch, optimizer: adam() };
  const stream = new RandomStream(sampleKey(1, 'strokeDigits'));
  const pixels = Uint8Array.from({ length: inputs * samples }, () => (stream.uniform() < lit ? stream.below(256) : 0));
  const labels = Uint8Array.from({ length: samples }, () => stream.below(10));
  const engine = await Engine.create(network, rule, threads);
  await engine.setState({ weights: initialWeights(network, 1) });
  const loaded = engine.loadSamples('train', pixels, labels);
  const views = engine.views(loaded);
  views.order.forEach((_, k, order) => (order[k] = k));
  views.sampleWeights.fill(1);
  const slice = { from: 0, to: samples, seed: 1, epoch: 0, learningRate: 0 };
  const times = { train: [], evaluate: [] };
  let lines;
  for (let turn = 0; turn <= turns; turn++) {
    for (const action of ['train', 'evaluate']) {
      const before = process.cpuUsage();
      const { work } =
        action === 'train' ? await engine.train(loaded, slice) : await engine.evaluate(loaded, 0, samples, 1);
      const { user, system } = process.cpuUsage(before);
      if (turn > 0) times[action].push((user + system) / 1000 / samples);
      if (action === 'evaluate') lines = work.added / samples;
    }
  }
  return { times, megabytes: engine.memoryBytes / 2 ** 20, lines };
}

/** Slope of log y against log x by least squares. */
function slope(points) {
  const logs = points.map(([x, y]) => [Math.log(x), Math.log(y)]);
  const mean = (k) => logs.reduce((sum, point) => sum + point[k], 0) / logs.length;
  const [mx, my] = [mean(0), mean(1)];
  const top = logs.reduce((sum, [x, y]) => sum + (x - mx) * (y - my), 0);
  return top / logs.reduce((sum, [x]) => sum + (x - mx) ** 2, 0);
}

/** Over all points, and the steepest from one point to the next. */
function slopesOf(points) {
  return { all: slope(points), steepest: Math.max(...points.slice(1).map((point, k) => slope([points[k], point]))) };
}

const rows = [];
const slopes = {};
for (const [axis, values] of Object.entries(grown)) {
  const found = [];
  for (const value of values) {
    const one = await measure({ ...middle, [axis]: value });
    found.push([value, median(one.times.train), median(one.times.evaluate), one.megabytes, one.lines]);
    for (const action of ['train', 'evaluate']) rows.push(row(`${axis}.${value}.${action}`, 'ms', one.times[action]));
    rows.push(row(`${axis}.${value}.memory`, 'MB', [one.megabytes]));
    rows.push(row(`${axis}.${value}.linesAdded`, 'lines', [one.lines]));
  }
  slopes[axis] = {
    ...Object.fromEntries(
      ['train', 'evaluate', 'memory', 'lines'].map((name, k) => [
        name,
        slopesOf(found.map((point) => [point[0], point[k + 1]])),
      ]),
    ),
    found,
  };
  console.log(axis, JSON.stringify(slopes[axis]));
}
report('growth', rows, {}, { inputs, middle, slopes });
await publish('growth');
process.exit(0);
