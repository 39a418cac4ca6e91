/**
 * `npm run bench -- stages`: each stage of a training sample of MNIST dense (784-800-10, T 400) on one thread, beside
 * the least that its counted work takes on this machine (ceilings measured in the same run). CPU time;
 * bench/results/stages.json and docs/results/stages.md.
 */
import { publish } from '../pages.mjs';
import { median, report, row } from '../report.mjs';
import { ceilingRows, measureCeilings } from './ceilings.mjs';
import { compiled, cpuTimes } from './compiled.mjs';

const library = new URL('../../dist/src/', import.meta.url);
const { presets, datasets, describeNetwork } = await import(new URL('index.js', library));
const { initialWeights } = await import(new URL('network/weights.js', library));
const { layOut } = await import(new URL('engine/plan.js', library));
const { SampleMemory } = await import(new URL('engine/samples.js', library));
const { StateMemory } = await import(new URL('engine/state.js', library));
const { beginStretch } = await import(new URL('engine/slice.js', library));

/** Measured anew before each turn. */
let ceilings;
const { layers, options, rule } = presets.jin2018.mnistDense;
const network = describeNetwork(layers, options);
const samples = 200;
const turns = 5;
const { train } = await datasets.mnist({ size: samples });
const plan = layOut(network, rule, 1, true);
new StateMemory(network, rule, plan).write({ weights: initialWeights(network, 1) });
const memory = new SampleMemory(plan.memory, plan.allocate, network.inputs, 10, network.steps);
const loaded = memory.loadImages('train', train.pixels, train.labels);
beginStretch(plan, loaded, { from: 0, to: samples, ordered: false, seed: 1, purpose: 'trainSpikes', epoch: 0 });
const stages = await compiled('stages', plan.memory);
stages.open(plan.plan.at);

const [work] = plan.works;
/**
 * Least nanoseconds of a stage, from the work that it has just done: what goes through the units that add and compare
 * (multiplications and logic have units beside them), lines from the cache where they lie, roots and divisions, or
 * lines rewritten, whichever is more.
 */
const least = {
  expandSilent: undefined,
  encode: () => (work.get('draws') / 4) * 7 * ceilings.add,
  expand: () => work.get('events') * 4 * ceilings.add,
  sums: () => work.get('added') * ceilings.lines['8kB'].read,
  sumsNear: () => work.get('added') * ceilings.lines['8kB'].read,
  membranes: () => (network.steps - 1) * 50 * 4 * 5 * ceilings.add,
  outputSilent: undefined,
  output: () => work.get('added') * ceilings.lines['8kB'].read + (network.steps - 1) * 3 * 5 * ceilings.add,
  traces: () => work.get('traced') * 4 * 5 * ceilings.add,
  arrivals: undefined,
  gather: undefined,
  potentials: () =>
    work.get('read') * 1.5 * ceilings.lines['512kB'].read + work.get('potentials') * 4 * 4 * ceilings.add,
  step: () => stepped * Math.max(4 * ceilings.root, 3 * ceilings.lines['8MB'].rewrite),
  stepNear: () => stepped * Math.max(4 * ceilings.root, 3 * ceilings.lines['512kB'].rewrite),
};
const stepped = (network.inputs * 800) / 16;
const names = Object.keys(least);
const times = Object.fromEntries(names.map((name) => [name, []]));
const limits = Object.fromEntries(names.map((name) => [name, 0]));
const encode = (place) => stages.encode(plan.run.at, place);
const calls = { ...stages, encode, expandSilent: stages.expand, outputSilent: stages.output };
/** What a stage needs, not timed. */
const before = {
  expandSilent: (place) => {
    encode(place);
    stages.silence(0);
  },
  outputSilent: () => stages.silence(1),
  output: () => {
    stages.expand(); // the silent one has left a list of its own
    stages.forward();
  },
};
/** Microseconds that asking for the CPU time takes. */
const asking = median(cpuTimes(5, 1000, () => process.cpuUsage())) * 1000;
for (let turn = 0; turn <= turns; turn++) {
  ceilings = measureCeilings();
  const sums = Object.fromEntries(names.map((name) => [name, 0]));
  for (let place = 0; place < samples; place++) {
    for (const name of names) {
      before[name]?.(place);
      work.clear();
      const since = process.cpuUsage();
      calls[name](place);
      const { user, system } = process.cpuUsage(since);
      sums[name] += user + system - asking;
      if (turn === turns && least[name]) limits[name] += least[name]() / samples;
    }
  }
  if (turn > 0) for (const name of names) times[name].push(sums[name] / samples);
}
const rows = [
  ...ceilingRows().map(({ id, unit, values }) => row(`ceiling.${id}`, unit, values)),
  ...names.flatMap((name) => [
    row(name, 'us', times[name]),
    ...(least[name] ? [row(`${name}.least`, 'us', [limits[name] / 1000])] : []),
  ]),
  row('membranesInTurn', 'us', [((network.steps - 1) * 50 * 2 * 3 * ceilings.inTurn) / 1000]),
];
report('stages', rows, {}, { samples, turns, network: '784-800-10, T 400' });
await publish('stages');
process.exit(0);
