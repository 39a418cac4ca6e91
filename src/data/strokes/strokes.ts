/**
 * Stroke digits: handwritten-looking digits drawn by code from a seed, for when no data set is at hand. Each sample
 * depends on (seed, part, index) alone, so a longer set starts with the shorter one, on every machine.
 */
import { requireKnown } from '../../network/known.js';
import { requireChoice, requireInteger } from '../../network/require.js';
import { createDataset, type Dataset } from '../sets/dataset.js';
import { type Glyph, glyphs, type Point, type Stroke } from './glyphs.js';
import { drawLine, smooth } from './pen.js';
import { permutation, RandomStream, sampleKey } from '../../numeric/random.js';

export interface StrokeOptions {
  part: 'train' | 'test';
  /** Samples. */
  count: number;
  /** Default 1. */
  seed?: number;
}

const side = 28; // pixels, as MNIST
const box = 20; // MNIST fits its digits into 20 x 20 and centres them by mass
const classes = 10;

/**
 * A labelled set of stroke digits, 28 x 28, classes in equal numbers (each block of ten samples holds each digit once).
 */
export function strokeDigits(options: StrokeOptions): Dataset {
  const digits = drawing(options);
  for (;;) {
    const { done, value } = digits.next();
    if (done) return value;
  }
}

/** As {@link strokeDigits}, ten digits at a time: yields how many are drawn. */
export function* drawing(options: StrokeOptions): Generator<number, Dataset> {
  const { part, count, seed = 1 } = requireKnown('strokeDigits()', options, ['part', 'count', 'seed']);
  requireChoice('part', part, ['train', 'test']);
  requireInteger('count of stroke digits', count, 1, 1_000_000);
  const pixels = new Uint8Array(count * side * side);
  const labels = new Uint8Array(count);
  const half = part === 'train' ? 0 : 1;
  for (let start = 0; start < count; start += classes) {
    const order = permutation(classes, new RandomStream(sampleKey(seed, 'strokeDigits', 2 + half, start / classes)));
    for (let k = 0; k < classes && start + k < count; k++) {
      const index = start + k;
      labels[index] = order[k];
      const image = pixels.subarray(index * side * side, (index + 1) * side * side);
      drawDigit(image, order[k], new RandomStream(sampleKey(seed, 'strokeDigits', half, index)));
    }
    yield Math.min(count, start + classes);
  }
  return createDataset({
    name: `strokes-seed${seed}/${part}`,
    shape: [side, side],
    classNames: [...'0123456789'],
    pixels,
    labels,
  });
}

/** Draws one digit as a hand would: a way of writing it, slanted, turned, stretched, wobbled, with some pen. */
export function drawDigit(image: Uint8Array, digit: number, random: RandomStream): void {
  const ways = glyphs[digit];
  const glyph = ways[random.below(ways.length)];
  const hand = handOf(random);
  const lines = centred(bent(glyph, hand, random).map(smooth), hand.radius + hand.edge / 2, random);
  for (const line of lines) drawLine(image, side, line, hand);
}

interface Hand {
  readonly radius: number;
  readonly edge: number;
  readonly taper: number;
  /** Rows of the affine map. */
  readonly map: readonly [number, number, number, number];
  /** Size of the wobble, in heights of a digit. */
  readonly wobble: number;
}

function handOf(random: RandomStream): Hand {
  const turn = 0.09 * bell(random); // tangent of half the angle: about +-10 degrees
  const cosine = (1 - turn * turn) / (1 + turn * turn);
  const sine = (2 * turn) / (1 + turn * turn);
  const slant = 0.12 + 0.22 * bell(random); // to the right, as most people write
  const width = 1 + 0.18 * bell(random);
  return {
    map: [cosine * width, -slant * cosine - sine, sine * width, cosine - slant * sine],
    radius: Math.min(2.1, Math.max(0.75, 1.37 + 0.42 * bell(random))),
    edge: 1.1 + 0.2 * bell(random),
    taper: 1 + 0.2 * bell(random),
    wobble: 0.065,
  };
}

/** Applies the hand's map and a smooth random field, so that strokes that meet still meet. */
function bent(glyph: Glyph, { map, wobble }: Hand, random: RandomStream): Stroke[] {
  const field = Array.from({ length: 2 * 12 }, () => wobble * bell(random)); // [x or y, 4 rows, 3 columns]
  return glyph.map((stroke) =>
    stroke.map(([x, y]): Point => {
      const u = x + bilinear(field, 0, x, y) + 0.25 * wobble * bell(random);
      const v = y + bilinear(field, 12, x, y) + 0.25 * wobble * bell(random);
      return [map[0] * u + map[1] * v, map[2] * u + map[3] * v];
    }),
  );
}

/** Value of a field of 4 rows and 3 columns over the glyph's 0.7 x 1 at a point. */
function bilinear(field: readonly number[], start: number, x: number, y: number): number {
  const column = Math.min(1.999, Math.max(0, (x / 0.7) * 2));
  const row = Math.min(2.999, Math.max(0, y * 3));
  const c = Math.floor(column);
  const r = Math.floor(row);
  const at = (i: number, j: number): number => field[start + (r + i) * 3 + c + j];
  const upper = at(0, 0) + (column - c) * (at(0, 1) - at(0, 0));
  const lower = at(1, 0) + (column - c) * (at(1, 1) - at(1, 0));
  return upper + (row - r) * (lower - upper);
}

/** Scales the lines into the box, ink included, and puts their centre of mass near the middle of the image. */
function centred(lines: readonly (readonly Point[])[], ink: number, random: RandomStream): Point[][] {
  const xs = lines.flatMap((line) => line.map((point) => point[0]));
  const ys = lines.flatMap((line) => line.map((point) => point[1]));
  const longest = Math.max(Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys));
  const scale = ((box + 1 - 2 * ink) / longest) * (1 - 0.06 * random.uniform());
  let mass = 0;
  let x = 0;
  let y = 0;
  for (const line of lines) {
    for (let k = 0; k + 1 < line.length; k++) {
      const dx = line[k + 1][0] - line[k][0];
      const dy = line[k + 1][1] - line[k][1];
      const length = Math.sqrt(dx * dx + dy * dy);
      mass += length;
      x += length * (line[k][0] + dx / 2);
      y += length * (line[k][1] + dy / 2);
    }
  }
  const free = 1 + ink; // the outermost pixels stay empty
  const inside = (shift: number, values: readonly number[]): number =>
    Math.min(side - free - scale * Math.max(...values), Math.max(free - scale * Math.min(...values), shift));
  const shiftX = inside(side / 2 + 0.6 * bell(random) - (scale * x) / mass, xs);
  const shiftY = inside(side / 2 + 0.6 * bell(random) - (scale * y) / mass, ys);
  return lines.map((line) => line.map(([px, py]): Point => [scale * px + shiftX, scale * py + shiftY]));
}

/** A bell-shaped draw: mean 0, standard deviation 0.58, within +-2 (sum of four uniforms). */
function bell(random: RandomStream): number {
  return random.uniform() + random.uniform() + random.uniform() + random.uniform() - 2;
}
