/** Training on a web page: nothing is written to files; what is read is an address. */
import type { Machine } from './machine.js';

/** A page has no folders: always rejects. */
export async function writeFileAtomic(file: string, content: string | readonly Uint8Array[]): Promise<void> {
  const parts = typeof content === 'string' ? [new TextEncoder().encode(content)] : content;
  const bytes = parts.reduce((sum, part) => sum + part.byteLength, 0);
  throw await cannotWrite(file, bytes, undefined);
}

/** The error of a file that cannot be written. */
export async function cannotWrite(file: string, bytes: number, cause: unknown): Promise<Error> {
  return new Error(
    `cannot write ${file} (${(bytes / 1e6).toFixed(1)} MB): a web page has no folders; leave the checkpoint out, and take net.weights()`,
    { cause },
  );
}

/** Fetches a whole file; a relative address is seen from the page. */
export async function readWholeFile(file: string): Promise<Uint8Array> {
  const url = new URL(file, globalThis.location.href).href;
  const response = await fetch(url).catch((cause: unknown) => {
    throw new Error(`cannot read ${url}: ${String(cause)}`, { cause });
  });
  if (!response.ok) throw new Error(`cannot read ${url}: HTTP ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** What ran a training, for its record. */
export function machine(): Machine {
  return {
    node: 'none',
    platform: 'browser',
    arch: 'unknown',
    cpu: globalThis.navigator.userAgent,
    cores: globalThis.navigator.hardwareConcurrency || 1,
  };
}

/** Lets events and drawing through. */
export function pause(): Promise<void> {
  return new Promise((resume) => setTimeout(resume));
}
