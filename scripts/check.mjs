/**
 * `npm run check`: format, floors, types and lint, for the moment before a commit. Each says what it found; caches are
 * in node_modules/.cache. Needs `npm run setup` before: the floors follow package.json's imports into dist/.
 *
 *     node scripts/check.mjs [fresh] [format | floors | types | lint] ...      default: all
 *
 * Lint looks at files that changed. A function that became async makes promises float in files that did not: `fresh`
 * looks at all of them.
 */
import { rmSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from './setup/files.mjs';

const caches = 'node_modules/.cache/spikelab';
const packages = 'node_modules';
const tsc = join(packages, 'typescript/bin/tsc');
const incremental = (name) => ['--noEmit', '--incremental', '--tsBuildInfoFile', join(caches, `${name}.tsbuildinfo`)];

/** Each check's programs, with Node's arguments; the long ones first, because two run at a time. */
const checks = {
  lint: [
    [
      join(packages, 'eslint/bin/eslint.js'),
      '.',
      '--max-warnings=0',
      '--cache',
      '--cache-strategy=content',
      `--cache-location=${caches}/eslint.json`,
    ],
  ],
  types: [
    [tsc, '-p', '.', ...incremental('library')],
    [tsc, '-p', 'extension', ...incremental('extension')],
    [tsc, '-p', 'test', ...incremental('everything')],
  ],
  format: [
    [
      join(packages, 'prettier/bin/prettier.cjs'),
      '--check',
      '--log-level=warn',
      '--cache',
      `--cache-location=${caches}/prettier.json`,
      '.',
    ],
  ],
  floors: [['scripts/floors.mjs']],
};

const wanted = process.argv.slice(2).filter((name) => name !== 'fresh');
if (process.argv.includes('fresh')) rmSync(join(root, caches), { recursive: true, force: true });
const unknown = wanted.find((name) => !(name in checks));
if (unknown !== undefined) {
  console.error(`error: no check ${unknown}: there are ${Object.keys(checks).join(', ')}`);
  process.exit(64);
}

/** Runs a program to its end and then prints what it said; the exit code. */
async function outcome(name, args) {
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (said.trim() !== '' || code !== 0) console.log(`${name}: ${args.join(' ')}\n${said.trimEnd()}\n`);
  return code === 0;
}

const started = performance.now();
const queue = Object.entries(checks)
  .filter(([name]) => wanted.length === 0 || wanted.includes(name))
  .flatMap(([name, programs]) => programs.map((args) => ({ name, args })));
const failed = new Set();
async function worker() {
  for (let next = queue.shift(); next; next = queue.shift()) {
    if (!(await outcome(next.name, next.args))) failed.add(next.name);
  }
}
await Promise.all([worker(), worker()]);
const seconds = ((performance.now() - started) / 1000).toFixed(1);
console.log(failed.size > 0 ? `not clean after ${seconds} s: ${[...failed].join(', ')}` : `clean (${seconds} s)`);
process.exitCode = failed.size > 0 ? 1 : 0;
