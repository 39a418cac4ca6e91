/** Putting values under the cell, in the order they were shown. */
import { asPicture, bundleOf, sendBundle } from './display.js';

let queue: Promise<void> = Promise.resolve();
let pending = 0;

/**
 * Shows values one under the other: pictures, promises of pictures, objects with `toPicture()`; any other value is printed.
 * Returns at once; a later `show` waits for the pictures of an earlier one.
 * @example show(raster(run), counts(run));
 */
export function show(...values: unknown[]): void {
  for (const value of values) {
    const item = asPicture(value) ?? value; // asked now: the object may change before its turn
    if (pending === 0 && !isPromise(item) && !asPicture(item)) {
      console.log(item);
      continue;
    }
    pending++;
    if (isPromise(item)) item.then(undefined, () => undefined); // a rejection is reported below, when its turn comes
    queue = queue
      .then(() => showOne(item))
      .catch((error: unknown) => console.error('show:', error))
      .finally(() => pending--);
  }
}

/** Resolves when everything given to `show` so far is displayed; the kernel waits for it before a cell counts as done. */
export async function displaysSettled(): Promise<void> {
  await queue;
}

async function showOne(value: unknown): Promise<void> {
  const shown = await value;
  const picture = asPicture(shown);
  if (picture) sendBundle(await bundleOf(picture));
  else console.log(shown);
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
