/**
 * What the wheel's launcher adds to the start of a kernel: the same kernel by the kernelspec's Python and by Node
 * itself, to the result of a first cell, in turns. The wheel is installed in an environment of its own; Node is the one
 * that runs this.
 *
 *     npm run bench -- launcher
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildWheel } from '../../scripts/wheel.mjs';
import { venvProgram } from '../../scripts/setup/python.mjs';
import { report, row } from '../report.mjs';

const rounds = Number(process.env.ROUNDS ?? 15);
const folder = mkdtempSync(join(tmpdir(), 'spikelab-launcher-'));
const windows = process.platform === 'win32';
const python = join(folder, windows ? 'Scripts/python.exe' : 'bin/python');
const own = venvProgram('python');
const done = (command, args) => {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
  return stdout;
};
try {
  done(own, ['-m', 'venv', '--without-pip', folder]);
  done(own, [
    '-m',
    'pip',
    '--python',
    python,
    'install',
    '--quiet',
    '--no-deps',
    '--no-index',
    await buildWheel(own, join(folder, 'wheel')),
  ]);
  process.env.SPIKELAB_NODE = process.execPath;
  const { launcher } = await import(new URL('../../dist/kernel/install/kernelspec.js', import.meta.url).href);
  const { program } = JSON.parse(done(python, ['-c', launcher, '--where']));
  const { tryKernel } = await import(new URL('../../dist/kernel/install/idle-kernel.js', import.meta.url).href);
  const commands = { direct: [process.execPath, program], launcher: [python, '-c', launcher] };
  const starts = { direct: [], launcher: [] };
  const alone = [];
  for (let round = -1; round < rounds; round++) {
    for (const [name, command] of Object.entries(commands)) {
      const { firstResult } = await tryKernel(command);
      if (round >= 0) starts[name].push(firstResult); // the round before the first warms the disk's cache
    }
    const began = performance.now();
    done(python, ['-c', launcher, '--where']);
    alone.push(performance.now() - began);
  }
  const added = starts.launcher.map((ms, k) => ms - starts.direct[k]);
  report('launcher', [
    row('first result, Node itself', 'ms', starts.direct),
    row('first result, by the launcher', 'ms', starts.launcher),
    row('added, round by round', 'ms', added, { target: 60 }),
    row('the launcher by itself: Python, find Node, ask its version', 'ms', alone, { target: 60 }),
  ]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
