/**
 * `npm run bench -- options PRESET`: what each option of the rule does to a preset (mnist-dense or fashion-dense),
 * alone and together, with three seeds, on 5,000 held-out training images; the test set is not looked at. Each run
 * is a `spikelab train` of one thread, as many at once as there are cores, in runs/options; none is repeated that
 * is there. docs/results/options-PRESET.md has the table, the file .json beside it the figures of each seed.
 *
 *     npm run bench -- options mnist-dense [--samples 15000] [--epochs 6]
 *     npm run bench -- options mnist-dense --finalists --samples 60000 --epochs 4
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadData } from '../../dist/src/experiment/load-data.js';
import { presetByName, SpikingNetwork } from '../../dist/src/index.js';
import { root, writeAtomically } from '../../scripts/setup/files.mjs';
import { average, draws, drawn, optionsOf } from './choices.mjs';
import { optionsPage } from './options-page.mjs';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    samples: { type: 'string', default: '15000' },
    epochs: { type: 'string', default: '6' },
    finalists: { type: 'boolean', default: false },
  },
});
const [preset = 'mnist-dense'] = positionals;
const { finalists } = values;
const options = optionsOf(preset, finalists);
const seeds = finalists ? [0] : [0, 1, 2];
const tables = `${preset}${finalists ? '-finalists' : ''}`;
const page = `options-${tables}`;
const [size, heldOut, epochs] = [Number(values.samples), 5000, Number(values.epochs)];
const runs = join(root, 'runs/options', `${tables}-${size}x${epochs}`);
const shared = { 'data.size': size, 'data.heldOut': heldOut, epochs, 'final.average': average };

/** Trains, or goes on, or reads what is there. @returns folder and report of the run */
async function trained(name, settings, seed) {
  const out = join(runs, name.replace(/[^\w.]+/g, '-'), `seed-${seed}`);
  const set = Object.entries({ ...shared, ...settings }).map(([path, value]) => `${path}=${JSON.stringify(value)}`);
  const command = ['dist/src/cli/main.js', 'train', preset, '--seed', seed, '--threads', 1, '--out', out];
  const goesOn = existsSync(join(out, 'checkpoint.safetensors')) ? ['--resume'] : [];
  await finished([...command, ...set.flatMap((one) => ['--set', one]), ...goesOn].map(String));
  return { out, report: JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) };
}

function finished(args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`${args.join(' ')} ended with ${code}`))));
  });
}

const { test } = await loadData({ name: presetByName(preset).dataset, size, heldOut }, { quiet: true });

/** Accuracy of weights on the held-out images, over several draws of their spikes. */
async function overDraws(file) {
  const net = await SpikingNetwork.load(file, { threads: 1 });
  const { accuracy } = await net.evaluate(test, { draws });
  return accuracy;
}

async function figuresOf(name, settings, seed) {
  const { out, report } = await trained(name, settings, seed);
  const figures = {
    seed,
    last: report.testAccuracy,
    mean: report.final.testAccuracy,
    ...(drawn[preset].includes(name) && {
      lastDraws: await overDraws(join(out, 'checkpoint.safetensors')),
      meanDraws: await overDraws(join(out, 'averaged.safetensors')),
    }),
    trainAccuracy: report.finalEpoch.trainAccuracy,
    seconds: report.trainSeconds,
    weightsSha256: report.weightsSha256,
  };
  console.log(name, JSON.stringify(figures));
  return figures;
}

/** Results of the tasks in their order, as many at once as there are cores. */
async function inTurn(tasks) {
  const results = [];
  const waiting = [...tasks.entries()];
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) results[next[0]] = await next[1]();
  };
  await Promise.all(Array.from({ length: os.availableParallelism() }, work));
  return results;
}

const names = Object.keys(options);
const results = await inTurn(names.flatMap((name) => seeds.map((seed) => () => figuresOf(name, options[name], seed))));
const record = {
  command: `npm run bench -- options ${preset}${finalists ? ' --finalists' : ''} --samples ${size} --epochs ${epochs}`,
  preset,
  date: new Date().toISOString(),
  machine: { cpu: os.cpus()[0]?.model.trim() ?? 'unknown', cores: os.availableParallelism() },
  samples: size - heldOut,
  heldOut,
  epochs,
  average,
  draws,
  options: names.map((name, n) => ({
    name,
    settings: options[name],
    seeds: results.slice(n * seeds.length, (n + 1) * seeds.length),
  })),
};
writeAtomically(join(root, `docs/results/${page}.json`), `${JSON.stringify(record, null, 2)}\n`);
writeAtomically(join(root, `docs/results/${page}.md`), optionsPage(record, page));
process.exit(0); // the engine's threads wait for more
