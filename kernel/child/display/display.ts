import { randomUUID } from 'node:crypto';
import { presentNow } from '../present.js';
import { sendMessage, sendShown } from '../pipe.js';
import { settleWith } from '../settled.js';
import { reportError } from '../traceback.js';
import { encodeData } from './bytes.js';
import { isPromise, type Bundle } from './own-view.js';
import { ShownAlready } from './shown-already.js';
import { asKernel } from '../own-language.js';
import { Map, Promise, Set, TypeError } from '../../common/intrinsics.js';

export interface DisplayOptions {
  /** Name of the display; a new one by default. Displays of the same name change together. */
  readonly id?: string;
  /** Whether to change the displays named `id` in place of making another. */
  readonly update?: boolean;
  /** Whether the value is a bundle already: an object from MIME type to data. */
  readonly raw?: boolean;
  /** With `raw`: metadata by MIME type. */
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** A display that can be changed, also by later cells. */
export class DisplayHandle extends ShownAlready {
  constructor(readonly id: string) {
    super();
  }

  /** Shows another value in its place. */
  update(value: unknown, options: Omit<DisplayOptions, 'id' | 'update'> = {}): void {
    place(value, { ...options, id: this.id, update: true });
  }
}

/**
 * Shows a value under the cell at once, as it would show as the cell's last value; a promise, as what it resolves to,
 * in the place it has now.
 * @returns a handle that changes what is shown
 * @example const shown = display(md`working …`); shown.update(md`**done**`);
 */
export function display(value: unknown, options: DisplayOptions = {}): DisplayHandle {
  const id = options.id ?? randomUUID();
  if (options.update === true && options.id === undefined)
    throw new TypeError('display(value, { update: true }) changes an earlier display: give its id, too.');
  asKernel(() => place(value, { ...options, id }));
  return new DisplayHandle(id);
}

/** What is shown when it is ready, and for each display the value that came last. */
const pending = new Set<Promise<void>>();
const latest = new Map<string, Promise<void>>();

/** Every value that was given to `display` so far is shown. */
settleWith(async () => {
  while (pending.size > 0) await Promise.all(pending);
});

function place(
  value: unknown,
  { id, update = false, raw = false, metadata = {} }: DisplayOptions & { id: string },
): void {
  const bundleFor = (ready: unknown): Bundle | Promise<Bundle> =>
    raw ? { data: encodeData(ready as Record<string, unknown>), metadata: { ...metadata } } : presentNow(ready);
  const made = isPromise(value) ? value.then(bundleFor) : bundleFor(value);
  latest.delete(id);
  if (!isPromise(made)) return sendDisplay(made, id, update);
  // The place is taken now: what comes next stands below it.
  if (!update) sendDisplay(lightBundle(value), id, false);
  const work = made
    .then((bundle) => {
      if (latest.get(id) === work) sendDisplay(bundle, id, true);
    })
    .catch((error: unknown) => sendMessage({ op: 'error', background: true, ...reportError(error) }))
    .finally(() => {
      pending.delete(work);
      if (latest.get(id) === work) latest.delete(id);
    });
  pending.add(work);
  latest.set(id, work);
}

/** What a plot shows until its PNG is drawn. */
function lightBundle(value: unknown): Bundle {
  const plot = value as { lightBundle?: unknown } | null | undefined;
  const light = typeof plot?.lightBundle === 'function' ? (plot.lightBundle as () => Partial<Bundle>).call(plot) : {};
  return { data: light.data ?? { 'text/plain': '' }, metadata: light.metadata ?? {} };
}

function sendDisplay({ data, metadata }: Bundle, id: string, update: boolean): void {
  sendShown(update ? 'update_display_data' : 'display_data', { data, metadata, transient: { display_id: id } });
}
