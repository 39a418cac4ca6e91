/**
 * `npm run soak [-- cells [seeds]]`, for instance `npm run soak -- 1000 1,2,3`: set-up, then the long soak test of the
 * kernel; writes docs/results/soak.json.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const [cells = '1000', seeds = '1,2,3'] = process.argv.slice(2);
const root = fileURLToPath(new URL('..', import.meta.url));
for (const args of [
  ['scripts/setup.mjs'],
  ['node_modules/vitest/vitest.mjs', 'run', 'test/kernel/soak', '--disable-console-intercept'],
]) {
  const { status } = spawnSync(process.execPath, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, SPIKELAB_SOAK_CELLS: cells, SPIKELAB_SOAK_SEED: seeds },
  });
  if (status !== 0) process.exit(status ?? 1);
}
