import { expect, test } from 'vitest';
import type { CurvesPayload } from '../../../src/plot/curvesPayload.js';
import { CurvesPlot } from './plot.js';
import { arrangeCurves, panelsOf } from '../../../src/plot/drawing/curves/draw.js';

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
  const { panels } = arrangeCurves(payload(), panelsOf(payload()), 900, measure, 12, 'training');
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

test('a click on the heading or the values of a panel switches its axis to logarithms and back', () => {
  const plot = plotOf(payload());
  const { panels } = arrangeCurves(payload(), panelsOf(payload()), 900, measure, 12, 'training');
  const before = plot.inspect({ x: panels[1].x.from + 60, y: panels[1].y.from + 20 });
  expect(plot.click({ x: panels[1].x.from + 5, y: panels[1].heading })).toBe(true);
  expect(plot.click({ x: panels[1].x.from - 5, y: panels[1].y.from + 50 })).toBe(true);
  expect(plot.click({ x: panels[1].x.from + 60, y: panels[1].y.from + 20 })).toBe(false);
  expect(plot.inspect({ x: panels[1].x.from + 60, y: panels[1].y.from + 20 })).toEqual(before);
});

test('the table says each mark of each epoch', () => {
  const { columns, rows } = plotOf(payload()).table();
  expect(columns).toEqual(['epoch', 'accuracy test', 'accuracy log', 'cost train']);
  expect(rows).toEqual([
    ['1', '97.45 %', '97.32 %', '12.5'],
    ['2', '', '97.00 %', ''],
    ['3', '', '98.00 %', ''],
    ['4', '', '99.00 %', ''],
  ]);
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

test('buttons add panels and take them away; the last one stays, and accuracy and cost alone are no choice', () => {
  const plot = new CurvesPlot();
  const one = (panel: CurvesPayload['series'][number]['panel']): CurvesPayload['series'][number] => ({
    panel,
    role: 'train',
    name: 'train',
    x: [1],
    y: [1],
  });
  const payload: CurvesPayload = {
    version: 1,
    live: true,
    plannedEpochs: 1,
    axes: { x: 'epoch', accuracy: 'accuracy', cost: 'cost' },
    series: [one('accuracy'), one('cost')],
    panels: ['accuracy', 'cost'],
  };
  plot.setPayload(payload);
  expect(plot.choices.list()).toEqual([]);
  const more = { ...payload, series: [...payload.series, one('weightNorm')] };
  plot.setPayload(more);
  const measure = (text: string): number => 6 * text.length;
  const [before] = [plot.layout(300, measure)];
  expect(plot.choices.list()[2]).toEqual({ label: 'weight norm', shown: false });
  expect(plot.choices.toggle(2)).toBe(true);
  expect(plot.layout(300, measure)).toBeGreaterThan(before + 150);
  plot.setPayload(more); // the next update of a live plot
  expect(plot.choices.list().map(({ shown }) => shown)).toEqual([true, true, true]);
  expect([0, 1, 2].map((k) => plot.choices.toggle(k))).toEqual([true, true, false]);
  expect(plot.choices.toggle(7)).toBe(false);
});

test('the CSV of means over seeds has their bands', () => {
  const given = payload({
    runs: ['a, b'],
    series: [
      { panel: 'cost', role: 'train', name: 'train', run: 0, x: [1, 2], y: [5, 4], low: [3, null], high: [7, 6] },
      { panel: 'cost', role: 'reference', name: 'log, train', x: [1], y: [6] },
    ],
  });
  expect(plotOf(given).csv(true)).toBe(
    'panel,run,curve,epoch,value,low,high\ncost,"a, b","train",1,5,3,7\ncost,"a, b","train",2,4,,6\ncost,"","log, train",1,6,,\n',
  );
  expect(plotOf(payload()).csv(true).split('\n')[0]).toBe('panel,run,curve,epoch,value');
});
