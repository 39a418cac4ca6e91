/**
 * `npm run test:exchange [-- python]`: a network trained here, exported as NIR, run in snnTorch and in Norse on 60
 * images: no output spike may differ. Writes docs/results/exchange.json. The Python given has torch, snntorch, norse
 * and nir; without one, a virtual environment with them is made in runs/exchange (about 5 GB, once).
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { orExplain, setUp } from './setup.mjs';
import { root, writeAtomically } from './setup/files.mjs';
import { SetupError } from './setup/run.mjs';
import { pythonWith } from './setup/venv.mjs';

const folder = join(root, 'runs/exchange');
const images = 60;
const packages = ['torch==2.5.1', 'snntorch==1.0.0', 'norse==1.1.0', 'nirtorch==2.6', 'nir==1.0.8', 'numpy==2.2.6'];

/** Trains 784-100-10 without refractory period, and writes the network and the spikes of some test images. */
async function exportNetwork() {
  const { dense, exportNir, exportSpikes, firingCount, input, sequential, strokeDigits } = await import(
    pathToFileURL(join(root, 'dist/src/index.js')).href
  );
  const layers = [input(28, 28), dense(100, { threshold: 8 }), dense(10, { threshold: 4 })];
  const loss = firingCount({ desired: 15, undesired: 2, margin: 2 });
  const net = sequential(layers, { steps: 100, refractory: 0, seed: 1, loss });
  await net.fit(strokeDigits({ part: 'train', count: 2000, seed: 1 }), { epochs: 2, silent: true });
  const test = strokeDigits({ part: 'test', count: 500, seed: 1 });
  const { accuracy } = await net.evaluate(test);
  for (const dt of ['1e-4', '1e-3']) await exportNir(net, join(folder, `network-${dt}.nir`), { dt: Number(dt) });
  for (let k = 0; k < images; k++) await exportSpikes(await net.run(test.at(k)), join(folder, `run-${100 + k}.nir`));
  return { network: net.summary, accuracy, weightsSha256: (await net.measuredRecord()).weightsSha256 };
}

await orExplain(async () => {
  await setUp();
  mkdirSync(folder, { recursive: true });
  const python = process.argv[2] ?? pythonWith(folder, packages, 'torch, snntorch, norse, nir', 'about 5 GB');
  const network = await exportNetwork();
  const answer = spawnSync(python, [join(root, 'test/exchange/simulators.py'), folder], { encoding: 'utf8' });
  if (answer.status !== 0) throw new SetupError(`the simulators failed:\n${answer.stderr}`);
  const found = JSON.parse(answer.stdout);
  const record = { date: new Date().toISOString(), cpu: os.cpus()[0]?.model.trim(), ...network, ...found };
  writeAtomically(join(root, 'docs/results/exchange.json'), `${JSON.stringify(record, null, 2)}\n`);
  console.log(JSON.stringify(record, null, 2));
  const wrong = [found.snntorch, found.norse].some(({ different, spikes }) => different > 0 || spikes === 0);
  return wrong ? 1 : 0;
});
