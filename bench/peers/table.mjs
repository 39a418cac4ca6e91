/** The table and the picture of bench:peers, made of its record: docs/results/peers.md and docs/results/peers.svg. */
import * as vega from 'vega';
import { compile } from 'vega-lite';
import { median } from '../report.mjs';
import { allowed } from './check.mjs';
import { ratio, reference, targetLines } from './targets.mjs';

const digits = (value) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));

function spread(turns) {
  const all = turns.map(({ ms }) => ms);
  return `${digits(median(all))} (${digits(Math.min(...all))}–${digits(Math.max(...all))})`;
}

/** Markdown of a record. */
export function peersPage({ date, machine, load, workload, check, competitors, missing }) {
  const own = competitors.find(({ id }) => id === reference);
  const lines = competitors.map((one) => {
    const times = (action) => {
      const factor = one.preset && one.preset !== own.preset ? '' : ` ${digits(ratio(one, own, action))}×`;
      return `${spread(one.turns[action])}${one.id === reference ? '' : factor}`;
    };
    const skipped = one.skipped === undefined ? '' : `${Math.round(one.skipped * 100)} %`;
    const cells = [one.name, one.batch, one.threads, times('train'), skipped, times('evaluate'), one.peakMB ?? '?'];
    return `| ${[...cells, one.outputSpikes, one.versions].join(' | ')} |`;
  });
  const checks = check.map(
    (c) =>
      `- ${c.id}: ${c.samplesWithOtherCounts} of ${c.samples} samples have other output counts (at most ${c.largestCountDifference} spikes apart); ` +
      `largest difference of a weight after them ${c.largestWeightDifference.toExponential(1)}, largest weight ${c.largestWeight.toFixed(2)}; ` +
      `${(100 * c.learnedOtherwise).toPrecision(1)} % of what was learned differs.${c.sameWork ? '' : ' **This is other work: its times compare nothing.**'}`,
  );
  return `<!-- made by npm run bench:peers -->
# Spikelab and its peers

${machine.cpu}, ${machine.cores} cores, ${date.slice(0, 10)}, load ${load[0].toFixed(1)}. Network 784-800-10, T 400, the same samples, weights and
input spikes (${workload.inputSpikes} a sample) for everyone who can take them; ${workload.rounds} rounds in turn, milliseconds a sample: median (lowest–highest), and
how many times the first row's (median of the ratios within a round). Every peer has one core. Tutorials have the neurons, losses and
weights of their own tutorial, with this network's widths and T; Norse's readout is a membrane and has no spikes.

![Milliseconds a sample, logarithmic](peers.svg)

| | batch | threads | train | no backward pass | evaluate | peak MB | output spikes | versions |
|---|--:|--:|--:|--:|--:|--:|--:|---|
${lines.join('\n')}

How many times faster Spikelab is than was wanted, one thread where nothing else is said:

| faster than | at least | times |
|---|--:|--:|
${targetLines(competitors).join('\n')}

The same algorithm does the same work (at most ${100 * allowed.samplesWithOtherCounts} % of the samples with other counts, by ${allowed.countDifference} spikes, and ${100 * allowed.learnedOtherwise} % learned otherwise):
${checks.join('\n')}
${missing.length > 0 ? `\nNot to be had here:\n${missing.map(({ id, why }) => `- ${id}: ${why.split('\n').at(-1)}`).join('\n')}\n` : ''}`;
}

/** SVG of a record: every row of MNIST dense, and the peers. */
export async function peersPicture({ competitors }) {
  const shown = competitors.filter(({ preset }) => preset === undefined || preset === 'mnist-dense');
  const data = shown.flatMap((one) =>
    ['train', 'evaluate'].map((action) => ({
      row: `${one.name}, batch ${one.batch}${one.ours ? `, ${one.threads} thread${one.threads > 1 ? 's' : ''}` : ''}`,
      action,
      ms: median(one.turns[action].map(({ ms }) => ms)),
      low: Math.min(...one.turns[action].map(({ ms }) => ms)),
      high: Math.max(...one.turns[action].map(({ ms }) => ms)),
    })),
  );
  const y = { field: 'row', type: 'nominal', sort: null, title: null, axis: { labelLimit: 800 } };
  const color = { field: 'action', type: 'nominal', scale: { range: ['#3b7dd8', '#b4560f'] }, title: null };
  const x = { type: 'quantitative', scale: { type: 'log' }, title: 'ms a sample' };
  const spec = {
    data: { values: data },
    width: 420,
    height: { step: 20 },
    background: 'white',
    layer: [
      { mark: { type: 'rule' }, encoding: { x: { ...x, field: 'low' }, x2: { field: 'high' }, y, color } },
      {
        mark: { type: 'point', filled: true, size: 60, opacity: 1 },
        encoding: { x: { ...x, field: 'ms' }, y, color, shape: { field: 'action', title: null } },
      },
    ],
  };
  return new vega.View(vega.parse(compile(spec).spec), { renderer: 'none' }).toSVG();
}
