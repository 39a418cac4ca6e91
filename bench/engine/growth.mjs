/**
 * `npm run bench -- growth`: time and memory of training and evaluation against steps, width, depth, batch, threads,
 * rate of the input's spikes and samples, one at a time, from one network in the middle; log-log slopes. CPU time.
 * bench/results/growth.json, docs/results/growth.md and its picture.
 */
import { join } from 'node:path';
import * as vega from 'vega';
import { compile } from 'vega-lite';
import { root, writeAtomically } from '../../scripts/setup/files.mjs';
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

async function measure(of) {
  const { steps, width, depth, batch, threads, lit, samples } = of;
  const hidden = Array.from({ length: depth }, () => dense(width, { threshold: 20 }));
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
  let spikes;
  for (let turn = 0; turn < 3; turn++) {
    for (const action of ['train', 'evaluate']) {
      const before = process.cpuUsage();
      const { work } =
        action === 'train' ? await engine.train(loaded, slice) : await engine.evaluate(loaded, 0, samples, 1);
      const { user, system } = process.cpuUsage(before);
      if (turn > 0) times[action].push((user + system) / 1000 / samples);
      if (action === 'train') spikes = work.added / samples;
    }
  }
  return { times, megabytes: engine.memoryBytes / 2 ** 20, lines: spikes };
}

/** Slope of log y against log x by least squares. */
function slope(points) {
  const logs = points.map(([x, y]) => [Math.log(x), Math.log(y)]);
  const mean = (k) => logs.reduce((sum, point) => sum + point[k], 0) / logs.length;
  const [mx, my] = [mean(0), mean(1)];
  const top = logs.reduce((sum, [x, y]) => sum + (x - mx) * (y - my), 0);
  return top / logs.reduce((sum, [x]) => sum + (x - mx) ** 2, 0);
}

const rows = [];
const points = [];
const slopes = {};
for (const [axis, values] of Object.entries(grown)) {
  const found = [];
  for (const value of values) {
    const one = await measure({ ...middle, [axis]: value });
    found.push([value, median(one.times.train), median(one.times.evaluate), one.megabytes]);
    for (const action of ['train', 'evaluate']) rows.push(row(`${axis}.${value}.${action}`, 'ms', one.times[action]));
    rows.push(row(`${axis}.${value}.memory`, 'MB', [one.megabytes]));
    rows.push(row(`${axis}.${value}.linesAdded`, 'lines', [one.lines]));
    for (const action of ['train', 'evaluate'])
      points.push({ axis, value, what: `${action}, ms of CPU`, y: median(one.times[action]) });
    points.push({ axis, value, what: 'memory, MB', y: one.megabytes });
  }
  slopes[axis] = {
    train: slope(found.map(([x, y]) => [x, y])),
    evaluate: slope(found.map(([x, , y]) => [x, y])),
    memory: slope(found.map(([x, , , y]) => [x, y])),
    found,
  };
  console.log(axis, JSON.stringify(slopes[axis]));
}
report('growth', rows, {}, { middle, slopes });

const digits = (x) => (x >= 100 ? x.toFixed(0) : x.toPrecision(3));
const lines = Object.entries(slopes).map(([axis, { train, evaluate, memory, found }]) => {
  const [first, last] = [found[0], found.at(-1)];
  const span = (k) => `${digits(first[k])} → ${digits(last[k])}`;
  return `| ${axis} | ${first[0]} → ${last[0]} | ${span(1)} | ${train.toFixed(2)} | ${span(2)} | ${evaluate.toFixed(2)} | ${span(3)} | ${memory.toFixed(2)} |`;
});
const view = new vega.View(
  vega.parse(
    compile({
      data: { values: points },
      background: 'white',
      facet: { field: 'axis', type: 'nominal', title: null, sort: Object.keys(grown) },
      columns: 4,
      resolve: { scale: { x: 'independent', y: 'independent' } },
      spec: {
        width: 150,
        height: 130,
        mark: { type: 'line', point: true },
        encoding: {
          x: { field: 'value', type: 'quantitative', scale: { type: 'log', nice: false, padding: 8 }, title: null },
          y: { field: 'y', type: 'quantitative', scale: { type: 'log' }, title: null },
          color: { field: 'what', type: 'nominal', title: null },
        },
      },
    }).spec,
  ),
  { renderer: 'none' },
);
writeAtomically(join(root, 'docs/results/growth.svg'), await view.toSVG());
writeAtomically(
  join(root, 'docs/results/growth.md'),
  `<!-- made by npm run bench -- growth -->
# How time and memory grow

${inputs}-${middle.width}-10, T ${middle.steps}, ${middle.lit * 100} % of the pixels lit, batch ${middle.batch}, ${middle.threads} thread, ${middle.samples} samples; one of these at a time from the smallest
to the largest. CPU time in ms a sample (of all threads together), engine memory in MB; beside each the slope of its logarithm against that of what grows.

![Time and memory against each, logarithmic](growth.svg)

| what grows | from, to | train, ms | slope | evaluate, ms | slope | memory, MB | slope |
|---|---|--:|--:|--:|--:|--:|--:|
${lines.join('\n')}
`,
);
process.exit(0);
