/**
 * Builds what runs: `dist/` (library, kernel, command line) with TypeScript and the engine's WASM with AssemblyScript.
 * Calls each compiler by its file: `tslab` installs an older `tsc` of its own under the same name.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const run = (file, ...args) => execFileSync(process.execPath, [file, ...args], { cwd: root, stdio: 'inherit' });

mkdirSync(new URL('../dist/src/engine/', import.meta.url), { recursive: true });
run('node_modules/assemblyscript/bin/asc.js', 'src/engine/assembly/index.ts', '--config', 'src/engine/assembly/asconfig.json', '--target', 'release');
run('node_modules/typescript/bin/tsc', '-p', 'tsconfig.json');
