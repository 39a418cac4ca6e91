import { expect, test } from 'vitest';
import { layerHeight, layoutRaster } from './layout.js';

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
  const layout = layoutRaster(700, 50, [784, 800, 100, 10], { title: true, note: true }, 12, 40);
  const panels = [...layout.panels, layout.rates];
  panels.forEach(({ y, heading }, k) => {
    expect(y.to).toBeGreaterThan(y.from);
    expect(heading).toBeLessThan(y.from);
    expect(heading - 10).toBeGreaterThan(k === 0 ? layout.title! : panels[k - 1].y.to);
  });
  expect(layout.axisTitle).toBeGreaterThan(layout.rates.y.to + 20);
  expect(layout.note).toBeGreaterThan(layout.axisTitle);
  expect(layout.height).toBeGreaterThan(layout.note!);
  expect(layout.x).toEqual({ from: 50, to: 660 }); // the ten outputs have firing counts on the right
});

test('many layers still fit a screen; a narrow page still has a plot', () => {
  expect(
    layoutRaster(
      700,
      50,
      Array.from({ length: 20 }, () => 500),
      { title: false, note: false },
    ).height,
  ).toBeLessThan(1200);
  const narrow = layoutRaster(30, 50, [10], { title: false, note: false });
  expect(narrow.x.to).toBeGreaterThan(narrow.x.from);
});
