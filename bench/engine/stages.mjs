/**
 * `npm run bench -- stages`: each stage of a training sample of MNIST dense (784-800-10, T 400) on one thread, beside
 * the least that its counted work takes on this machine (ceilings measured in the same run). CPU time;
 * bench/results/stages.json and docs/results/stages.md.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, writeAtomically } from '../../scripts/setup/files.mjs';
import { median, report, row } from '../report.mjs';
import { measureCeilings } from './ceilings.mjs';
import { compiled, cpuTimes } from './compiled.mjs';

const library = new URL('../../dist/src/', import.meta.url);
const { presets, datasets, describeNetwork } = await import(new URL('index.js', library));
const { initialWeights } = await import(new URL('network/weights.js', library));
const { layOut } = await import(new URL('engine/plan.js', library));
const { SampleMemory } = await import(new URL('engine/samples.js', library));
const { StateMemory } = await import(new URL('engine/state.js', library));
const { beginStretch } = await import(new URL('engine/slice.js', library));

const ceilings = await measureCeilings();
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
  encode: () => (work.get('draws') / 4) * 7 * ceilings.add,
  expand: () => work.get('events') * 4 * ceilings.add,
  sums: () => work.get('added') * ceilings.lines['8kB'].read,
  sumsNear: () => work.get('added') * ceilings.lines['8kB'].read,
  membranes: () => (network.steps - 1) * 50 * 4 * 5 * ceilings.add,
  output: () => work.get('added') * ceilings.lines['8kB'].read + (network.steps - 1) * 3 * 5 * ceilings.add,
  traces: () => work.get('traced') * 4 * 5 * ceilings.add,
  potentials: () =>
    work.get('read') * 1.5 * ceilings.lines['512kB'].read + work.get('potentials') * 4 * 4 * ceilings.add,
  step: () => stepped * Math.max(4 * ceilings.root, 3 * ceilings.lines['8MB'].rewrite),
};
const stepped = (network.inputs * 800) / 16;
const names = Object.keys(least);
const times = Object.fromEntries(names.map((name) => [name, []]));
const limits = Object.fromEntries(names.map((name) => [name, 0]));
const calls = { ...stages, encode: (place) => stages.encode(plan.run.at, place) };
/** Microseconds that asking for the CPU time takes. */
const asking = median(cpuTimes(5, 1000, () => process.cpuUsage())) * 1000;
for (let turn = 0; turn <= turns; turn++) {
  const sums = Object.fromEntries(names.map((name) => [name, 0]));
  for (let place = 0; place < samples; place++) {
    for (const name of names) {
      if (name === 'output') stages.forward();
      work.clear();
      const before = process.cpuUsage();
      calls[name](place);
      const { user, system } = process.cpuUsage(before);
      sums[name] += user + system - asking;
      if (turn === 1) limits[name] += least[name]() / samples;
    }
  }
  if (turn > 0) for (const name of names) times[name].push(sums[name] / samples);
}
const rows = [
  ...ceilings.rows.map(({ id, unit, values }) => row(`ceiling.${id}`, unit, values)),
  ...names.flatMap((name) => [row(`${name}`, 'us', times[name]), row(`${name}.least`, 'us', [limits[name] / 1000])]),
];
report('stages', rows, {}, { samples, network: '784-800-10, T 400' });
publish();
process.exit(0);

function publish() {
  const { machine, date, load } = JSON.parse(readFileSync(join(root, 'bench/results/stages.json'), 'utf8'));
  const what = {
    encode: 'encode: draws of lit pixels',
    expand: 'expand: spikes listed step by step',
    sums: 'sums: lines of weights added to currents',
    sumsNear: 'the same with the weights of one block, which stay in the nearest cache',
    membranes: 'membranes of the hidden layer',
    output: 'output layer, with inhibition',
    traces: 'traces D of both layers',
    potentials: 'e, and the sums of the side effect',
    step: 'Adam with the regulariser',
  };
  const digits = (x) => (x >= 100 ? x.toFixed(0) : x.toPrecision(3));
  const stageLines = names.map((name) => {
    const took = median(times[name]);
    const limit = limits[name] / 1000;
    return `| ${what[name]} | ${digits(limit)} | ${digits(took)} | ${(took / limit).toFixed(1)}× |`;
  });
  const ceilingLines = ceilings.rows.map(({ id, unit, values }) => `| ${id} | ${digits(median(values))} ${unit} |`);
  const text = `<!-- made by npm run bench -- stages -->
# Each stage beside the machine's ceilings

${machine.cpu}, ${machine.cores} cores, ${date.slice(0, 10)}, load ${load[0].toFixed(1)}; one thread, 784-800-10, T 400, fresh weights, microseconds a sample (median of
${turns} turns over ${samples} samples). The least is the counted work of the stage times what it takes at best, as below; "a line" is 64 bytes, 16 weights.

| stage | least | took | distance |
|---|--:|--:|--:|
${stageLines.join('\n')}

| ceiling, measured in WASM SIMD | |
|---|--:|
${ceilingLines.join('\n')}
`;
  writeAtomically(join(root, 'docs/results/stages.md'), text);
}
