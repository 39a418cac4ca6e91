/**
 * `npm run bench`: set-up, then the benchmark of training (or the one named: `npm run bench -- train-cnn`): the file of
 * that name in a room of bench/. Results go to bench/results/.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

const name = process.argv[2] ?? 'train';
const root = fileURLToPath(new URL('..', import.meta.url));
const benchmark = readdirSync(join(root, 'bench'))
  .map((room) => join('bench', room, `${name}.mjs`))
  .find((file) => existsSync(join(root, file)));
if (benchmark === undefined) {
  console.error(`error: no benchmark ${name}: bench/ has no room with a file ${name}.mjs`);
  process.exit(64);
}
for (const script of ['scripts/setup.mjs', benchmark]) {
  const { status } = spawnSync(process.execPath, [script, ...process.argv.slice(3)], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
