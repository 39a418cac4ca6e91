/**
 * An event camera looking at a digit, as N-MNIST's did (Orchard, Jayawant, Cohen, Thakor 2015): the image moves in
 * three saccades, each pixel reports when its log brightness has changed by a threshold. Everything that is a figure
 * here was fitted to 1,000 recordings of N-MNIST (`npm run saccades` compares with others); it is a simulation, and
 * whatever it makes is named so.
 */
import { type CameraEvents, nmnistSide, selectEvents } from '../formats/nmnist.js';
import { log } from '../../numeric/log.js';
import type { RandomStream } from '../../numeric/random.js';

export interface Camera {
  /** Change of log brightness that makes an event, 0.05 .. 2. */
  readonly threshold: number;
  /** Microseconds for which a pixel is blind after an event, 0 .. 100,000. */
  readonly refractory: number;
  /** Events without a cause, per pixel and second, 0 .. 100. */
  readonly noise: number;
}

/** Threshold and refractory time give the recordings' number of events, noise that of pixels which no digit reaches. */
export const nmnistCamera: Camera = { threshold: 0.15, refractory: 1800, noise: 0.38 };

const imageSide = 28;
/** With a black pixel on each side. */
const framedSide = imageSide + 2;
/** Brightness of the screen where the image is black, in parts of its white. */
const darkness = 0.3;
/**
 * Column and row of the image's corner when each saccade begins, and at the end: a triangle. Means of where events lie.
 */
const corners = [
  [0.8, 1.9],
  [2.9, 7.1],
  [6.1, 2.0],
  [1.6, 2.0],
] as const;
/**
 * Events of a recording in each 5 ms, without noise: how fast the camera moves. A saccade of about 100 ms in each line.
 */
const speeds: readonly (readonly number[])[] = [
  [3, 9, 21, 40, 61, 88, 114, 130, 144, 149, 153, 149, 124, 113, 72, 32, 17, 9, 8],
  [10, 13, 16, 21, 25, 38, 65, 86, 102, 116, 124, 126, 123, 121, 104, 74, 47, 28, 15, 14, 20, 25, 25, 16, 9],
  [3, 13, 58, 98, 112, 113, 119, 129, 126, 112, 89, 70, 62, 50, 31, 15, 4, 1],
];
const binMs = 5;

/** Column and row of the image's corner at each millisecond. */
const path: readonly (readonly [x: number, y: number])[] = speeds.flatMap((bins, saccade) => {
  const [[fromX, fromY], [toX, toY]] = [corners[saccade], corners[saccade + 1]];
  const whole = bins.reduce((sum, speed) => sum + speed, 0) * binMs;
  let gone = 0;
  return bins.flatMap((speed) =>
    Array.from({ length: binMs }, (): [number, number] => {
      const part = (gone += speed) / whole;
      return [fromX + part * (toX - fromX), fromY + part * (toY - fromY)];
    }),
  );
});
/** Milliseconds of a recording. */
const saccadeMs = path.length;

/** Log brightness of grey 0 .. 1 in 1,024 steps. */
const logBrightness = Float64Array.from({ length: 1025 }, (_, k) => log(darkness + k / 1024));

/**
 * What the camera sees of an image: events of 34 x 34 pixels in the order of time. As in the recordings a pixel reports
 * 0 where the digit comes and 1 where it goes.
 * @param pixels `[28][28]`, 0 .. 255
 */
