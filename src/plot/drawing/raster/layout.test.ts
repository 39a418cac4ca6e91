import { expect, test } from 'vitest';
import { packSpikeTrains } from '../../../network/spikes.js';
import { rasterPayload } from '../../raster.js';
import { unpackLayers } from './layer.js';
import { layerHeight, layoutRaster } from './layout.js';
import { arrangeRaster } from './scene.js';

test('rows get whole pixels or pixels whole rows', () => {
  for (const rows of [1, 7, 26, 27, 30, 60, 99, 100, 500, 784, 1600, 10_000]) {
    const height = layerHeight(rows);
    const perPixel = rows / height;
    const pixels = height / rows;
    // whole, or a last line of fewer rows
    expect(
      Number.isInteger(pixels) || Math.ceil(rows / Math.round(perPixel)) === height,
      `${rows} rows in ${height} pixels`,
    ).toBe(true);
  }
  expect(layerHeight(10)).toBe(120);
  expect(layerHeight(100)).toBe(100);
  expect(layerHeight(784)).toBe(131); // six neurons a pixel
  expect(layerHeight(1 << 20)).toBeLessThan(300);
});

test('panels follow one another without overlap, all inside the picture', () => {
  const layout = layoutRaster(
    700,
    50,
    [784, 800, 100, 10],
    { title: [['title'], ['label', 'prediction']], note: true },
    12,
    40,
  );
  const panels = [...layout.panels, layout.rates];
  panels.forEach(({ y, heading }, k) => {
    expect(y.to).toBeGreaterThan(y.from);
    expect(heading).toBeLessThan(y.from);
    expect(heading - 10).toBeGreaterThan(k === 0 ? layout.title[1].baseline : panels[k - 1].y.to);
  });
  expect(layout.axisTitle).toBeGreaterThan(layout.rates.y.to + 20);
  expect(layout.note).toBeGreaterThan(layout.axisTitle);
  expect(layout.height).toBeGreaterThan(layout.note!);
  expect(layout.x).toEqual({ from: 50, to: 660 }); // the ten outputs have firing counts on the right
});

test('in a narrow picture titles and figures have lines of their own, from its edge', () => {
  const payload = {
    ...rasterPayload([packSpikeTrains('hidden', 100, [[1], [2]]), packSpikeTrains('output', 100, [[3]])], {
      label: 'Pullover',
      prediction: 'Sneaker',
      title: 'A title that is longer than anything that fits into one line of a narrow picture',
    }),
  };
  const at = (width: number) => arrangeRaster(payload, unpackLayers(payload, []), width, (text) => 6 * text.length, 12);
  const wide = at(1200);
  expect(wide.title.map(({ parts }) => parts)).toEqual([['title', 'label', 'prediction']]);
  expect(wide.panels.map(({ facts }) => facts)).toEqual([undefined, undefined]);
  const narrow = at(240);
  expect(narrow.title.map(({ parts }) => parts)).toEqual([['title'], ['label'], ['prediction']]);
  expect(narrow.left).toBeLessThan(narrow.x.from);
  for (const { heading, facts, y } of narrow.panels) {
    expect(facts! - heading).toBeGreaterThanOrEqual(15);
    expect(y.from - facts!).toBeGreaterThanOrEqual(12);
  }
  // Beside a tool bar the title has so much less room, the rest as much as before.
  const beside = arrangeRaster(payload, unpackLayers(payload, []), 520, (text) => 6 * text.length, 12, undefined, {
    corner: 300,
  });
  expect(beside.title.map(({ parts }) => parts)).toEqual([['title'], ['label'], ['prediction']]);
  expect([beside.titleRight, beside.x.to]).toEqual([220, at(520).x.to]);
  expect(at(520).title.map(({ parts }) => parts)).toEqual([['title'], ['label', 'prediction']]);
});

test('many layers still fit a screen; a narrow page still has a plot', () => {
  expect(
    layoutRaster(
      700,
      50,
      Array.from({ length: 20 }, () => 500),
      { title: [], note: false },
    ).height,
  ).toBeLessThan(1200);
  const narrow = layoutRaster(30, 50, [10], { title: [], note: false });
  expect(narrow.x.to).toBeGreaterThan(narrow.x.from);
});

test('the count of the true and of the predicted class has room also where rows are too many for labels', () => {
  const trains = packSpikeTrains(
    'output',
    100,
    Array.from({ length: 35 }, () => Array.from({ length: 90 }, (_, t) => t)),
  );
  const measure = (text: string): number => 6 * text.length;
  const right = (options: object): number => {
    const payload = rasterPayload(trains, options);
    return 600 - arrangeRaster(payload, unpackLayers(payload, []), 600, measure, 12).x.to;
  };
  expect(right({ label: 7 })).toBeGreaterThan(6 + measure('90 ◂'));
  expect(right({ prediction: 7 })).toBe(right({ label: 7 }));
  expect(right({})).toBeLessThan(20);
});
