/**
 * What WASM SIMD does on this machine at most, measured: nanoseconds of CPU time for four floats, or for a line of 64
 * bytes.
 */
import { compiled, cpuTimes } from './compiled.mjs';

const turns = 3;
const largest = 32 * 2 ** 20;
const memory = new WebAssembly.Memory({ initial: 2 + largest / 65536, maximum: 65535, shared: true });
const wasm = await compiled('ceilings', memory);
/** id -> { id, unit, values }: all that was measured so far. */
const measured = new Map();
/** Rows' values of every ceiling. */
export const ceilingRows = () => [...measured.values()];

/**
 * Measures them once more: a machine's speed drifts, and a ceiling is the best that it has shown.
 * @returns what the stages are held against, in nanoseconds
 */
export function measureCeilings() {
  const at = 65536;
  const measure = (id, unit, scale, calls, call) => {
    const values = cpuTimes(turns, calls, call).map((ms) => ms * scale);
    const row = measured.get(id) ?? { id, unit, values: [] };
    measured.set(id, row);
    row.values.push(...values);
    return Math.min(...row.values);
  };
  const rounds = 20_000;
  const add = measure('addInRegisters', 'ns / 4 floats', 1e6 / (rounds * 12), 20, () => wasm.adds(rounds, 1.5));
  const inTurn = measure('addInTurn', 'ns / 4 floats', 1e6 / (rounds * 12), 10, () => wasm.addsInTurn(rounds, 1.5));
  const root = measure('rootAndDivision', 'ns / 4 floats', 1e6 / (rounds * 4), 10, () =>
    wasm.rootsAndDivisions(rounds, 1.5),
  );
  const lines = {};
  for (const [level, kilobytes] of [
    ['8kB', 8],
    ['512kB', 512],
    ['8MB', 8192],
    ['32MB', 32768],
  ]) {
    const bytes = kilobytes * 1024;
    const again = Math.max(1, Math.floor((4 * 2 ** 20) / bytes));
    const scale = 1e6 / ((again * bytes) / 64);
    const read = measure(`add.${level}`, 'ns / line', scale, 4, () => wasm.addLines(again, at, bytes));
    const rewrite = measure(`rewrite.${level}`, 'ns / line', scale, 4, () => wasm.rewriteLines(again, at, bytes));
    lines[level] = { read, rewrite };
  }
  return { add, inTurn, root, lines };
}
