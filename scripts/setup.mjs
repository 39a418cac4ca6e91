/**
 * Sets up everything that `quickstart`, `lab` and `test` need: npm packages, JupyterLab in `.venv`, the built library
 * and kernel, the JupyterLab extension, the kernelspec. Each step runs only when its inputs changed; plain Node, no
 * packages, because it has to run before there are any.
 *
 *     node scripts/setup.mjs              all of it
 *     node scripts/setup.mjs --package    what the npm package needs: before npm packs, also in a fresh clone
 */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hashOf, readIfThere, root, writeAtomically } from './setup/files.mjs';
import { withLock } from './setup/lock.mjs';
import { offline, registryFault, requireRoom } from './setup/preflight.mjs';
import { findPython, venv, venvProgram } from './setup/python.mjs';
import { SetupError, rerun, run } from './setup/run.mjs';
import { buildStamp, sourcesHash } from './setup/sources.mjs';
import { makeVirtualEnvironment } from './setup/venv.mjs';

const node = process.execPath;

/** Whether npm's record of what it installed agrees with the lockfile: so after a plain `npm install`, too. */
function installedMatchesLockfile() {
  const installed = readIfThere(join(root, 'node_modules/.package-lock.json'));
  if (installed === undefined) return false;
  const have = JSON.parse(installed).packages;
  const want = JSON.parse(readIfThere(join(root, 'package-lock.json'))).packages;
  return Object.entries(want).every(
    ([path, wanted]) =>
      !path.startsWith('node_modules/') || (have[path] ? have[path].version === wanted.version : wanted.optional),
  );
}

const npmScript = process.env.npm_execpath?.endsWith('.js') ? process.env.npm_execpath : undefined;
const npm = npmScript ? [node, npmScript] : ['npm'];
const npmOptions = npmScript ? {} : { shell: process.platform === 'win32' };

function installPackages() {
  const fault = registryFault(npm, { cwd: root, ...npmOptions });
  const [command, ...args] = [...npm, 'ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const fix = npmScript ? rerun : `Is npm on the path? ${rerun}`;
  if (fault === undefined) run(command, args, fix, npmOptions);
  else run(command, [...args, '--offline'], offline(fault), npmOptions);
}

const venvStamp = join(venv, '.spikelab-stamp');
const kernelStamp = join(venv, '.spikelab-kernel-stamp');
const extensionStamp = join(root, 'extension/lib/.spikelab-stamp');
const kernelSpec = join(venv, 'share/jupyter/kernels/spikelab/kernel.json');
const labExtension = join(venv, 'share/jupyter/labextensions/@spikelab/jupyterlab/package.json');

/**
 * The steps in order. `inputs` is a hash of all that the step's result depends on, kept in the file `stamp` after
 * success; `isThere` looks whether the result still exists; `package` marks what the npm package needs; `megabytes` is
 * what it writes, `needs` throws when it cannot work: both are looked at before the first step.
 */
const steps = [
  {
    title: 'npm packages',
    package: true,
    stamp: join(root, 'node_modules/.spikelab-stamp'),
    inputs: () => hashOf(['package-lock.json'], process.platform, process.arch),
    isThere: () => existsSync(join(root, 'node_modules/.package-lock.json')),
    // Compilers and JupyterLab's builder are development dependencies: wanted also where NODE_ENV is production.
    megabytes: 550,
    work: () => installedMatchesLockfile() || installPackages(),
  },
  {
    title: 'JupyterLab in .venv',
    stamp: venvStamp,
    // A virtual environment holds absolute paths: a moved project needs a new one.
    inputs: () => hashOf(['scripts/requirements.txt', 'scripts/setup/venv.mjs'], root),
    isThere: () => existsSync(venvProgram('python')) && existsSync(venvProgram('jupyter-lab')),
    megabytes: 450,
    needs: findPython,
    work: makeVirtualEnvironment,
  },
  {
    title: 'library, engine and kernel in dist/',
    package: true,
    stamp: buildStamp,
    inputs: sourcesHash,
    isThere: () => existsSync(join(root, 'dist/src/cli/main.js')),
    megabytes: 100,
    work: () => run(node, ['scripts/build.mjs'], 'The compiler names file and line above.'),
  },
  {
    title: 'JupyterLab extension',
    package: true,
    stamp: extensionStamp,
    inputs: () => hashOf(['extension', 'src/plot', 'src/network', 'scripts/build-extension.mjs', 'package-lock.json']),
    isThere: () => existsSync(join(root, 'extension/labextension/package.json')),
    work: () => run(node, ['scripts/build-extension.mjs'], 'The builder names file and line above.'),
  },
  {
    title: 'kernel "TypeScript (Spikelab)" and extension in .venv',
    stamp: kernelStamp,
    // The installation also prepares the start-up snapshot of the compiler, for exactly this build.
    inputs: () =>
      hashOf(
        ['dist/src/cli', 'kernel/install'],
        root,
        node,
        readIfThere(venvStamp),
        readIfThere(buildStamp),
        readIfThere(extensionStamp),
      ),
    isThere: () => existsSync(kernelSpec) && existsSync(labExtension),
    work: () => run(node, ['dist/src/cli/main.js', 'install', '--prefix', venv], rerun),
  },
];

/** @throws SetupError when a step that is due cannot work, before minutes of other steps */
function lookAhead(onlyPackage) {
  const missing = steps.filter((one) => (!onlyPackage || one.package) && !one.isThere());
  for (const { needs } of missing) needs?.();
  requireRoom(
    root,
    missing.reduce((sum, { megabytes = 0 }) => sum + megabytes, 0),
  );
}

/**
 * Runs the steps that are due and says what it does on standard output.
 * @param onlyPackage leaves out what Jupyter needs
 * @throws SetupError that names the step and the fix
 */
export async function setUp({ onlyPackage = false } = {}) {
  const [major] = process.versions.node.split('.').map(Number);
  if (major < 20)
    throw new SetupError(
      `Spikelab needs Node 20 or newer; this is ${process.versions.node}. Install it from https://nodejs.org, then run this again.`,
    );
  const started = Date.now();
  let due = 0;
  await withLock(() => {
    lookAhead(onlyPackage);
    for (const { title, stamp, inputs, isThere, work } of steps.filter((one) => !onlyPackage || one.package)) {
      const wanted = inputs();
      if (readIfThere(stamp) === wanted && isThere()) continue;
      due += 1;
      console.log(`Set-up: ${title}`);
      rmSync(stamp, { force: true });
      work();
      if (!isThere()) throw new SetupError(`set-up of ${title} ended without its result. ${rerun}`);
      writeAtomically(stamp, wanted);
    }
  });
  if (due > 0) console.log(`Set-up done in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

/** Runs `main` and turns a SetupError into a message and exit code 1. */
export async function orExplain(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(`error: ${error.message}`);
    process.exitCode = 1;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await orExplain(async () => {
    const onlyPackage = process.argv.includes('--package');
    await setUp({ onlyPackage });
    if (!onlyPackage) console.log('Everything is set up: npm run quickstart, npm run lab, npm test');
    return 0;
  });
}
