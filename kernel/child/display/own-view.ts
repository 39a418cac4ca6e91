import { types } from 'node:util';
import { firstOf } from '../../common/cut-text.js';
import { asPicture, displaySymbol, type DisplayBundle } from '../../../src/plot/display.js';
import { asCell } from '../own-language.js';
import { encodeData } from './bytes.js';
import { Interrupted } from '../interrupts.js';
import { htmlTable, rowsOf, textTable } from './records.js';
import { Array, Object, Promise, String, TypeError } from '../../common/intrinsics.js';

export interface Bundle {
  readonly data: Record<string, unknown>;
  readonly metadata: Record<string, unknown>;
}

/**
 * How others than this kernel say what a value looks like: names of IPython's methods, and the type of what each
 * returns.
 */
const reprMethods: Readonly<Record<string, string>> = {
  _repr_html_: 'text/html',
  _repr_markdown_: 'text/markdown',
  _repr_latex_: 'text/latex',
  _repr_svg_: 'image/svg+xml',
  _repr_png_: 'image/png',
  _repr_jpeg_: 'image/jpeg',
  _repr_json_: 'application/json',
};

const longestMarkup = 100;

/**
 * What a value shows of itself beside or in place of its text; `undefined` for a value that is text only. In this
 * order: its display bundle (`Symbol.for('Jupyter.display')`), IPython's `_repr_*_` methods, tables, `toHTML`,
 * canvases, DOM-like values. `text` makes the `text/plain` of a value that has none of its own.
 */
export function ownView(value: unknown, text: (value: unknown) => string): Bundle | Promise<Bundle> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const picture = looked(() => asPicture(value));
  const plain = (): string => (types.isProxy(value) ? undefined : ownText(value as Methods)) ?? text(value);
  if (picture)
    return picture.displayBundle
      ? later(picture.displayBundle(), (bundle) => checkedBundle(bundle as DisplayBundle, plain))
      : later(picture[displaySymbol](), (data) => checkedBundle({ data }, plain));
  // A proxy may have any property and call anything.
  if (types.isProxy(value)) return undefined;
  const methods = value as Readonly<Record<string, unknown>>;
  return (
    reprView(methods, text) ?? tableView(value, text) ?? markupView(methods) ?? canvasView(methods) ?? domView(methods)
  );
}

/**
 * A bundle as its maker gave it, with a text where it shows something without one.
 * @throws TypeError
 */
function checkedBundle(
  { data, metadata }: { readonly data: unknown; readonly metadata?: object },
  plain: () => string,
): Bundle {
  if (typeof data !== 'object' || data === null)
    throw new TypeError(
      `[Symbol.for('Jupyter.display')]() must return an object from MIME type to data, it returned ${typeof data}.`,
    );
  const encoded = encodeData(data as Record<string, unknown>);
  if (Object.keys(encoded).length > 0) encoded['text/plain'] ??= plain();
  return { data: encoded, metadata: { ...metadata } };
}

type Methods = Readonly<Record<string, unknown>>;

/**
 * What looking finds: a getter or a trap that throws is no view. A method that throws when it is called is the user's
 * error.
 */
function looked<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    return undefined;
  }
}

const isMethod = (value: Methods, name: string): boolean => looked(() => typeof value[name]) === 'function';
const call = (value: Methods, name: string): unknown => asCell(() => (value[name] as () => unknown)());

function reprView(value: Methods, text: (value: unknown) => string): Bundle | Promise<Bundle> | undefined {
  const named = Object.keys(reprMethods).filter((name) => isMethod(value, name));
  if (named.length === 0 && !isMethod(value, '_repr_mimebundle_')) return undefined;
  const parts = [
    ...(isMethod(value, '_repr_mimebundle_') ? [call(value, '_repr_mimebundle_')] : []),
    ...named.map((name) => entry(reprMethods[name], call(value, name))),
  ];
  const join = (all: unknown[]): Bundle => ({
    data: encodeData(Object.assign({ 'text/plain': ownText(value) ?? text(value) }, ...all) as Record<string, unknown>),
    metadata: {},
  });
  return parts.some(isPromise) ? Promise.all(parts).then(join) : join(parts);
}

/** One part of a bundle, which may come later. */
function entry(mime: string, part: unknown): unknown {
  return isPromise(part) ? part.then((data) => ({ [mime]: data })) : { [mime]: part };
}

function tableView(value: object, text: (value: unknown) => string): Bundle | undefined {
  try {
    const rows = rowsOf(value);
    if (!rows) return undefined;
    return bundle({ 'text/html': htmlTable(rows), 'text/plain': Array.isArray(value) ? text(value) : textTable(rows) });
  } catch {
    return undefined; // a getter that throws: the value is shown as text, which does not call it
  }
}

function markupView(value: Methods): Bundle | Promise<Bundle> | undefined {
  if (!isMethod(value, 'toHTML')) return undefined;
  return later(call(value, 'toHTML'), (html) => markup(String(html)));
}

/** A canvas: node-canvas, skia-canvas, @napi-rs/canvas, OffscreenCanvas-like packages. */
function canvasView(value: Methods): Bundle | Promise<Bundle> | undefined {
  const method = ['toDataURLSync', 'toDataURL'].find((name) => isMethod(value, name));
  const size = looked(() => ('width' in value && 'height' in value ? [value['width'], value['height']] : undefined));
  if (method === undefined || size === undefined) return undefined;
  return later(call(value, method), (url) => {
    const [, mime, data] = /^data:([\w/+.-]+);base64,(.*)$/s.exec(String(url)) ?? [];
    const plain = `canvas of ${size.map(String).join(' × ')} pixels`;
    return bundle({ ...(mime !== undefined && { [mime]: data }), 'text/plain': plain });
  });
}

function domView(value: Methods): Bundle | undefined {
  const html = looked(
    () => value['outerHTML'] ?? (value['documentElement'] as Methods | null | undefined)?.['outerHTML'],
  );
  return typeof html === 'string' ? markup(html) : undefined;
}

function markup(html: string): Bundle {
  const start = html.length > longestMarkup ? `${firstOf(html, longestMarkup)}…` : html;
  return bundle({ 'text/html': html, 'text/plain': start });
}

/** A value's own words for itself, if it has any but those of every object. */
function ownText(value: Methods): string | undefined {
  if (!isMethod(value, 'toString') || value['toString'] === Object.prototype.toString) return undefined;
  return String(call(value, 'toString'));
}

function bundle(data: Record<string, unknown>): Bundle {
  return { data, metadata: {} };
}

function later<T>(value: unknown, make: (value: unknown) => T): T | Promise<T> {
  return isPromise(value) ? value.then(make) : make(value);
}

export function isPromise(value: unknown): value is Promise<unknown> {
  return types.isPromise(value);
}
