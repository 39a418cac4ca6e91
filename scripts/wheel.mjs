/**
 * `npm run wheel`: the set-up, then `dist/spikelab-VERSION-py3-none-any.whl`: the npm package with its production
 * packages, the kernelspec, the JupyterLab extension and `python/`. hatchling packs it (`pyproject.toml`); this gathers
 * what goes in, in dist/wheel/.
 *
 *     node scripts/wheel.mjs [--python PATH]    a Python that has hatchling; then no .venv is made
 */
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { orExplain, setUp } from './setup.mjs';
import { readIfThere, root } from './setup/files.mjs';
import { venvProgram } from './setup/python.mjs';
import { SetupError, run } from './setup/run.mjs';

const stage = join(root, 'dist/wheel');
const manifest = JSON.parse(readIfThere(join(root, 'package.json')));

/**
 * Folders in node_modules of all packages that run with ours, development packages left out, as the lockfile places
 * them.
 */
export function productionPackages({ packages } = JSON.parse(readIfThere(join(root, 'package-lock.json')))) {
  const found = new Set();
  const add = (from, name, optional) => {
    // As Node looks: in the nearest node_modules, then further up.
    for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules') - 1))) {
      const path = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
      if (packages[path]) {
        if (found.has(path)) return;
        found.add(path);
        return addAll(path);
      }
      if (folder === '') break;
    }
    if (!optional) throw new SetupError(`package-lock.json does not say where ${name} is: npm install writes it anew.`);
  };
  const addAll = (path) => {
    const { dependencies = {}, optionalDependencies = {} } = packages[path];
    for (const name of Object.keys(dependencies)) add(path, name, name in optionalDependencies);
  };
  addAll('');
  return [...found].sort();
}

/**
 * What no run needs: translations of TypeScript's messages and its other programs, C++ sources, fonts that no picture
 * uses.
 */
const unneeded = [
  /\.map$/,
  /\.tsbuildinfo$/,
  /\/\.spikelab-stamp$/,
  /^node_modules\/typescript\/lib\/([a-z]{2}(-[a-z]+)?\/|_?(tsc|tsserver|typingsInstaller)\.js)/,
  /^node_modules\/zeromq\/(src|script|lib\/ts3\.7|CMakeLists|vcpkg)/,
  /^node_modules\/(node-addon-api|\.bin)\//,
  /^node_modules\/temml\/(src\/|contrib\/|temml\.js$|dist\/(?!temml\.mjs$|\/)[^/]+$)/,
  /^node_modules\/cmake-ts\/build\/(?!loader|$)/,
  /^node_modules\/@expo-google-fonts\/source-sans-3\/(\d00\w+(?<!400Regular|600SemiBold)\/|.*\.png$)/,
];

/** The bindings that zeromq's loader can choose: its package also holds some that its manifest does not name. */
const bindings = new Set(
  Object.values(JSON.parse(readIfThere(join(root, 'node_modules/zeromq/build/manifest.json')) ?? '{}')).map(
    (path) => `node_modules/zeromq/build/${path.replaceAll('\\', '/')}`,
  ),
);

/** Whether a file or folder, named from the project's folder with `/`, goes into the wheel. */
const isWanted = (name) =>
  !unneeded.some((one) => one.test(name) || one.test(`${name}/`)) &&
  !/\/node_modules\/?$/.test(name) && // placed by the lockfile, one by one
  (!name.endsWith('/addon.node') || bindings.has(name));

function copy(path) {
  cpSync(join(root, path), join(stage, 'npm', path), {
    recursive: true,
    filter: (file) => isWanted(file.slice(root.length + 1).replaceAll('\\', '/')),
  });
}

const built = (name) => import(new URL(`../dist/kernel/install/${name}.js`, import.meta.url).href);

/** Gathers the npm package, its packages and what Jupyter reads. */
async function gather() {
  rmSync(stage, { recursive: true, force: true });
  for (const path of ['package.json', ...manifest.files.filter((one) => !one.startsWith('!'))]) copy(path);
  for (const path of productionPackages()) if (existsSync(join(root, path))) copy(path);
  const { kernelspec, logo } = await built('kernelspec');
  const { extensionFolder, installExtension } = await built('extension');
  const kernel = join(stage, 'share/jupyter/kernels/spikelab');
  mkdirSync(kernel, { recursive: true });
  // "python" is the Python of the Jupyter that starts it: jupyter_client puts its own there.
  writeFileSync(join(kernel, 'kernel.json'), `${JSON.stringify(kernelspec({ python: 'python' }), null, 2)}\n`);
  writeFileSync(join(kernel, 'logo-svg.svg'), logo);
  installExtension(join(stage, 'share/jupyter'));
  const how = {
    packageManager: 'python',
    packageName: 'spikelab',
    uninstallInstructions: 'Use pip: pip uninstall spikelab',
  };
  writeFileSync(
    join(extensionFolder(join(stage, 'share/jupyter')), 'install.json'),
    `${JSON.stringify(how, null, 2)}\n`,
  );
}

/**
 * Builds the wheel with a Python that has hatchling.
 * @param folder where it goes; an earlier one there is removed
 * @returns its path
 */
export async function buildWheel(python = venvProgram('python'), folder = join(root, 'dist')) {
  await gather();
  mkdirSync(folder, { recursive: true });
  const wheels = () => readdirSync(folder).filter((name) => name.endsWith('.whl'));
  for (const name of wheels()) rmSync(join(folder, name));
  run(python, ['-m', 'hatchling', 'build', '-t', 'wheel', '-d', folder], 'hatchling says why above.');
  rmSync(stage, { recursive: true, force: true });
  return join(folder, wheels()[0]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await orExplain(async () => {
    const given = process.argv.indexOf('--python');
    const python = given < 0 ? undefined : process.argv[given + 1];
    await setUp({ onlyPackage: python !== undefined });
    const wheel = await buildWheel(python);
    console.log(`${wheel}: ${(statSync(wheel).size / 1e6).toFixed(1)} MB`);
    return 0;
  });
}
