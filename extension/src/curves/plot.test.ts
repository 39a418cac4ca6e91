import { expect, test } from 'vitest';
import type { CurvesPayload } from '../../../src/plot/payload.js';
import { CurvesPlot } from './plot.js';
import { layoutCurves } from './layout.js';
import { looks } from './looks.js';
import { formatEpoch, formatValue, formatValueTick, lastValue, reachedEpoch } from './values.js';

const payload = (more: Partial<CurvesPayload> = {}): CurvesPayload => ({
  version: 1,
  live: true,
  plannedEpochs: 4,
  axes: { x: 'epoch', accuracy: 'accuracy', cost: 'cost' },
  series: [
    { panel: 'accuracy', role: 'progress', name: 'live', x: [0.5, 1, 1.5], y: [0.8, null, 0.9] },
    { panel: 'accuracy', role: 'test', name: 'test', x: [1], y: [0.9745] },
    { panel: 'accuracy', role: 'reference', name: 'log', x: [1, 2, 3, 4], y: [0.9732, 0.97, 0.98, 0.99] },
    { panel: 'cost', role: 'train', name: 'train', x: [1], y: [12.5] },
  ],
  ...more,
});

const measure = (text: string): number => 6 * text.length;

function plotOf(given: CurvesPayload): CurvesPlot {
  const plot = new CurvesPlot();
  plot.setPayload(given);
  plot.layout(900, measure);
  return plot;
}

test('the pointer reads each curve of its panel at the nearest point', () => {
  const plot = plotOf(payload());
  const { panels } = layoutCurves(
    900,
    [
      { panel: 'accuracy', names: ['live', 'test', 'log'] },
      { panel: 'cost', names: ['train'] },
    ],
    { title: true, note: false },
    measure,
  );
  const x = panels[0].x.from + (panels[0].x.to - panels[0].x.from) * (1.02 / 4);
  const reading = plot.inspect({ x, y: panels[0].y.from + 20 });
  expect(reading?.title).toBe('epoch 1.02');
  expect(reading?.lines.map(({ label, value }) => `${label}: ${value}`)).toEqual([
    'test (epoch 1): 97.45 %',
    'log (epoch 1): 97.32 %',
  ]);
  expect(plot.inspect({ x: panels[1].x.from + (x - panels[0].x.from), y: panels[1].y.from + 20 })?.lines).toMatchObject(
    [{ label: 'train (epoch 1)', value: '12.5' }],
  );
  expect(plot.inspect({ x: 5, y: 5 })).toBeUndefined();
});

test('arrow keys go from point to point and from panel to panel', () => {
  const plot = plotOf(payload());
  expect(plot.step(1, 0)?.title).toBe('epoch 4.00');
  expect(plot.step(-1, 0)?.title).toBe('epoch 3.00');
  expect(plot.step(-1, 0)?.title).toBe('epoch 2.00');
  plot.step(-1, 0);
  expect(plot.step(-1, 0)?.title).toBe('epoch 1.00');
  expect(plot.step(0, 1)?.lines).toMatchObject([{ label: 'train (epoch 1)', value: '12.5' }]);
});

test('more points keep the view; without a zoom the axis stays at the epochs planned', () => {
  const plot = plotOf(payload());
  plot.setPayload(payload({ plannedEpochs: 8 }));
  expect(plot.isZoomed()).toBe(false);
  expect(plot.zoom(4)).toBe(true);
  plot.setPayload(payload({ plannedEpochs: 8 }));
  expect(plot.isZoomed()).toBe(true);
  expect(plot.reset()).toBe(true);
  expect(plot.reset()).toBe(false);
});

test('nothing to draw is no failure', () => {
  const plot = plotOf(payload({ series: [], plannedEpochs: 0 }));
  expect(plot.summary()).toBe('Training curves: no points yet');
  expect(plot.inspect({ x: 100, y: 100 })).toBeUndefined();
  expect(plot.step(1, 0)).toBeUndefined();
});

test('the summary says the last values', () => {
  expect(plotOf(payload()).summary()).toBe(
    'Training curves: accuracy live 90.00 %, accuracy test 97.45 %, accuracy log 99.00 %, cost train 12.5',
  );
});

test('a reference is compared at the epoch reached', () => {
  const { series } = payload();
  expect(reachedEpoch(series)).toBe(1.5);
  expect(lastValue(series[2], reachedEpoch(series))).toBe(0.9732);
  expect(lastValue({ ...series[0], y: [0.8, null, null] })).toBe(0.8);
  expect(reachedEpoch([series[2]])).toBe(Infinity);
});

test('panels stand side by side where there is room, else below one another', () => {
  const panels = [
    { panel: 'accuracy', names: ['train, within epoch', 'authors, train', 'authors, test', 'test'] },
    { panel: 'cost', names: ['a', 'b'] },
  ] as const;
  const wide = layoutCurves(900, panels, { title: true, note: true }, measure);
  expect(wide.panels[0].x.to).toBeLessThan(wide.panels[1].x.from);
  expect(wide.panels[0].y).toEqual(wide.panels[1].y);
  expect(wide.panels[1].x.to).toBeLessThanOrEqual(900);
  expect(wide.height).toBeGreaterThan(wide.note!);
  const narrow = layoutCurves(400, panels, { title: false, note: false }, measure);
  expect(narrow.panels[0].axisTitle).toBeLessThan(narrow.panels[1].heading);
  expect(narrow.panels[1].legend.length).toBe(2);
  for (const { panels: boxes } of [wide, narrow]) {
    const { legend, x, y } = boxes[0];
    for (const [k, entry] of legend.entries()) {
      expect(entry.x + entry.width).toBeLessThanOrEqual(x.to);
      expect(entry.baseline).toBeLessThan(y.from);
      const next = legend[k + 1];
      if (next) expect(next.baseline > entry.baseline || next.x >= entry.x + entry.width).toBe(true);
    }
  }
});

test('runs differ in colour, references are dashed', () => {
  const role = (name: 'progress' | 'train' | 'test' | 'reference'): CurvesPayload['series'][number] => ({
    panel: 'accuracy',
    role: name,
    name,
    x: [],
    y: [],
  });
  const [live, train, test_, live2, log] = looks([
    role('progress'),
    role('train'),
    role('test'),
    role('progress'),
    role('reference'),
  ]);
  expect(live.colour).toBe(train.colour);
  expect(test_.colour).not.toBe(train.colour);
  expect(live2.colour).not.toBe(live.colour);
  expect(log.dash.length).toBeGreaterThan(0);
  const named = looks([
    { ...role('reference'), name: 'authors, train' },
    { ...role('reference'), name: 'authors, test' },
  ]);
  expect(named.map(({ colour }) => colour)).toEqual([train.colour, test_.colour]);
  expect(looks(Array.from({ length: 64 }, () => role('test'))).every(({ colour }) => colour >= 0 && colour < 7)).toBe(
    true,
  );
});

test('values are written as people read them', () => {
  expect(formatValue('accuracy', 0.97453)).toBe('97.45 %');
  expect(formatValue('cost', 12.34567)).toBe('12.35');
  expect(formatValue('cost', 0.00012345)).toBe('1.23e-4');
  expect(formatValueTick('accuracy', 0.975, 0.005)).toBe('97.5 %');
  expect(formatEpoch(3)).toBe('3');
  expect(formatEpoch(2.468)).toBe('2.47');
});
