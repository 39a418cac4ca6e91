import { readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { asBytes } from './bytes.js';
import { MimeValue } from './mime-value.js';
import { Buffer, JSON, Object, String, TypeError } from '../../common/intrinsics.js';

export interface ImageOptions {
  /** Size on the page, CSS pixels. */
  readonly width?: number;
  readonly height?: number;
  /** MIME type, where the bytes do not say it. */
  readonly type?: string;
}

/** How the formats that browsers know begin: bytes as Latin-1. */
const signatures: readonly (readonly [mime: string, start: RegExp])[] = [
  ['image/png', /^\x89PNG\r\n\x1a\n/],
  ['image/jpeg', /^\xff\xd8\xff/],
  ['image/gif', /^GIF8[79]a/],
  ['image/webp', /^RIFF[^]{4}WEBP/],
  ['image/bmp', /^BM/],
  ['image/avif', /^[^]{4}ftypavi[fs]/],
  ['image/svg+xml', /^(?:\xef\xbb\xbf)?\s*<(?:\?xml|!DOCTYPE svg|!--|svg)/i],
];

/**
 * An image, as the last value of a cell or for `display` and `show`.
 * @param source its bytes (PNG, JPEG, GIF, WebP, BMP, AVIF, SVG), or the path of a file, relative to the notebook
 * @throws TypeError for bytes of another format
 */
export function image(source: Uint8Array | ArrayBuffer | string | URL, options: ImageOptions = {}): MimeValue {
  const given = asBytes(source) ?? bytesOfDataUrl(String(source));
  const path = given ? undefined : pathOf(String(source));
  const bytes = given ?? readFileSync(path!);
  const mime = options.type ?? formatOf(bytes);
  const name = path === undefined ? 'image' : basename(path);
  if (mime === undefined)
    throw new TypeError(
      `${name === 'image' ? 'These bytes are' : `${name} is`} no image of a format that browsers show (PNG, JPEG, GIF, WebP, BMP, AVIF, SVG). If it is one, say so: image(…, { type: 'image/…' }).`,
    );
  const { width, height } = options;
  const size = { ...(width !== undefined && { width }), ...(height !== undefined && { height }) };
  return new MimeValue(
    { [mime]: bytes, 'text/plain': `${name} (${mime}, ${bytes.length.toLocaleString('en-US')} bytes)` },
    Object.keys(size).length > 0 ? { [mime]: size } : {},
  );
}

function bytesOfDataUrl(source: string): Uint8Array | undefined {
  const [, isBase64, data] = /^data:[^,]*?(;base64)?,(.*)$/s.exec(source) ?? [];
  if (data === undefined) return undefined;
  return isBase64 ? Buffer.from(data, 'base64') : Buffer.from(decodeURIComponent(data));
}

function pathOf(source: string): string {
  if (/^https?:/.test(source))
    throw new TypeError(
      `image takes bytes or a file, not an address: image(await (await fetch(${JSON.stringify(source)})).arrayBuffer())`,
    );
  return source.startsWith('file:') ? fileURLToPath(source) : resolve(source);
}

function formatOf(bytes: Uint8Array): string | undefined {
  const start = Buffer.from(bytes.subarray(0, 256)).toString('latin1');
  return signatures.find(([, pattern]) => pattern.test(start))?.[0];
}
