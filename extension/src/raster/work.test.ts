/** Working in a raster: pins, windows, samples, heights, as the widget asks for them. */
import { expect, test, vi } from 'vitest';
import { packSpikeTrains, type SpikeTrains } from '../../../src/network/spikes.js';
import { packSpikes } from '../../../src/plot/codec.js';
import { packMembranes } from '../../../src/plot/membraneCodec.js';
import type { RasterLayer, RasterPayload } from '../../../src/plot/payload.js';
import { arrangeRaster } from '../../../src/plot/drawing/raster/scene.js';
import { asking } from './pin.js';
import { RasterPlot } from './plot.js';

const layerOf = (trains: SpikeTrains): RasterLayer => ({
  name: trains.name,
  neurons: trains.neurons,
  neuronsPerRow: 1,
  stepsPerColumn: 1,
  spikes: trains.times.length,
  packedSpikes: trains.times.length,
  data: packSpikes(trains),
});
const hidden = { ...layerOf(packSpikeTrains('hidden', 100, [[10, 20], [], [30]])), threshold: 8 };
const out = {
  ...layerOf(
    packSpikeTrains('output', 100, [
      [50, 51, 52],
      [60, 61],
    ]),
  ),
  neuronNames: ['cat', 'dog'],
};
const payload: RasterPayload = {
  version: 1,
  steps: 100,
  axes: { x: 'time (ms)', y: 'neuron' },
  layers: [hidden, out],
  label: 'dog',
  prediction: 'cat',
  targets: { desired: 40, undesired: 10, margin: 5 },
  source: 'abc',
};
const measure = (text: string): number => 6 * text.length;

function plotOf(given: RasterPayload): RasterPlot {
  const plot = new RasterPlot();
  plot.setPayload(given);
  plot.layout(760, measure);
  return plot;
}

/** Where the keyboard's cursor stands after so many steps right and rows down. */
function moveTo(plot: RasterPlot, right: number, down: number): void {
  plot.step(0, 0);
  plot.step(right, 0);
  for (let k = 0; k < down; k++) plot.step(0, 1);
}

const words = (plot: RasterPlot): string | undefined => plot.work.pin.current?.words;

test('a pinned neuron makes room below the raster, asks the kernel once, and is let go by a second click', async () => {
  const plot = plotOf(payload);
  const ask = vi.fn(() => Promise.resolve<unknown>({ potential: Array.from({ length: 100 }, (_, t) => t / 10) }));
  const changed = vi.fn();
  plot.work.connect({ ask, changed });
  const before = plot.layout(760, measure);
  moveTo(plot, 0, 2);
  const reading = plot.work.pinAtCursor();
  expect(reading?.title).toBe('pinned: hidden · neuron 2');
  expect(words(plot)).toContain('asking the kernel');
  expect(plot.layout(760, measure)).toBeGreaterThan(before + 80);
  await vi.waitFor(() => expect(changed).toHaveBeenCalledOnce());
  expect(ask.mock.calls).toEqual([['spikelab.membrane.v1', { source: 'abc', sample: 0, layer: 'hidden', neuron: 2 }]]);
  expect(plot.work.pin.current?.potential?.[99]).toBe(9.9);
  expect(plot.work.pinAtCursor()?.title).toBe('nothing is pinned');
  expect(plot.layout(760, measure)).toBe(before);
});

test.each([
  [undefined, 'not recorded, and the kernel does not know this run any more: run its cell again'],
  [
    { problem: 'the network has learnt since this run: run its cell again' },
    /^not recorded, and the network has learnt since this run: run its cell again$/,
  ],
  [
    { potential: [1, 2] },
    'not recorded, and potential has 2 values for 100 steps: give one for each: run its cell again',
  ],
  ['<img src=x>', /^not recorded, and reply is "<img src=x>"/],
])('an answer %j is a sentence below the raster', async (answer, sentence) => {
  const plot = plotOf(payload);
  const changed = vi.fn();
  plot.work.connect({ ask: () => Promise.resolve(answer), changed });
  plot.work.togglePin(0, 1);
  await vi.waitFor(() => expect(changed).toHaveBeenCalled());
  expect(words(plot)).toMatch(sentence);
});

