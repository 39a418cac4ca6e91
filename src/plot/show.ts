/** Putting values under the cell, in the order they were shown. */
import { asPicture, bundleOf, displaySymbol, hasDisplayHost, sendBundle, type Picture } from './display.js';
import { Plot } from './picture.js';
import { Table } from './table.js';

/** What waits for a promise, and what came after it. */
let queue: Promise<void> = Promise.resolve();
let pending = 0;
/** Drawings under way; each has its place already. */
let drawings: Promise<void> = Promise.resolve();

/**
 * Shows values one under the other: pictures, promises of pictures, objects with `toPicture()`; any other value is
 * printed. Returns at once. A plot takes its place immediately, so that what the cell prints next stands below it, and
 * is completed when its PNG is drawn; only a promise makes what comes after it wait.
 * @example show(raster(run), counts(run));
 */
export function show(...values: unknown[]): void {
  for (const value of values) {
    const item = asPicture(value) ?? value; // asked now: the object may change before its turn
    if (pending === 0 && !isPromise(item) && placeNow(item)) continue;
    pending++;
    if (isPromise(item)) item.then(undefined, () => undefined); // a rejection is reported below, when its turn comes
    queue = queue
      .then(() => showOne(item))
      .catch(report)
      .finally(() => pending--);
  }
}

/**
 * Resolves when everything given to `show` so far is displayed; the kernel waits for it before a cell counts as done.
 */
export async function displaysSettled(): Promise<void> {
  await queue;
  await drawings;
}

/**
 * Shows what needs no waiting; a plot in its light form. `false` for a picture that can only be shown when it is
 * finished.
 */
function placeNow(item: unknown): boolean {
  if (item instanceof Plot && hasDisplayHost()) placePlot(item);
  else if (item instanceof Table) sendBundle({ data: item[displaySymbol]() });
  else if (asPicture(item)) return false;
  else console.log(item);
  return true;
}

function placePlot(plot: Plot): void {
  const displayId = `spikelab-${crypto.randomUUID()}`;
  sendBundle(plot.lightBundle(), { displayId });
  const earlier = drawings;
  drawings = plot.displayBundle().then(
    (bundle) => earlier.then(() => sendBundle(bundle, { displayId, update: true })),
    async (error) => earlier.then(() => report(error)),
  );
}

async function showOne(value: unknown): Promise<void> {
  const shown = await value;
  const picture: Picture | undefined = asPicture(shown);
  if (picture) sendBundle(await bundleOf(picture));
  else console.log(shown);
}

function report(error: unknown): void {
  console.error('show:', error);
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