export function saccadeEvents(pixels: Uint8Array, camera: Camera, random: RandomStream): CameraEvents {
  const seen = new Seen();
  const { threshold, refractory } = camera;
  const count = nmnistSide * nmnistSide;
  const image = new Shown(pixels);
  let before = new Float64Array(count);
  let now = new Float64Array(count);
  image.look(corners[0], before);
  const reference = before.slice();
  const blindUntil = new Float64Array(count);
  for (let ms = 0; ms < path.length; ms++) {
    image.look(path[ms], now);
    for (let pixel = 0; pixel < count; pixel++) {
      const from = before[pixel];
      const to = now[pixel];
      if (from === to && to === reference[pixel]) continue;
      if (blindUntil[pixel] > 1000 * ms) {
        if (blindUntil[pixel] <= 1000 * (ms + 1)) reference[pixel] = to;
        continue;
      }
      const step = to > reference[pixel] ? threshold : -threshold;
      while (Math.abs(to - reference[pixel]) >= threshold) {
        reference[pixel] += step;
        const part = to === from ? 1 : Math.min(1, Math.max(0, (reference[pixel] - from) / (to - from)));
        const time = Math.round(1000 * (ms + part));
        seen.add(pixel, step > 0 ? 0 : 1, time);
        if (refractory === 0) continue;
        blindUntil[pixel] = time + refractory;
        break;
      }
    }
    [before, now] = [now, before];
  }
  addNoise(seen, camera.noise, random);
  return seen.inOrder();
}

/** An image on the camera's screen, which is black around it. */
class Shown {
  /** Row and column 0 are a black frame. */
  private readonly greys = new Float64Array(framedSide * framedSide);
  /** The part of the image that is not black, in framed rows and columns. */
  private top = framedSide;
  private bottom = 0;
  private left = framedSide;
  private right = 0;

  constructor(pixels: Uint8Array) {
    for (let row = 1; row <= imageSide; row++) {
      for (let column = 1; column <= imageSide; column++) {
        const grey = pixels[(row - 1) * imageSide + column - 1];
        if (grey === 0) continue;
        this.greys[row * framedSide + column] = grey;
        this.top = Math.min(this.top, row);
        this.bottom = Math.max(this.bottom, row);
        this.left = Math.min(this.left, column);
        this.right = Math.max(this.right, column);
      }
    }
  }

  /** Writes the log brightness of each pixel of the camera, the image's corner lying between pixels. */
  look([x, y]: readonly [number, number], into: Float64Array): void {
    into.fill(logBrightness[0]);
    const { greys } = this;
    const column = Math.floor(x);
    const row = Math.floor(y);
    const right = x - column;
    const down = y - row;
    const lastRow = Math.min(this.bottom, nmnistSide - 1 - row);
    const lastColumn = Math.min(this.right, nmnistSide - 1 - column);
    // A pixel sees parts of four of the image: its own and those above and left of it.
    for (let r = this.top - 1; r <= lastRow; r++) {
      for (let c = this.left - 1; c <= lastColumn; c++) {
        const own = (r + 1) * framedSide + c + 1;
        const above = (1 - right) * greys[own - framedSide] + right * greys[own - framedSide - 1];
        const here = (1 - right) * greys[own] + right * greys[own - 1];
        const value = down * above + (1 - down) * here;
        into[(row + r) * nmnistSide + column + c] = logBrightness[Math.round((value * 1024) / 255)];
      }
    }
  }
}

/** The whole part of what a pixel is to have, and one more with the chance of the rest, each at any time. */
function addNoise(seen: Seen, rate: number, random: RandomStream): void {
  const wanted = (rate * saccadeMs) / 1000;
  const sure = Math.floor(wanted);
  for (let pixel = 0; pixel < nmnistSide * nmnistSide; pixel++) {
    const events = sure + Number(random.uniform() < wanted - sure);
    for (let k = 0; k < events; k++) seen.add(pixel, random.below(2), random.below(1000 * saccadeMs));
  }
}

/** Events as they come. */
class Seen {
  private readonly pixels: number[] = [];
  private readonly polarities: number[] = [];
  private readonly times: number[] = [];

  add(pixel: number, polarity: number, time: number): void {
    this.pixels.push(pixel);
    this.polarities.push(polarity);
    this.times.push(time);
  }

  inOrder(): CameraEvents {
    const { pixels, polarities, times } = this;
    const order = Uint32Array.from(times.keys()).sort((a, b) => times[a] - times[b] || a - b);
    const events = {
      x: Uint8Array.from(pixels, (pixel) => pixel % nmnistSide),
      y: Uint8Array.from(pixels, (pixel) => Math.floor(pixel / nmnistSide)),
      polarity: Uint8Array.from(polarities),
      time: Uint32Array.from(times),
    };
    return selectEvents(events, order.length, (k) => order[k]);
  }
}