test('without a kernel, without a source, of an input and of joined rows the sentence says so', async () => {
  const plot = plotOf(payload);
  const changed = vi.fn();
  plot.work.connect({ ask: () => Promise.reject(new Error('no kernel is connected')), changed });
  plot.work.togglePin(0, 1);
  await vi.waitFor(() => expect(changed).toHaveBeenCalled());
  expect(words(plot)).toBe('not recorded, and no kernel is connected: run its cell again');

  const { source: _, ...silent } = payload;
  const saved = plotOf(silent);
  saved.work.togglePin(0, 0);
  expect(words(saved)).toBe("not recorded: run with { record: ['spikes', 'membrane'] }");
  const input = plotOf({ ...payload, layers: [layerOf(packSpikeTrains('input', 100, [[1]])), out] });
  input.work.togglePin(0, 0);
  expect(words(input)).toContain('an input has no membrane');
  const joined = plotOf({ ...payload, layers: [{ ...hidden, neurons: 6, neuronsPerRow: 2 }, out] });
  joined.work.togglePin(0, 0);
  expect(words(joined)).toContain('a row joins 2 neurons of hidden');
});

test('recorded membranes need no kernel; damaged ones are a sentence', () => {
  const values = Float32Array.from({ length: 300 }, (_, k) => (k % 3) + Math.floor(k / 3) / 100);
  const recorded = { ...hidden, membranes: packMembranes(values, 100, 3) };
  const plot = plotOf({ ...payload, layers: [recorded, out] });
  plot.work.togglePin(0, 2);
  expect(plot.work.pin.current?.potential?.[50]).toBeCloseTo(2.5, 1);
  const damaged = plotOf({ ...payload, layers: [{ ...recorded, membranes: { low: 0, high: 1, data: '!' } }, out] });
  damaged.work.togglePin(0, 2);
  expect(words(damaged)).toContain('packed membranes are not base64');
});

test('a late answer does not replace what was pinned in the meantime', async () => {
  const plot = plotOf(payload);
  const answers: ((value: unknown) => void)[] = [];
  const changed = vi.fn();
  plot.work.connect({ ask: () => new Promise((resolve) => answers.push(resolve)), changed });
  plot.work.togglePin(0, 0);
  plot.work.togglePin(0, 1);
  answers[0]({ potential: new Array<number>(100).fill(1) });
  answers[1]({ potential: new Array<number>(100).fill(2) });
  await vi.waitFor(() => expect(changed).toHaveBeenCalledOnce());
  expect(plot.work.pin.current).toMatchObject({ layer: 0, row: 1 });
  expect(plot.work.pin.current?.potential?.[0]).toBe(2);
});

test('an answer about one sample is not shown with another, nor with the same neuron pinned anew', async () => {
  const plot = plotOf({ ...payload, samples: [{ layers: [hidden, out] }] });
  const answers: ((value: unknown) => void)[] = [];
  const changed = vi.fn();
  plot.work.connect({ ask: () => new Promise((resolve) => answers.push(resolve)), changed });
  plot.work.togglePin(0, 1);
  expect(plot.work.showSample(1)).toBe(true);
  expect(answers).toHaveLength(2);
  answers[0]({ potential: new Array<number>(100).fill(1) });
  await new Promise((resolve) => setTimeout(resolve));
  expect(plot.work.pin.current).toMatchObject({ layer: 0, row: 1, words: asking });
  answers[1]({ potential: new Array<number>(100).fill(2) });
  await vi.waitFor(() => expect(changed).toHaveBeenCalledOnce());
  expect(plot.work.pin.current?.potential?.[0]).toBe(2);
});

test('the membrane of a pinned neuron is read under the pointer and by keys', () => {
  const values = Float32Array.from({ length: 300 }, (_, k) => k % 3);
  const recorded = { ...hidden, membranes: packMembranes(values, 100, 3) };
  const plot = plotOf({ ...payload, layers: [recorded, out] });
  plot.work.togglePin(0, 2);
  plot.layout(760, measure);
  moveTo(plot, 40, 2);
  expect(plot.step(1, 0)?.lines.at(-1)).toEqual({ label: 'membrane', value: '2' });
  const { pinned, x } = arrangeRaster(payload, plot.drawn(), 760, measure, 12, 460, { pinned: true });
  const at = { x: (x.from + x.to) / 2, y: (pinned!.y.from + pinned!.y.to) / 2 };
  expect(plot.inspect(at)).toMatchObject({ title: 'hidden · neuron 2' });
  expect(plot.inspect(at)?.lines.at(-1)).toEqual({ label: 'membrane', value: '2' });
  expect(plot.click(at)).toBe(false);
  expect(plot.work.pin.current).toMatchObject({ layer: 0, row: 2 });
});

