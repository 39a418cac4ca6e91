import { expect, test } from 'vitest';
import { layoutRaster } from './layout.js';
import { RasterView } from './view.js';

const layout = layoutRaster(440, 40, [100, 10], { title: [], note: false }, 12, 40); // 360 pixels for 360 steps
const whole = RasterView.whole(360, [100, 10]);
const inHidden = layout.panels[0].y.from + 50;

test('the wheel magnifies time under the pointer', () => {
  const view = whole.zoom(layout, 2, { x: 40 + 90, y: inHidden });
  expect(view.time).toEqual({ from: 45, to: 225 });
  expect(view.rows).toEqual(whole.rows);
  expect(view.isWhole()).toBe(false);
  expect(view.zoom(layout, 0.5, { x: 40 + 90, y: inHidden }).isWhole()).toBe(true);
});

test('in the gutter it magnifies the rows of that layer', () => {
  const view = whole.zoom(layout, 2, { x: 10, y: inHidden });
  expect(view.time).toEqual(whole.time);
  expect(view.rows[0]).toEqual({ from: 25, to: 75 });
  expect(view.rows[1]).toEqual({ from: 0, to: 10 });
});

test('a flat drag selects time in all layers, another also rows', () => {
  const flat = whole.zoomTo(layout, { x: 140, y: inHidden }, { x: 240, y: inHidden + 5 });
  expect(flat.time).toEqual({ from: 100, to: 200 });
  expect(flat.rows).toEqual(whole.rows);
  const box = whole.zoomTo(layout, { x: 240, y: inHidden }, { x: 140, y: inHidden + 30 });
  expect(box.time).toEqual({ from: 100, to: 200 });
  expect(box.rows[0]).toEqual({ from: 50, to: 80 });
  expect(whole.selection(layout, { x: 140, y: inHidden }, { x: 141, y: inHidden })).toBeUndefined();
});

test('a drag out of the plot ends at its edge', () => {
  const box = whole.selection(layout, { x: 300, y: inHidden }, { x: 9999, y: 9999 });
  expect(box).toEqual({ x: 300, y: inHidden, width: 100, height: 50 });
});

test('moving stops at the ends, and moves only the rows of the layer dragged', () => {
  const zoomed = whole.zoom(layout, 4, { x: 220, y: inHidden }).zoom(layout, 2, { x: 10, y: inHidden });
  expect(zoomed.pan(layout, 1e6, 0).time.from).toBe(0);
  expect(zoomed.pan(layout, -1e6, 0).time.to).toBe(360);
  expect(zoomed.pan(layout, 0, 20, { x: 200, y: inHidden }).rows[0]).toEqual({ from: 15, to: 65 });
  expect(zoomed.pan(layout, 0, 20, { x: 200, y: layout.panels[1].y.from + 1 }).rows[0]).toEqual({ from: 25, to: 75 });
});

test('a view fits the next raster only when that has the same shape', () => {
  expect(whole.fits(360, [100, 10])).toBe(true);
  expect(whole.fits(361, [100, 10])).toBe(false);
  expect(whole.fits(360, [100])).toBe(false);
});

test('a cell outside is brought into view', () => {
  const zoomed = whole.zoom(layout, 4, { x: 40, y: inHidden });
  expect(zoomed.time).toEqual({ from: 0, to: 90 });
  expect(zoomed.reveal(1, 3, 100).time).toEqual({ from: 10, to: 100 });
});
