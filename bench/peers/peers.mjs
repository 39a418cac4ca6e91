/**
 * `npm run bench:peers [-- --rounds N] [-- --python PATH]`: Spikelab and its peers in turn on the same samples, input
 * spikes and network. Medians over rounds A B C … A B C …, wall and CPU time, peak memory; bench/results/peers.json,
 * docs/results/peers.md and its picture.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../../scripts/setup/files.mjs';
import { pythonWith } from '../../scripts/setup/venv.mjs';
import { publish } from '../pages.mjs';
import { report, row } from '../report.mjs';
import { checkSamples, checkWork } from './check.mjs';
import { Competitor } from './competitor.mjs';
import { ownPlaces, ownSamples, packages, rows, trainedOn, workloadSamples } from './rows.mjs';
import { writeTrained, writeWorkload } from './workload.mjs';

const { values } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    python: { type: 'string' },
    only: { type: 'string', default: '' },
  },
});
const rounds = Number(values.rounds);
const folder = join(root, 'runs/peers');
const meta = await writeWorkload(folder, workloadSamples, ownSamples);
const python =
  values.python ?? pythonWith(folder, packages, 'torch, jax, snntorch, norse, spikingjelly, spyx', 'about 6 GB');
const wanted = rows.filter(({ id, ours }) => ours || id.includes(values.only));

for (const [preset, count] of Object.entries(trainedOn)) {
  console.log(`${preset} is trained on ${count} samples, for the rows after them`);
  await writeTrained(preset, count, join(folder, `${preset}.state`));
}

const competitors = [];
const missing = [];
try {
  for (const description of wanted) {
    const [command, ...args] = description.command(folder, python);
    const competitor = new Competitor(description, command, args, folder);
    try {
      await competitor.ready();
      competitors.push(competitor);
      console.log(`${competitor.id}: ${competitor.versions}`);
    } catch (error) {
      missing.push({ id: description.id, why: error.message });
      console.log(`${description.id}: not here. ${error.message}`);
      await competitor.end();
    }
  }
  const check = await checkWork(competitors, folder);
  console.table(check);
  for (let round = 0; round < rounds; round++) {
    for (const competitor of competitors) {
      const places = Math.floor((competitor.ours ? ownPlaces : workloadSamples) / competitor.samples);
      const from = ((round + Math.ceil(checkSamples / competitor.samples)) % places) * competitor.samples;
      await competitor.turn('train', from);
      await competitor.turn('evaluate', from);
    }
    console.log(`round ${round + 1} of ${rounds}`);
  }
  const measured = competitors.flatMap((one) =>
    ['train', 'evaluate'].flatMap((action) => [
      row(
        `${one.id}.${action}`,
        'ms',
        one.turns[action].map(({ ms }) => ms),
      ),
      row(
        `${one.id}.${action}.cpu`,
        'ms',
        one.turns[action].map(({ cpuMs }) => cpuMs),
      ),
    ]),
  );
  const about = competitors.map(
    ({ id, name, kind, ours, preset, state, threads, batch, versions, peakMB, outputSpikes, turns }) => ({
      id,
      name,
      kind,
      ours,
      preset,
      state,
      threads,
      batch,
      versions,
      peakMB: peakMB && Math.round(peakMB),
      outputSpikes: Number(outputSpikes.toFixed(1)),
      skipped: turns.train.at(-1).skipped,
      turns,
    }),
  );
  const workload = { steps: meta.steps, inputSpikes: Math.round(meta.inputSpikes), rounds };
  report('peers', measured, {}, { workload, check, competitors: about, missing });
  await publish('peers');
  for (const { id, sameWork } of check) {
    if (sameWork) continue;
    console.error(`error: ${id} does other work than Spikelab (see the check): its times compare nothing`);
    process.exitCode = 1;
  }
} finally {
  await Promise.all(competitors.map((competitor) => competitor.end()));
}