test('while zoomed the table says which part is in view, and the figures of that', () => {
  const plot = plotOf(payload);
  expect(plot.table().columns).toHaveLength(4);
  plot.work.showTime({ steps: 100, from: 20, to: 60 });
  const { columns, rows } = plot.table();
  expect(columns.at(-1)).toBe('in view: 20–59 of 100 ms');
  expect(rows.every((row) => row.length === columns.length)).toBe(true);
  const inside = (trains: SpikeTrains): number => trains.times.filter((t) => t >= 20 && t < 60).length;
  expect(rows.map((row) => Number(/(\d+) spikes? in view/.exec(row[4])?.[1]))).toEqual(
    plot.drawn().map(({ trains }) => inside(trains)),
  );
});

test('a window brushed from the keyboard counts each class in it, against targets in proportion', () => {
  const plot = plotOf(payload);
  moveTo(plot, 50, 0);
  expect(plot.work.brushAtCursor()?.title).toContain('a window from 50 ms');
  plot.step(19, 0);
  const reading = plot.work.brushAtCursor();
  expect(plot.work.brushed).toEqual({ from: 50, to: 70 });
  // The loss asks 35-45 of dog and 5-15 of cat in 100 ms, and of 20 ms the fifth of it.
  expect(reading?.title).toBe('50–69 ms: most spikes cat ✗ (3), true class dog (2)');
  expect(reading?.lines).toEqual([
    { label: 'cat', value: '3 (asked: 1–3)' },
    { label: 'dog ○', value: '2 (asked: 7–9)' },
  ]);
  expect(plot.table().rows.slice(-2)).toEqual([
    ['cat', '', '3 (asked: 1–3)', ''],
    ['dog ○', '', '2 (asked: 7–9)', ''],
  ]);
  expect(plot.work.clear()).toBe(true);
  expect(plot.work.clear()).toBe(false);
});

test('a brushed drag takes whole steps; one outside the plot takes what is inside', () => {
  const plot = plotOf(payload);
  expect(plot.work.brush({ x: -500, y: 0 }, { x: 5000, y: 0 })).toBe(true);
  expect(plot.work.brushed).toEqual({ from: 0, to: 100 });
  expect(plot.work.brush({ x: 5000, y: 0 }, { x: 6000, y: 0 })).toBe(false);
});

test('the samples of a raster take each other’s place, with what is pinned', () => {
  const second = { layers: [hidden, { ...out, ...layerOf(packSpikeTrains('output', 100, [[], [7]])) }], label: 'dog' };
  const plot = plotOf({ ...payload, samples: [second] });
  expect(plot.work.samples()).toEqual({ count: 2, index: 0, text: 'true class dog · predicted cat ✗' });
  plot.work.togglePin(1, 1);
  plot.zoom(2);
  expect(plot.work.showSample(2)).toBe(false);
  expect(plot.work.showSample(1)).toBe(true);
  expect(plot.work.samples()).toEqual({ count: 2, index: 1, text: 'true class dog' });
  expect(plot.isZoomed()).toBe(true);
  expect(plot.work.pin.current).toMatchObject({ layer: 1, row: 1 });
  expect(plot.summary()).toContain('output with 2 neurons and 1 spikes');
  expect(
    plot
      .csv(true)
      .split('\n')
      .filter((line) => /^[01],/.test(line)),
  ).toHaveLength(3 + 5 + 3 + 1);
});

test('a height that was asked for is kept to within the rows’ whole pixels, and has ends', () => {
  const plot = plotOf(payload);
  for (const asked of [120, 300, 900]) {
    plot.work.setHeight(asked);
    plot.layout(760, measure);
    expect(Math.abs(plot.layersHeight() - asked)).toBeLessThan(0.1 * asked);
  }
  plot.work.setHeight(1e9);
  plot.layout(760, measure);
  expect(plot.layersHeight()).toBeLessThan(2300);
  expect(plot.work.height()).toBe(2000);
});

test('another raster of as many steps shows the same stretch of time; one of other steps does not', () => {
  const plot = plotOf(payload);
  expect(plot.work.showTime({ steps: 100, from: 20, to: 60 })).toBe(true);
  expect(plot.work.time()).toEqual({ steps: 100, from: 20, to: 60 });
  expect(plot.work.showTime({ steps: 50, from: 0, to: 10 })).toBe(false);
});
