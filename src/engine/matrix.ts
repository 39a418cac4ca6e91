/** Weights between the library's row-major `[units, inputs]` and the engine's `[block][input][16 lanes]`. */
import { lanes } from './arena.js';

/** Copies row-major values into blocks of 16 neurons; lanes beyond `units` stay 0. */
export function toBlocks(rowMajor: Float32Array, units: number, inputs: number, blocks: Float32Array): void {
  for (let i = 0; i < units; i++) {
    const base = Math.floor(i / lanes) * inputs * lanes + (i % lanes);
    for (let j = 0; j < inputs; j++) blocks[base + j * lanes] = rowMajor[i * inputs + j];
  }
}

/** The other way round; returns a new array `[units, inputs]`. */
export function fromBlocks(blocks: Float32Array, units: number, inputs: number): Float32Array {
  const rowMajor = new Float32Array(units * inputs);
  for (let i = 0; i < units; i++) {
    const base = Math.floor(i / lanes) * inputs * lanes + (i % lanes);
    for (let j = 0; j < inputs; j++) rowMajor[i * inputs + j] = blocks[base + j * lanes];
  }
  return rowMajor;
}
