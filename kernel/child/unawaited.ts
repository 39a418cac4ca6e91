/**
 * Promises of a cell that nobody waits for: a test whose `await` was forgotten has shown nothing when its cell ends.
 */
import { types } from 'node:util';
import { currentCell, type Cell } from './cell.js';
import { asKernel } from './own-language.js';
import { afterTurn } from '../common/own-timers.js';
import { Error, Promise, Reflect, WeakMap } from '../common/intrinsics.js';

/** Work that a cell began: what it is called, and how it ended. */
interface Work {
  readonly name: string;
  /** Absent while it goes on; what it was rejected with. */
  end?: { readonly rejected?: { readonly reason: unknown } };
}

const works = new WeakMap<Cell, Work[]>();
const then = Promise.prototype.then;
const { apply } = Reflect;
const { isPromise } = types;

/** A test cell ended before a test in it did. */
export class NotAwaited extends Error {
  override readonly name = 'NotAwaited';
  constructor(call?: string) {
    const what = call === undefined ? 'The last line' : `\`${call}\``;
    const cure = call === undefined ? 'Write `await` before it' : `Write \`await ${call}\``;
    super(`${what} is a promise and nothing waits for it, so this cell ended before its test did. ${cure}.`);
    this.stack = `${this.name}: ${this.message}`;
  }
}

function begin(name: string): Work {
  const work: Work = { name };
  const cell = currentCell();
  if (cell) works.set(cell, [...(works.get(cell) ?? []), work]);
  return work;
}

/**
 * Notes a promise that stands alone as a statement of the cell: only the end of the cell tells whether it is done by
 * then.
 */
export function floating(value: unknown, call: string): unknown {
  if (isPromise(value)) {
    const work = begin(call);
    void apply(then, value, [() => (work.end = {}), (reason: unknown) => (work.end = { rejected: { reason } })]);
  }
  return value;
}

/** Runs an asynchronous check that the cell has to wait for. Its failure is the caller's. */
export async function awaited<T>(name: string, check: () => Promise<T>): Promise<T> {
  const work = begin(name);
  try {
    return await check();
  } finally {
    work.end = {};
  }
}

/**
 * What was wrong with the cell's promises at its end, if anything: one that was rejected with nobody to hear, or one
 * that still goes on.
 * @param value of the last expression
 */
export async function unawaitedError(
  cell: Cell,
  value: unknown,
): Promise<{ readonly thrown?: { readonly value: unknown } }> {
  const all = works.get(cell) ?? [];
  works.delete(cell);
  if (all.some(({ end }) => !end)) await new Promise<void>((resolve) => void afterTurn(resolve));
  for (let n = 0; n < all.length; n++) {
    const rejected = all[n].end?.rejected;
    if (rejected) return { thrown: { value: rejected.reason } };
  }
  const open = asKernel(() => all.find(({ end }) => !end));
  if (open) return { thrown: { value: new NotAwaited(open.name) } };
  return isPromise(value) ? { thrown: { value: new NotAwaited() } } : {};
}
