import { expect, test } from 'vitest';
import type { CurveRole, CurveSeries, CurvesPayload } from '../../curvesPayload.js';
import { neutralSeries } from '../theme.js';
import { layoutCurves } from './layout.js';
import { looks, panelLegend, runsLegend } from './looks.js';
import {
  formatDuration,
  formatEpoch,
  formatValue,
  formatValueTick,
  lastValue,
  reachedEpoch,
  stateText,
} from './values.js';

const measure = (text: string): number => 6 * text.length;

test('a reference is compared at the epoch reached', () => {
  const series: CurveSeries[] = [
    { panel: 'accuracy', role: 'progress', name: 'live', x: [0.5, 1, 1.5], y: [0.8, null, 0.9] },
    { panel: 'accuracy', role: 'test', name: 'test', x: [1], y: [0.9745] },
    { panel: 'accuracy', role: 'reference', name: 'log', x: [1, 2, 3, 4], y: [0.9732, 0.97, 0.98, 0.99] },
  ];
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
  const wide = layoutCurves(900, panels, { title: true, note: true, state: '', runs: [] }, measure);
  expect(wide.panels[0].x.to).toBeLessThan(wide.panels[1].x.from);
  expect(wide.panels[0].y).toEqual(wide.panels[1].y);
  expect(wide.panels[1].x.to).toBeLessThanOrEqual(900);
  expect(wide.height).toBeGreaterThan(wide.note!);
  const narrow = layoutCurves(400, panels, { title: false, note: false, state: '', runs: [] }, measure);
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
  expect(formatValue('cost', 0.00012345)).toBe('1.23e−4');
  expect(formatValueTick('accuracy', 0.975, 0.005)).toBe('97.5 %');
  expect(formatEpoch(3)).toBe('3');
  expect(formatEpoch(2.468)).toBe('2.47');
});

test('a run has one colour in every panel; where colours run out, dashes and then marks tell runs apart', () => {
  const of = (run: number, role: CurveRole, panel: CurveSeries['panel']): CurveSeries => ({
    panel,
    role,
    name: role,
    run,
    x: [1],
    y: [1],
  });
  const six = Array.from({ length: 6 }, (_, run) => [of(run, 'test', 'accuracy'), of(run, 'train', 'cost')]).flat();
  const drawn = looks(six);
  for (let run = 0; run < 6; run++) expect(drawn[2 * run].colour).toBe(drawn[2 * run + 1].colour);
  expect(new Set(drawn.map(({ colour }) => colour)).size).toBe(6);
  const many = looks(Array.from({ length: 60 }, (_, run) => of(run, 'test', 'accuracy')));
  expect(new Set(many.map(({ colour, dash, marks }) => `${colour} ${dash.join()} ${marks}`)).size).toBe(60);
  expect(many.every(({ colour }) => colour < neutralSeries)).toBe(true); // the neutral one is for references
});

test('the legend of a panel names train, test and each reference once; that of runs each run once', () => {
  const one = (role: CurveRole, name: string, run?: number): CurveSeries => ({
    panel: 'accuracy',
    role,
    name,
    ...(run !== undefined && { run }),
    x: [1],
    y: [1],
  });
  const series = [
    one('progress', 'train, within epoch'),
    one('reference', 'authors, train'),
    one('reference', 'authors, test'),
    one('train', 'train'),
    one('test', 'test'),
  ];
  expect(panelLegend(series, 'accuracy')).toEqual([
    { name: 'train', series: 3 },
    { name: 'test', series: 4 },
    { name: 'authors', series: 2 },
  ]);
  const runs = [one('train', 'train', 0), one('test', 'test', 0), one('progress', 'train, within epoch', 1), series[2]];
  expect(runsLegend(runs, ['Adam', 'SGD'])).toEqual([
    { name: 'Adam', series: 1 },
    { name: 'SGD', series: 2 },
    { name: 'authors', series: 3 },
  ]);
  expect(panelLegend(runs, 'accuracy')).toEqual([]);
  // A reference may be called as the training's own curves are.
  expect(panelLegend([...series, one('reference', 'test, test')], 'accuracy')).toEqual([
    { name: 'train', series: 3 },
    { name: 'test', series: 4 },
    { name: 'authors', series: 2 },
    { name: 'test', series: 5 },
  ]);
});

test('the state says what is known: speed and time left while news come, else since when none came', () => {
  const payload: CurvesPayload = {
    version: 1,
    live: true,
    state: { made: 0, samplesPerSecond: 1240.4, secondsLeft: 130 },
    plannedEpochs: 3,
    axes: { x: 'epoch', accuracy: 'accuracy', cost: 'cost' },
    series: [{ panel: 'cost', role: 'progress', name: 'train', x: [0.3], y: [9] }],
  };
  expect(stateText(payload, 'training')).toBe('training · epoch 0.30 of 3 · 1240 samples/s · 2 min 10 s left');
  expect(stateText(payload, { noNewsSince: '21:05:00' })).toBe('training · epoch 0.30 of 3 · no news since 21:05:00');
  expect(stateText(payload, 'stopped')).toBe('stopped at epoch 0.30 of 3');
  expect(stateText(payload)).toBe('while training, at epoch 0.30 of 3');
  expect(stateText({ ...payload, live: false }, 'stopped')).toBe('');
  expect([8, 130, 12_000].map(formatDuration)).toEqual(['8 s', '2 min 10 s', '3 h 20 min']);
});

test('a long title does not hide how the training goes, and the height stays while that changes', () => {
  const parts = { title: true, note: false, runs: [] };
  const at = (width: number, state: string, titleWidth?: number) =>
    layoutCurves(width, [{ panel: 'cost', names: ['a'] }], { ...parts, state, titleWidth }, measure);
  const states = ['training · epoch 0', 'training · epoch 1.30 of 3 · 1240 samples/s · 2 min 10 s left'];
  expect(at(1000, states[0], 200).state).toBeUndefined();
  expect(at(1000, states[0], 600).state).toBeGreaterThan(at(1000, states[0], 600).title!);
  for (let width = 300; width < 1200; width += 7)
    expect(new Set(states.map((state) => at(width, state).height)).size, String(width)).toBe(1);
});
