/** What a figure says beside its picture: files of its data, a table, and what lies under the pointer. */
import { describe, expect, test } from 'vitest';
import { spsp } from '../../../src/hm2bp/spspPicture.js';
import { dense, describeNetwork, input } from '../../../src/network/network.js';
import { packSpikeTrains } from '../../../src/network/spikes.js';
import { bars } from '../../../src/plot/bars.js';
import { chart } from '../../../src/plot/chart.js';
import { confusion } from '../../../src/plot/confusion.js';
import { counts } from '../../../src/plot/counts.js';
import { encoding } from '../../../src/plot/encoding.js';
import { figureMime, parseFigurePayload, type FigurePayload } from '../../../src/plot/figurePayload.js';
import { images } from '../../../src/plot/images.js';
import { layerNorms } from '../../../src/plot/layerNorms.js';
import { membrane } from '../../../src/plot/membrane.js';
import type { Plot } from '../../../src/plot/picture.js';
import { weightHistogram, weightMaps } from '../../../src/plot/weights.js';
import { FigurePlot } from './plot.js';

const trains = packSpikeTrains('input', 20, [[1, 5], [], [], [7]]);
const output = packSpikeTrains('output', 20, [[2], [4, 9]]);
const image = { pixels: [255, 0, 0, 200], shape: [2, 2] };
const marks = ['line', 'dashed', 'step', 'points', 'stems', 'band'] as const;

/** Every kind of figure. */
const figures: Record<string, Plot> = {
  bars: bars([
    { name: 'Adam', value: [1, 3] },
    { name: 'SGD, "plain"', value: 5 },
  ]),
  chart: chart(
    marks.map((mark, k) => ({ name: mark, x: [0, 1], y: [k, NaN], ...(mark === 'band' && { y2: [k + 1, 2] }), mark })),
  ),
  confusion: confusion({ confusion: [[8, 2], [0, 5]] }, { classNames: ['cat', 'dog'] }), // prettier-ignore
  counts: counts([1, 5], { label: 1, loss: { desired: 9, undesired: 2, margin: 1 } }),
  encoding: encoding({ spikes: [trains], stimulus: image }),
  images: images([{ ...image, label: 3 }]),
  layerNorms: layerNorms({ layers: [{ name: 'hidden1' }, { name: 'output' }] }, [[3, 4], [1]]),
  membrane: membrane({ spikes: [output], membranes: [Float32Array.from({ length: 40 }, (_, k) => k)] }, 'output', 1, {
    threshold: 8,
  }),
  spsp: spsp(
    { spikes: [trains, output], network: describeNetwork([input(4), dense(2)], { steps: 20 }) },
    { neuron: 1, from: 0 },
  ),
  weightHistogram: weightHistogram([{ name: 'hidden1', weights: [0.1, -0.2, 0.3] }]),
  weightMaps: weightMaps([0, 1, -1, 0.5], { shape: [2, 2] }),
};

function plotOf(plot: Plot, width = 400): FigurePlot & { height: number } {
  const data = JSON.parse(JSON.stringify(plot.lightBundle().data[figureMime])) as unknown;
  const figure = new FigurePlot();
  figure.setPayload(parseFigurePayload(data));
  figure.prepare();
  return Object.assign(figure, { height: figure.layout(width, (text) => 6 * text.length, 12) });
}

describe.each(Object.entries(figures))('%s', (_, drawn) => {
  const plot = plotOf(drawn);

  test('has all its data in its file, a value in each column of each line', () => {
    const lines = plot.csv().split('\n');
    expect(lines.pop()).toBe('');
    expect(lines.length).toBeGreaterThan(2);
    const columns = (line: string): number => line.replace(/"(?:[^"]|"")*"/g, 'text').split(',').length;
    expect(new Set(lines.map(columns)).size).toBe(1);
    expect(lines.join()).not.toMatch(/undefined|NaN|null|false/);
  });

  test('has a table of it, and words for what lies under the pointer', () => {
    const { columns, rows } = plot.table();
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) expect(row).toHaveLength(columns.length);
    expect(readings(plot).size).toBeGreaterThan(1);
  });
});

/** What the pointer reads anywhere. */
function readings(plot: FigurePlot & { height: number }): Set<string> {
  const found = new Set<string>();
  for (let y = 0; y < plot.height; y += 3)
    for (let x = 0; x < 400; x += 3) {
      const reading = plot.inspect({ x, y });
      if (reading)
        found.add([reading.title, ...reading.lines.map(({ label, value }) => `${label}: ${value}`)].join('; '));
    }
  expect(plot.inspect()).toBeUndefined();
  return found;
}

