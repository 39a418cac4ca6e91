/** Grey images side by side: what a data set holds. */
import { describe, requireInteger, requireList, requireObject } from '../network/require.js';
import { figurePlot } from './figure.js';
import type { ImageLike } from './imageLike.js';
import { plainText } from './payload.js';
import type { Plot } from './picture.js';
import { packTiles, type Tile } from './tiles.js';
import { requireClass, requireNumbers, requireOptions } from './wanted.js';

export type { ImageLike } from './imageLike.js';

export interface ImagesOptions {
  /** Written below the images; default the class of each. */
  captions?: readonly string[];
  /** For the labels. Default the labels themselves. */
  classNames?: readonly string[];
  /** Images in a row, 1 .. 20. Default 10. */
  columns?: number;
}

const maxImages = 100;

/**
 * Draws images with their classes.
 * @example show(images(test.slice(0, 10), { classNames: test.classNames }));
 * @throws RangeError for no image, more than 100, or pixels that do not fit the shape
 */
export function images(source: Iterable<ImageLike>, options: ImagesOptions = {}): Plot {
  if (typeof source !== 'object' || source === null || !(Symbol.iterator in source))
    throw new TypeError(`images() takes a list of images { pixels, shape }, not ${describe(source)}`);
  requireOptions('images()', options, ['captions', 'classNames', 'columns']);
  const all = [...source];
  if (all.length < 1 || all.length > maxImages)
    throw new RangeError(`${all.length} images: the limit is 1 to ${maxImages}; choose some with slice(0, 10)`);
  const { captions, classNames } = options;
  if (captions && captions.length !== all.length)
    throw new RangeError(`${captions.length} captions for ${all.length} images: give one for each`);
  all.forEach((image, n) => requireImage(`image ${n}`, image));
  const columns = requireInteger('columns', options.columns ?? 10, 1, 20);
  const text = all.map(({ label }, n) =>
    plainText(captions?.[n] ?? (label === undefined ? '' : (classNames?.[label] ?? String(label))), 40),
  );
  const first = all[0].shape.join(' × ');
  const facts = `${all.length} of ${first}${text.some((one) => one !== '') ? `: ${text.join(', ')}` : ''}`;
  const tiles = all.map((image, n) => tileOf(image, text[n]));
  return figurePlot(`images: ${facts}`, { version: 1, content: packTiles(tiles, columns, 'grey') });
}

/** Whether it is an image, whatever its size. @throws TypeError, RangeError */
export function requirePixels(name: string, image: ImageLike): void {
  const { pixels, shape, label } = requireObject(name, image, 'an image { pixels, shape }');
  requireNumbers(`the pixels of ${name}`, pixels);
  requireList(`the shape of ${name}`, shape, '[rows, columns] or [channels, rows, columns]');
  requireNumbers(`the shape of ${name}`, shape);
  requireClass(`the label of ${name}`, label);
}

/** An image whose pixels fit its shape. @throws TypeError, RangeError */
export function requireImage(name: string, image: ImageLike): void {
  requirePixels(name, image);
  const { pixels, shape } = image;
  for (const side of shape) requireInteger(`a side of ${name}`, side, 1, 1 << 20);
  const size = shape.reduce((a, b) => a * b, 1);
  if (shape.length < 2 || shape.length > 3)
    throw new RangeError(
      `${name} has shape [${shape.join(', ')}]: it must be [rows, columns] or [channels, rows, columns]`,
    );
  if (pixels.length !== size || size > 1 << 20)
    throw new RangeError(
      `${name}: ${pixels.length} pixels for shape [${shape.join(', ')}]: give ${size}, at most ${1 << 20}`,
    );
}

const tileOf = ({ pixels, shape }: ImageLike, caption: string): Tile => {
  const columns = shape[shape.length - 1];
  // NaN is black.
  const bytes = Uint8Array.from(pixels, (value) => Math.max(0, Math.min(255, value)) || 0);
  return { rows: pixels.length / columns, columns, parts: shape.length === 3 ? shape[0] : 1, caption, bytes };
};
