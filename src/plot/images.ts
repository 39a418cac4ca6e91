/** Grey images side by side: what a data set holds. */
import { requireInteger } from '../network/require.js';
import { plainText } from './payload.js';
import { Plot, toBase64 } from './picture.js';
import { encodePng } from './png.js';
import { colors, fontStack, pageWidth, pixelScale } from './style.js';
import { escapeXml } from './drawing/xml.js';
import { renderSvg } from './svg.js';

/** A sample of a data set, or anything with pixels. */
export interface ImageLike {
  /** Row by row, 0 (black) .. 255 (white). */
  readonly pixels: ArrayLike<number>;
  /** `[rows, columns]`; of `[channels, rows, columns]` the channels stand below each other. */
  readonly shape: readonly number[];
  readonly label?: number;
}

export interface ImagesOptions {
  /** Written below the images; default the class of each. */
  captions?: readonly string[];
  /** For the labels. Default the labels themselves. */
  classNames?: readonly string[];
  /** Images in a row, 1 .. 20. Default 10. */
  columns?: number;
}

const maxImages = 100;
const gap = 8;
const captionHeight = 18;

/**
 * Draws images with their classes.
 * @example show(images(test.slice(0, 10), { classNames: test.classNames }));
 * @throws RangeError for no image, more than 100, or pixels that do not fit the shape
 */
export function images(source: Iterable<ImageLike>, options: ImagesOptions = {}): Plot {
  const all = [...source];
  if (all.length < 1 || all.length > maxImages)
    throw new RangeError(`${all.length} images: the limit is 1 to ${maxImages}; choose some with slice(0, 10)`);
  const { captions, classNames } = options;
  if (captions && captions.length !== all.length)
    throw new RangeError(`${captions.length} captions for ${all.length} images: give one for each`);
  all.forEach(requireImage);
  const columns = requireInteger('columns', options.columns ?? 10, 1, 20);
  const text = all.map(({ label }, n) =>
    plainText(captions?.[n] ?? (label === undefined ? '' : (classNames?.[label] ?? String(label))), 40),
  );
  const first = all[0].shape.join(' × ');
  const facts = `${all.length} of ${first}${text.some((one) => one !== '') ? `: ${text.join(', ')}` : ''}`;
  return new Plot({
    text: `images: ${facts}`,
    light: {},
    draw: () => renderSvg(imagesSvg(all, text, columns), pixelScale),
  });
}

function requireImage({ pixels, shape }: ImageLike, n: number): void {
  const size = shape.reduce((a, b) => a * b, 1);
  if (shape.length < 2 || shape.length > 3)
    throw new RangeError(
      `image ${n} has shape [${shape.join(', ')}]: it must be [rows, columns] or [channels, rows, columns]`,
    );
  if (pixels.length !== size || size > 1 << 20)
    throw new RangeError(
      `image ${n}: ${pixels.length} pixels for shape [${shape.join(', ')}]: give ${size}, at most ${1 << 20}`,
    );
}

function imagesSvg(all: readonly ImageLike[], captions: readonly string[], columns: number): string {
  const side = Math.min(140, Math.floor((pageWidth - gap) / columns) - gap);
  const heights = all.map(
    ({ shape }) => (side * shape.slice(0, -1).reduce((a, b) => a * b, 1)) / shape[shape.length - 1],
  );
  const parts: string[] = [];
  let top = gap;
  for (let row = 0; row < all.length; row += columns) {
    const height = Math.max(...heights.slice(row, row + columns));
    for (let n = row; n < Math.min(row + columns, all.length); n++) {
      const left = gap + (n - row) * (side + gap);
      parts.push(
        `<image x="${left}" y="${top}" width="${side}" height="${heights[n]}" preserveAspectRatio="none" image-rendering="optimizeSpeed" href="data:image/png;base64,${greyPng(all[n])}"/>`,
      );
      for (let channel = 1; channel < channelsOf(all[n]); channel++) {
        parts.push(
          `<rect x="${left}" y="${top + (channel * heights[n]) / channelsOf(all[n]) - 1}" width="${side}" height="2" fill="${colors.background}"/>`,
        );
      }
      parts.push(
        `<text x="${left + side / 2}" y="${top + height + 13}" text-anchor="middle">${escapeXml(captions[n])}</text>`,
      );
    }
    top += height + captionHeight + gap;
  }
  const width = gap + Math.min(columns, all.length) * (side + gap);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${top}" font-family="${escapeXml(fontStack)}" font-size="12" fill="${colors.ink}">${parts.join('')}</svg>`;
}

const channelsOf = ({ shape }: ImageLike): number => (shape.length === 3 ? shape[0] : 1);

function greyPng({ pixels, shape }: ImageLike): string {
  const width = shape[shape.length - 1];
  const height = pixels.length / width;
  const rgba = Uint8Array.from({ length: 4 * pixels.length }, (_, k) =>
    k % 4 === 3 ? 255 : Math.max(0, Math.min(255, pixels[k >> 2])),
  );
  return toBase64(encodePng({ width, height, rgba }));
}