test('an image beside its spikes: each spike with its pixel, in file, table and readout', () => {
  const plot = plotOf(figures.encoding);
  expect(plot.csv()).toBe('row,column,pixel,step\n0,0,255,1\n0,0,255,5\n0,1,0,\n1,0,0,\n1,1,200,7\n');
  expect(plot.table().rows).toEqual([
    ['0', '2'],
    ['1', '1'],
  ]);
  const found = [...readings(plot)];
  expect(found).toContain('row 0, column 0; pixel: 255; : 2 spikes');
  expect(found).toContain('row 1, column 1; pixel: 200; 7 ms: 1 spike');
});

test('weight maps say weights, as exactly as their 254 colours tell them', () => {
  const plot = plotOf(figures.weightMaps);
  expect(plot.csv()).toBe('image,row,column,value\n"0",0,0,0\n"0",0,1,1\n"0",1,0,-1\n"0",1,1,0.504\n');
  expect(plot.table().rows).toEqual([['0', '2 × 2', '−1', '1']]);
  expect([...readings(plot)]).toEqual([
    '0; row 0, column 0: 0',
    '0; row 0, column 1: 1',
    '0; row 1, column 0: −1',
    '0; row 1, column 1: 0.504',
  ]);
  expect(plotOf(figures.images).csv()).toBe('image,row,column,value\n"3",0,0,255\n"3",0,1,0\n"3",1,0,0\n"3",1,1,200\n');
});

test('a matrix says its classes, a bar its value and its spread', () => {
  const matrix = plotOf(figures.confusion);
  expect(matrix.csv()).toBe(
    'series,x,low,value\n"cat · 80.0 %","cat",,8\n"cat · 80.0 %","dog",,2\n"dog · 100.0 %","cat",,0\n"dog · 100.0 %","dog",,5\n',
  );
  expect([...readings(matrix)]).toContain('predicted class dog; cat · 80.0 %: 2 (20 %)');
  const bar = plotOf(figures.bars);
  expect(bar.csv()).toBe(
    'series,x,low,value\n"bars","Adam",0,2\n"bars","SGD, ""plain""",0,5\n"rules","Adam",0.5857864376269049,3.414213562373095\n',
  );
  expect([...readings(bar)].sort()).toEqual(['Adam; value: 2; from and to: 0.5858 to 3.414', 'SGD, "plain"; value: 5']);
});

test('the frame is around what is read, and a released figure reads again when it is back', () => {
  const plot = plotOf(figures.confusion);
  const frames: number[][] = [];
  const pen = {
    strokeRect: (...box: number[]) => frames.push(box),
  };
  plot.paintCursor(pen as never, { selection: '#00f' } as never);
  expect(frames).toEqual([]);
  let at = { x: 0, y: 0 };
  for (let y = 0; y < plot.height && !plot.inspect(at); y += 3)
    for (let x = 0; x < 400 && !plot.inspect((at = { x, y })); x += 3);
  plot.paintCursor(pen as never, { selection: '#00f' } as never);
  const [[x, y, width, height]] = frames;
  expect(at.x >= x && at.x < x + width && at.y >= y && at.y < y + height).toBe(true);
  plot.release();
  plot.prepare();
  expect(plot.inspect(at)).toBeDefined();
});

test('hostile figures are read without a number that is none', () => {
  const layer = { name: 'x', neurons: 9, neuronsPerRow: 4, stepsPerColumn: 1, spikes: 0, packedSpikes: 0 };
  const given = figures.encoding.lightBundle().data[figureMime] as FigurePayload & { content: { layer: object } };
  const strange = { ...given, content: { ...given.content, layer: { ...given.content.layer, neuronsPerRow: 2 } } };
  for (const payload of [strange, { ...given, content: { ...given.content, layer: { ...layer, data: '' } } }]) {
    const plot = new FigurePlot();
    try {
      plot.setPayload(parseFigurePayload(payload));
      plot.prepare();
    } catch (error) {
      expect((error as Error).name).toBe('PayloadError');
      continue;
    }
    const height = plot.layout(400, (text) => 6 * text.length, 12);
    expect([...readings(Object.assign(plot, { height })), plot.csv()].join()).not.toMatch(/NaN|undefined/);
  }
});
