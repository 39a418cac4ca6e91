/**
 * Compiles a file of bench/engine/assembly with the engine's own options, into runs/bench; returns its exports over a
 * memory.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/setup/files.mjs';

export async function compiled(name, memory) {
  const folder = join(root, 'runs/bench');
  mkdirSync(folder, { recursive: true });
  const wasm = join(folder, `${name}.wasm`);
  const config = ['--config', 'src/engine/assembly/asconfig.json', '--target', 'release', '--outFile', wasm];
  const compiler = 'node_modules/assemblyscript/bin/asc.js';
  execFileSync(process.execPath, [compiler, `bench/engine/assembly/${name}.ts`, ...config], { cwd: root });
  const { instance } = await WebAssembly.instantiate(readFileSync(wasm), { env: { memory } });
  return instance.exports;
}

/**
 * Median milliseconds of CPU time of a call, over `turns` turns of `calls` calls; the first turn compiles and does not
 * count.
 */
export function cpuTimes(turns, calls, call) {
  const times = [];
  for (let turn = 0; turn <= turns; turn++) {
    const before = process.cpuUsage();
    for (let k = 0; k < calls; k++) call();
    const { user, system } = process.cpuUsage(before);
    if (turn > 0) times.push((user + system) / 1000 / calls);
  }
  return times;
}
