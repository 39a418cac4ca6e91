import { convertIndexedToRgb, decode } from 'fast-png';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { packSpikeTrains } from '../network/spikes.js';
import { encodePng, encodeSmallPng, pngBudget } from './png.js';
import { raster, rasterPayload } from './raster.js';
import { unpackLayers } from './drawing/raster/layer.js';
import { arrangeRaster } from './drawing/raster/scene.js';
import { escapeXml } from './drawing/xml.js';
import { renderSvg } from './svg.js';

/** `[height * width]` colours as 0xrrggbb. */
function colorsOf(png: Uint8Array): { width: number; height: number; colors: Uint32Array } {
  const image = decode(png, { checkCrc: true });
  const rgb = convertIndexedToRgb(image);
  return {
    width: image.width,
    height: image.height,
    colors: Uint32Array.from(
      { length: rgb.length / 3 },
      (_, p) => (rgb[3 * p] << 16) | (rgb[3 * p + 1] << 8) | rgb[3 * p + 2],
    ),
  };
}

/** Opaque pixels of given colours. */
function picture(width: number, colors: ArrayLike<number>): { width: number; height: number; rgba: Uint8Array } {
  const rgba = Uint8Array.from({ length: 4 * colors.length }, (_, i) =>
    i % 4 === 3 ? 255 : (colors[Math.floor(i / 4)] >> (16 - 8 * (i % 4))) & 255,
  );
  return { width, height: colors.length / width, rgba };
}

describe('a PNG', () => {
  test('has the pixels it was made from, for any number of colours up to 256 and any width', () => {
    const image = fc.record({
      width: fc.integer({ min: 1, max: 19 }),
      height: fc.integer({ min: 1, max: 19 }),
      palette: fc.uniqueArray(fc.nat(0xffffff), { minLength: 1, maxLength: 256 }),
      draws: fc.array(fc.nat(), { minLength: 361, maxLength: 361 }),
    });
    fc.assert(
      fc.property(image, ({ width, height, palette, draws }) => {
        const colors = Uint32Array.from(draws.slice(0, width * height), (draw) => palette[draw % palette.length]);
        expect(colorsOf(encodePng(picture(width, colors)))).toEqual({ width, height, colors });
      }),
    );
  });

  test('of more colours keeps the common ones and takes near ones for the rest', () => {
    const colors = Uint32Array.from({ length: 4000 }, (_, p) =>
      p < 2000 ? 0xffffff : p < 3000 ? 0x0072b2 : ((p % 250) << 16) | (p % 8),
    );
    const { colors: out } = colorsOf(encodePng(picture(100, colors), 64));
    expect(out.slice(0, 3000)).toEqual(colors.slice(0, 3000));
    expect(new Set(out).size).toBeLessThanOrEqual(64);
    for (let p = 3000; p < 4000; p++) expect(Math.abs((out[p] >> 16) - (colors[p] >> 16))).toBeLessThan(32);
  });

  test('gives up colours for its budget', () => {
    let state = 7;
    const noise = Uint32Array.from(
      { length: 250_000 },
      () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 29,
    ).map((shade) => shade * 0x1c1c1c + (state & 0x30303));
    const full = encodePng(picture(500, noise));
    expect(full.length).toBeGreaterThan(pngBudget);
    expect(encodeSmallPng(picture(500, noise)).length).toBeLessThanOrEqual(full.length);
  });
});

test('a spike is drawn at its time and in the row of its neuron', async () => {
  const spikes = [[10], [], [30, 99], []];
  const plot = raster(packSpikeTrains('output', 100, spikes));
  const payload = rasterPayload(packSpikeTrains('output', 100, spikes));
  const { x, panels } = arrangeRaster(payload, unpackLayers(payload, []), 720, (text) => 4 * text.length, 12);
  const { from: left, to: right } = x;
  const { from: top, to: bottom } = panels[0].y;
  const { width, colors } = colorsOf(await plot.png());
  const blue = (neuron: number, time: number): boolean =>
    colors[
      Math.floor(2 * top + ((neuron + 0.5) * 2 * (bottom - top)) / 4) * width +
        Math.floor(2 * left + (2 * (right - left) * (time + 0.1)) / 100)
    ] === 0x0072b2;
  for (let neuron = 0; neuron < 4; neuron++)
    for (let time = 0; time < 100; time++)
      expect(blue(neuron, time), `neuron ${neuron}, step ${time}`).toBe(spikes[neuron].includes(time));
});

test('two drawings of one raster are the same bytes', async () => {
  const trains = packSpikeTrains('output', 50, [[1, 2, 30], [4]]);
  expect(await raster(trains).png()).toEqual(await raster(trains).png());
});

test('text is drawn with the bundled font, whatever the machine has', async () => {
  const dark = async (content: string): Promise<number> => {
    const { rgba } = await renderSvg(
      `<svg xmlns="http://www.w3.org/2000/svg" width="80" height="20"><text x="2" y="15" font-family="No Such Font" font-size="14">${escapeXml(content)}</text></svg>`,
      1,
    );
    return rgba.filter((value, i) => i % 4 === 0 && value < 128).length;
  };
  expect(await dark('')).toBe(0);
  expect(await dark('epoch')).toBeGreaterThan(60);
  expect(await dark('τ ≥ ж')).toBeGreaterThan(30);
});

test('text in SVG cannot become markup', () => {
  expect(escapeXml('a<b>&"\'\u0000\ud800')).toBe('a&#60;b&#62;&#38;&#34;&#39;');
});
