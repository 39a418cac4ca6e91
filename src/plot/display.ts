import { describe, requireObject } from '../network/require.js';

/**
 * How a picture leaves the library. The library knows nothing of Jupyter but the bundle: a map from MIME type to data.
 * A host (the kernel) registers itself; without one, `show` prints the `text/plain` part.
 */
export interface DisplayBundle {
  readonly data: Readonly<Record<string, unknown>>;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/**
 * An object that can be drawn. The symbol is the one Deno's Jupyter kernel uses, so that objects written for it show
 * here too.
 */
export const displaySymbol: unique symbol = Symbol.for('Jupyter.display') as never;
export interface Picture {
  [displaySymbol](): DisplayBundle['data'] | Promise<DisplayBundle['data']>;
  /** The same with metadata (for instance the size of the PNG on the page); hosts prefer it, through `bundleOf`. */
  displayBundle?(): DisplayBundle | Promise<DisplayBundle>;
}

/** A picture, or an object that offers one by `toPicture()`; undefined for any other value. */
export function asPicture(value: unknown): Picture | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (displaySymbol in value && typeof value[displaySymbol] === 'function') return value as Picture;
  const { toPicture } = value as { toPicture?: unknown };
  return typeof toPicture === 'function' ? asPicture(toPicture.call(value) as unknown) : undefined;
}

/**
 * What a host sends for a picture: all of its parts and their metadata.
 * @throws TypeError for what is no picture
 */
export async function bundleOf(picture: Picture): Promise<DisplayBundle> {
  if (typeof (picture as Picture | undefined)?.[displaySymbol] !== 'function')
    throw new TypeError(`bundleOf() takes a picture, as raster() and curves() make it, not ${describe(picture)}`);
  return picture.displayBundle ? picture.displayBundle() : { data: await picture[displaySymbol]() };
}

export interface DisplayHost {
  /** Sends a bundle; with `update`, replaces the outputs made under the same `displayId`. */
  display(bundle: DisplayBundle, options?: { displayId?: string; update?: boolean }): void;
  /** Lets the front end ask: `answer` is called with what it sends to `target`. Replaces an earlier answer. */
  answer?(target: string, answer: (question: Readonly<Record<string, unknown>>) => Promise<object>): void;
}

let host: DisplayHost | undefined;

/**
 * Registers who shows pictures (the kernel does); `undefined` goes back to printing text.
 * @throws TypeError for a host that cannot display
 */
export function setDisplayHost(next: DisplayHost | undefined): void {
  if (next !== undefined && typeof (next as DisplayHost | null)?.display !== 'function')
    throw new TypeError(`setDisplayHost() takes a host { display(bundle) } or undefined, not ${describe(next)}`);
  host = next;
}

export const displayHost = (): DisplayHost | undefined => host;

/** Whether pictures go anywhere but to the text console. */
export function hasDisplayHost(): boolean {
  return host !== undefined;
}

/** Sends a bundle to the host, or prints its text. @throws TypeError for what is no bundle */
export function sendBundle(bundle: DisplayBundle, options?: { displayId?: string; update?: boolean }): void {
  const { data } = requireObject('sendBundle()', bundle, '{ data } with a value for each MIME type');
  requireObject('data of sendBundle()', data, 'an object with a value for each MIME type');
  if (host) host.display(bundle, options);
  else if (!options?.update && typeof data['text/plain'] === 'string') console.log(data['text/plain']);
}
