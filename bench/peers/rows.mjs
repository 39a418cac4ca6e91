/** The rows of bench:peers: who competes, at which batch size, and how many samples make a turn of about a second. */
import { join } from 'node:path';
import { root } from '../../scripts/setup/files.mjs';

/** What a peer's environment is made of: PyPI, CPU wheels where there are any. */
export const packages = [
  'torch==2.15.0',
  'snntorch==1.0.0',
  'norse==1.1.0',
  'spikingjelly==2.0.0',
  'jax==0.10.2',
  'spyx==1.0.0',
  'optax==0.2.8',
  'numpy==2.2.6',
];
/** Samples in the files of the workload; images in the set that they are the first of, in the order of an epoch. */
export const workloadSamples = 512;
export const ownSamples = 2048;
/** Of those, how many our turns go through: as many as the smallest set has, or less. */
export const ownPlaces = 960;

const here = join(root, 'bench/peers');

/** Samples that the networks of the rows "after …" have been trained on. */
export const trainedOn = { 'mnist-dense': 60_000, 'mnist-cnn': 10_000, 'nmnist-dense': 1000 };

const spikelab = (preset, state, threads, batch, samples, size = ownSamples) => ({
  id: ['spikelab', preset, state, `b${batch}`, `t${threads}`].join('.'),
  name: `Spikelab, ${preset}, ${state === 'fresh' ? 'fresh weights' : `after ${trainedOn[preset].toLocaleString('en')} samples`}`,
  ours: true,
  preset,
  state,
  threads,
  batch,
  samples,
  command: (folder) => [
    process.execPath,
    join(here, 'spikelab.mjs'),
    JSON.stringify({
      preset,
      threads,
      batch,
      samples: size,
      ...(state === 'epoch' && { state: join(folder, `${preset}.state`) }),
    }),
  ],
});

const python = (file, name, kind, batch, samples) => ({
  id: `${file}.b${batch}`,
  name,
  kind,
  threads: 1,
  batch,
  samples,
  command: (folder, interpreter) => [interpreter, join(here, `${file}.py`), folder, String(batch)],
});

const presets = [
  ['mnist-dense', 256],
  ['mnist-cnn', 64],
  ['nmnist-dense', 128, 'small'],
];
const own = presets.flatMap(([preset, samples, size]) =>
  [
    ['fresh', 1],
    ['fresh', 64],
    ['epoch', 1],
  ].flatMap(([state, batch]) => [1, 2].map((threads) => spikelab(preset, state, threads, batch, samples, size))),
);

export const rows = [
  ...own,
  python('hm2bp_jax', 'HM2-BP, JAX jit', 'the same algorithm', 1, 32),
  python('hm2bp_torch', 'HM2-BP, PyTorch, closed form, inputs that fired', 'the same algorithm', 1, 32),
  python('bptt_torch', 'surrogate BPTT, PyTorch, one matrix product over T', 'surrogate gradient', 1, 16),
  python('bptt_torch', 'surrogate BPTT, PyTorch, one matrix product over T', 'surrogate gradient', 64, 64),
  python('bptt_jax', 'surrogate BPTT, JAX jit', 'surrogate gradient', 1, 16),
  python('bptt_jax', 'surrogate BPTT, JAX jit', 'surrogate gradient', 64, 64),
  python('snntorch_tutorial', 'snnTorch, as its tutorial', 'tutorial', 1, 4),
  python('snntorch_tutorial', 'snnTorch, as its tutorial', 'tutorial', 64, 64),
  python('spikingjelly_tutorial', 'SpikingJelly, as its tutorial', 'tutorial', 1, 4),
  python('spikingjelly_tutorial', 'SpikingJelly, as its tutorial', 'tutorial', 64, 64),
  python('norse_tutorial', 'Norse, as its tutorial', 'tutorial', 1, 4),
  python('norse_tutorial', 'Norse, as its tutorial', 'tutorial', 64, 64),
  python('spyx_tutorial', 'Spyx, as its tutorial', 'tutorial', 1, 4),
  python('spyx_tutorial', 'Spyx, as its tutorial', 'tutorial', 64, 64),
];
