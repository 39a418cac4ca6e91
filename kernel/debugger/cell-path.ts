import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';

/** What a front end needs to compute a cell's path by itself, as `debugInfo` announces it. */
export const hashMethod = 'Murmur2';
export const hashSeed = 0x5b1ce1ab;
/** The paths are names only: no file is written. The process's number lets a front end notice a restart. */
export const pathPrefix = join(tmpdir(), `spikelab_${process.pid}`) + sep;
export const pathSuffix = '.ts';

/** The path that stands for a cell's code in the debugger: cells with the same code are one source. */
export function cellPath(code: string): string {
  return `${pathPrefix}${murmur2(code, hashSeed)}${pathSuffix}`;
}

const multiplier = 0x5bd1e995;

/**
 * MurmurHash2 (32 bits) of a text's UTF-8. Source: Austin Appleby's public description; checked against ipykernel's in
 * the tests.
 */
export function murmur2(text: string, seed: number): number {
  const bytes = Buffer.from(text, 'utf8');
  let hash = seed ^ bytes.length;
  let at = 0;
  for (; at + 4 <= bytes.length; at += 4) {
    let block = Math.imul(bytes.readInt32LE(at), multiplier);
    block = Math.imul(block ^ (block >>> 24), multiplier);
    hash = Math.imul(hash, multiplier) ^ block;
  }
  if (at < bytes.length) hash = Math.imul(hash ^ bytes.readUIntLE(at, bytes.length - at), multiplier);
  hash = Math.imul(hash ^ (hash >>> 13), multiplier);
  return (hash ^ (hash >>> 15)) >>> 0;
}
