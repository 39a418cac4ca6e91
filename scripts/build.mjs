/**
 * Builds what runs: `dist/` (library, kernel, command line) with TypeScript and the engine's WASM with AssemblyScript.
 * Calls each compiler by its file: `tslab` installs an older `tsc` of its own under the same name.
 */
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { root, writeAtomically } from './setup/files.mjs';
import { writeCommonJs } from './setup/common-js.mjs';
import { SetupError, run } from './setup/run.mjs';
import { writeUnshared } from './setup/unshared.mjs';
import { buildStamp, sourcesHash } from './setup/sources.mjs';

const compile = (file, ...args) => run(process.execPath, [file, ...args], 'It names file and line above.');

// Taken first: a source changed while the compilers run must count as not built.
const built = sourcesHash();
mkdirSync(join(root, 'dist/src/engine'), { recursive: true });
try {
  compile(
    'node_modules/assemblyscript/bin/asc.js',
    'src/engine/assembly/index.ts',
    '--config',
    'src/engine/assembly/asconfig.json',
    '--target',
    'release',
  );
  writeUnshared(join(root, 'dist/src/engine'));
  compile('node_modules/typescript/bin/tsc', '-p', 'tsconfig.json');
  mkdirSync(join(root, 'dist/src/cli'), { recursive: true });
  for (const file of ['run_notebook.py', 'notebook_page.py', 'nbgrader_config.py', 'locked_kernel.py', 'hide_tests.py'])
    copyFileSync(join(root, 'src/cli', file), join(root, 'dist/src/cli', file));
  await writeCommonJs();
  const { experimentSchema } = await import('../dist/src/experiment/schema.js');
  const schema = `${JSON.stringify(experimentSchema, null, 2)}\n`;
  writeAtomically(join(root, 'dist/src/experiment/experiment.schema.json'), schema);
  writeAtomically(buildStamp, built);
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(`error: ${error.message}`);
  process.exitCode = 1;
}
