/**
 * Builds the JupyterLab extension to `extension/labextension`: TypeScript to `extension/lib`, then JupyterLab's own
 * bundler. Does nothing when no input changed; needs no Python.
 *
 *     node scripts/build-extension.mjs [--force]
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { hashOf, readIfThere, root, writeAtomically } from './setup/files.mjs';

const extension = join(root, 'extension');
const product = join(extension, 'labextension');
const stamp = join(product, 'inputs.sha256');

/** All that the bundle is made from. */
const inputs = () =>
  hashOf([
    'extension',
    'src/plot/check.ts',
    'src/plot/payload.ts',
    'src/plot/curvesPayload.ts',
    'src/plot/codec.ts',
    'src/plot/figureParts.ts',
    'src/plot/figurePayload.ts',
    'src/plot/bytes.ts',
    'src/plot/limits.ts',
    'src/plot/membraneCodec.ts',
    'src/plot/membraneReply.ts',
    'src/plot/trainingReply.ts',
    'src/plot/rasterSample.ts',
    'src/plot/drawing',
    'src/network/spikes.ts',
    'package-lock.json',
    'scripts/build-extension.mjs',
  ]);

/** Runs a program of npm's silently; its output is shown only when it fails. */
function run(cwd, file, ...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'node_modules', file), ...args], {
    cwd,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${file} failed:\n${stdout}${stderr}`);
}

/**
 * Puts a style sheet into the page: a line, where css-loader and style-loader of JupyterLab's bundler bring five
 * kilobytes.
 */
function styleScript(file) {
  const { outputFiles } = buildSync({ entryPoints: [file], bundle: true, minify: true, write: false });
  const text = JSON.stringify(outputFiles[0].text);
  return `const style = document.createElement('style');\nstyle.textContent = ${text};\ndocument.head.append(style);\n`;
}

/**
 * Of a hundred modules three: renderers, plugins, and what both use. JupyterLab's bundler pays for each name that goes
 * from one module to another. What has a licence of its own, or comes from the running JupyterLab, it finds itself.
 */
function joinModules() {
  const from = (file) => join(extension, 'lib/extension/src', file);
  buildSync({
    entryPoints: { renderers: from('index.js'), plugins: from('plugins/index.js') },
    outdir: join(extension, 'lib/joined'),
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    external: ['fflate', '@jupyterlab/*', '@lumino/*'],
  });
  // Each use of an imported name is `(0,r.x)(…)` in the bundle; of a constant, `x(…)`.
  for (const name of ['renderers', 'plugins']) {
    const file = join(extension, `lib/joined/${name}.js`);
    const code = readFileSync(file, 'utf8').replace(
      /^import\{([^}]*)\}from("\.\/chunk-[^"]+");/m,
      (_, names, chunk) => `import*as sharedChunk from${chunk};const{${names.replaceAll(' as ', ':')}}=sharedChunk;`,
    );
    writeFileSync(file, code);
  }
}

/** Builds if due. @returns whether it built */
export function buildExtension({ force = false } = {}) {
  const wanted = inputs();
  if (!force && readIfThere(stamp) === wanted && existsSync(join(product, 'package.json'))) return false;
  rmSync(join(extension, 'lib'), { recursive: true, force: true });
  run(extension, 'typescript/bin/tsc', '-p', '.');
  joinModules();
  writeFileSync(join(extension, 'lib/style.js'), styleScript(join(extension, 'style/index.css')));
  run(
    extension,
    '@jupyter/builder/lib/build-labextension.js',
    '--core-package-file',
    join(root, 'node_modules/@jupyterlab/core-meta/core.package.json'),
    '.',
  );
  copyFileSync(join(extension, 'install.json'), join(product, 'install.json'));
  writeAtomically(stamp, wanted); // last: a build cut off half-way is done again
  return true;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const built = buildExtension({ force: process.argv.includes('--force') });
    console.log(built ? 'JupyterLab extension built in extension/labextension' : 'JupyterLab extension is up to date');
  } catch (error) {
    console.error(`error: ${error.message}`);
    process.exitCode = 1;
  }
}
