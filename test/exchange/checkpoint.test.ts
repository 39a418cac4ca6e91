/** A checkpoint opened from Python: its layout is documented in docs/exchange.md. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { strokeDigits } from '../../src/data/strokes/strokes.js';
import { dense, input } from '../../src/network/network.js';
import { sequential } from '../../src/train/build.js';

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const python = here(process.platform === 'win32' ? '../../.venv/Scripts/python.exe' : '../../.venv/bin/python');

it("the Python package safetensors opens a checkpoint: tensors, settings, and the run record's hash of the weights", async (context) => {
  if (spawnSync(python, ['-c', 'import safetensors, numpy']).status !== 0) {
    context.skip('no Python package safetensors in .venv: npm run setup');
  }
  const folder = mkdtempSync(join(tmpdir(), 'spikelab-checkpoint-'));
  try {
    const net = sequential([input(28, 28), dense(12), dense(10, { threshold: 8 })], { steps: 40, threads: 1 });
    await net.fit(strokeDigits({ part: 'train', count: 20, seed: 1 }), { epochs: 1, silent: true });
    const file = join(folder, 'checkpoint.safetensors');
    await net.save(file);
    const { stdout, stderr } = spawnSync(python, [here('checkpoint.py'), file], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({
      format: ['network', 'numericVersion', 'position', 'powers', 'rule', 'seed'],
      tensors: {
        'hidden1.weight': ['float32', [12, 784]],
        'hidden1.moment1': ['float32', [12, 784]],
        'hidden1.moment2': ['float32', [12, 784]],
        'output.weight': ['float32', [10, 12]],
        'output.moment1': ['float32', [10, 12]],
        'output.moment2': ['float32', [10, 12]],
        sampleWeights: ['float64', [20]],
        predictions: ['uint16', [20]],
      },
      weightsSha256: (await net.measuredRecord()).weightsSha256,
      epochs: [1],
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
