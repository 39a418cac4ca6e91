/**
 * The pictures as a test: each scene is drawn and compared with its committed PNG. After an intended change:
 * SPIKELAB_UPDATE_GALLERY=1 node node_modules/vitest/vitest.mjs run test/plot, then look at the pictures before
 * committing.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { convertIndexedToRgb, decode } from 'fast-png';
import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import { describe, expect, test } from 'vitest';
import { parseCurvesPayload } from '../../src/plot/curvesPayload.js';
import { figureMime, parseFigurePayload } from '../../src/plot/figurePayload.js';
import { curvesMime, parseRasterPayload, rasterMime, vegaLiteMime } from '../../src/plot/payload.js';
import { scenes } from './scenes.js';

const folder = fileURLToPath(new URL('.', import.meta.url));
const updating = process.env.SPIKELAB_UPDATE_GALLERY === '1';
/**
 * Share of pixels that may differ visibly: rounding in Math.log and the like may move a line's edge on another
 * JavaScript engine.
 */
const tolerance = 5e-4;

describe.each(Object.entries(scenes))('%s', (name, draw) => {
  const plot = draw();

  test('looks as committed and stays within the budget', async () => {
    const { data, metadata } = await plot.displayBundle();
    const png = Buffer.from(data['image/png'] as string, 'base64');
    expect(png.length).toBeLessThanOrEqual(50_000);
    expect(JSON.stringify(data).length).toBeLessThanOrEqual(150_000);
    const actual = pixels(png);
    expect(metadata).toEqual({
      'image/png': {
        width: Math.round(actual.width / 2),
        height: Math.round(actual.height / 2),
        alt: expect.stringContaining(data['text/plain'] as string) as unknown, // a raster's says more
      },
    });
    const file = join(folder, `${name}.png`);
    if (updating) return writeFileSync(file, png);
    expect(existsSync(file), `${file} is missing: update the gallery`).toBe(true);
    const expected = pixels(readFileSync(file));
    const different = difference(actual, expected);
    if (different > tolerance) {
      const failed = join(tmpdir(), 'spikelab-gallery');
      mkdirSync(failed, { recursive: true });
      writeFileSync(join(failed, `${name}.png`), png);
      expect.fail(
        `${(100 * different).toFixed(2)} % of the pixels of ${name} differ; the new picture is ${join(failed, `${name}.png`)}`,
      );
    }
  });

  test('has data that its readers accept', async () => {
    const { data } = await plot.displayBundle();
    const text = data['text/plain'] as string;
    expect(text).toMatch(/^(raster|curves|counts|membrane|chart|images|bars|confusion|weights|encoding): \S.*$/);
    expect(String(plot)).toBe(text);
    const json = JSON.parse(JSON.stringify(data)) as Record<string, unknown>;
    expect(Object.keys(json).filter((mime) => /html|svg|javascript/.test(mime))).toEqual([]);
    if (rasterMime in json) expect(parseRasterPayload(json[rasterMime])).toEqual(data[rasterMime]);
    if (curvesMime in json) expect(parseCurvesPayload(json[curvesMime])).toEqual(data[curvesMime]);
    if (figureMime in json) expect(parseFigurePayload(json[figureMime])).toEqual(data[figureMime]);
    expect([rasterMime, curvesMime, figureMime].filter((mime) => mime in json)).toHaveLength(1);
    expect(rasterMime in json || vegaLiteMime in json || /^(images|weights|encoding)/.test(text)).toBe(true);
    if (vegaLiteMime in json) {
      const spec = json[vegaLiteMime] as TopLevelSpec;
      expect(spec.$schema).toBe('https://vega.github.io/schema/vega-lite/v5.json');
      const warnings: unknown[] = [];
      const logger = {
        level: () => logger,
        error: (...all: unknown[]) => (warnings.push(all), logger),
        warn: (...all: unknown[]) => (warnings.push(all), logger),
        info: () => logger,
        debug: () => logger,
      };
      const view = new View(parse(compile(spec, { logger }).spec), {
        renderer: 'none',
        logger,
      });
      await view.runAsync();
      view.finalize();
      expect(warnings).toEqual([]);
    }
  });
});

interface Image {
  readonly width: number;
  readonly height: number;
  readonly rgb: ArrayLike<number>;
}

function pixels(png: Uint8Array): Image {
  const image = decode(png, { checkCrc: true });
  return { width: image.width, height: image.height, rgb: convertIndexedToRgb(image) };
}

/** Share of pixels with a channel that differs by more than 24 of 255; 1 when the sizes differ. */
function difference(a: Image, b: Image): number {
  if (a.width !== b.width || a.height !== b.height) return 1;
  let different = 0;
  for (let p = 0; p < a.rgb.length; p += 3) {
    if (
      Math.abs(a.rgb[p] - b.rgb[p]) > 24 ||
      Math.abs(a.rgb[p + 1] - b.rgb[p + 1]) > 24 ||
      Math.abs(a.rgb[p + 2] - b.rgb[p + 2]) > 24
    )
      different++;
  }
  return different / (a.width * a.height);
}
