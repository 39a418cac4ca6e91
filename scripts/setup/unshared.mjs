/**
 * The engine for a web page that may share no memory between threads: the same code, its imported memory declared not
 * shared.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError } from './run.mjs';

/**
 * How a WASM file imports a shared memory with a limit: module `env`, field `memory`, kind memory (2), flags shared and
 * limited (3).
 */
const imported = Buffer.from('\x03env\x06memory\x02\x03', 'latin1');
const limited = 1;

/**
 * Writes `hm2bp-unshared.wasm` beside `hm2bp.wasm`.
 * @throws SetupError when what the compiler wrote is not of that form, or does not run on a memory that is not shared
 */
export function writeUnshared(folder) {
  const bytes = readFileSync(join(folder, 'hm2bp.wasm'));
  const at = bytes.indexOf(imported);
  if (at < 0 || bytes.indexOf(imported, at + 1) >= 0)
    throw new SetupError('hm2bp.wasm does not import one shared memory: look at src/engine/assembly/asconfig.json');
  bytes[at + imported.length - 1] = limited;
  const memory = new WebAssembly.Memory({ initial: 2, maximum: 65535 });
  new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  writeFileSync(join(folder, 'hm2bp-unshared.wasm'), bytes);
}
