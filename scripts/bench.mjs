/** `npm run bench`: set-up, then the benchmark of training (or the one named: `npm run bench -- train`). Results go to bench/results/. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const name = process.argv[2] ?? 'train';
const root = fileURLToPath(new URL('..', import.meta.url));
for (const script of ['scripts/setup.mjs', `bench/${name}.mjs`]) {
  const { status } = spawnSync(process.execPath, [script], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
