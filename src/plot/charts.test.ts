import { describe, expect, test } from 'vitest';
import { packSpikeTrains } from '../network/spikes.js';
import { bars } from './bars.js';
import { chart } from './chart.js';
import { classAccuracies, confusion } from './confusion.js';
import { counts } from './counts.js';
import { figureMime, type ChartContent } from './figureParts.js';
import { curves } from './curves.js';
import { images } from './images.js';
import { membrane } from './membrane.js';
import type { Plot } from './picture.js';
import { raster } from './raster.js';
import { table } from './table.js';

/** The marks of a figure. */
const marks = (plot: Plot): ChartContent['marks'] =>
  (plot.lightBundle().data[figureMime] as { content: ChartContent }).content.marks;

describe('firing counts', () => {
  test('predict the largest count, the first of equals', () => {
    expect(String(counts([1, 5, 5]))).toBe('counts: predicted 1 (5 spikes)');
    expect(String(counts([1, 0, 5], { label: 0, classNames: ['a', 'b', 'c'] }))).toBe(
      'counts: predicted c (5 spikes), label a (1 spike)',
    );
  });

  test('of a run show targets and margins of its loss', () => {
    const output = packSpikeTrains('output', 100, [[1, 2, 3], [4]]);
    const plot = counts({
      spikes: [output],
      label: 1,
      prediction: 0,
      rule: { loss: { type: 'firingCount', desired: 8, undesired: 1, margin: 2 } },
    });
    const [margins, wrong, truth, targets, numbers] = marks(plot);
    expect(margins).toMatchObject({ type: 'bars', look: 'framed', low: [0, 6], high: [3, 10] });
    expect(wrong).toMatchObject({ name: 'predicted, wrong ✗', x: [0.5], high: [3] });
    expect(truth).toMatchObject({ name: 'true class ○', x: [1.5], high: [1] });
    expect(targets).toMatchObject({ look: 'line', high: [1, 8] });
    expect(numbers).toMatchObject({ texts: ['3 ✗', '1 ○'] });
  });

  test.each([
    [() => counts([]), /0 firing counts/],
    [() => counts([1, -1]), /firing count of class 1 is -1/],
    [() => counts([1, 2], { label: 2 }), /label 2 as a class is 2: it must be an integer from 0 to 1/],
    [() => counts([1, 2], { label: 'z' }), /label "z" as a class is -1/],
    [() => counts([1, 2], { classNames: ['a'] }), /1 class names for 2 firing counts/],
    [() => counts(Array.from({ length: 101 }, () => 1)), /1 to 100 classes/],
  ])('that make no sense are refused', (draw, message) => {
    expect(draw).toThrow(message);
  });
});

describe('bars', () => {
  test('of several values are mean and sample standard deviation', () => {
    expect(String(bars([{ name: 'a', value: [2, 4, 4, 4, 5, 5, 7, 9] }]))).toBe('bars: a 5 ± 2.138 (8)'); // a textbook's numbers
    expect(String(bars([{ name: 'a', value: [1, NaN] }]))).toBe('bars: a 1');
    const plot = bars([
      { name: 'Adam', value: [1, 3] },
      { name: 'SGD', value: NaN, group: 'b' },
    ]);
    expect(String(plot)).toBe('bars: Adam 2 ± 1.414 (2); SGD, b none');
    const [first, second, errors] = marks(plot);
    expect([first, second]).toMatchObject([{ high: [2] }, { high: [null] }]); // SGD keeps its place
    expect(errors).toMatchObject({ type: 'rules', low: [2 - Math.SQRT2], high: [2 + Math.SQRT2] });
  });

  test.each([
    [() => bars([]), /0 bars: 1 to 120/],
    [
      () => bars('abcdefg'.split('').map((group) => ({ name: 'x', value: 1, group }))),
      /7 groups of bars: the limit is 6/,
    ],
  ])('that cannot be drawn are refused', (draw, message) => {
    expect(draw).toThrow(message);
  });
});

describe('bars that would hide each other', () => {
  const label = (threshold: number): string =>
    `network.hidden=[{"units":100,"threshold":2},{"units":100,"threshold":${threshold}}]`;
  const axisOf = (plot: Plot) => (plot.lightBundle().data[figureMime] as { content: ChartContent }).content.x;

  test('have places and names of their own, where long names differ only at the end', () => {
    const rows = [2, 4, 8].map((threshold) => ({ name: label(threshold), value: [threshold, threshold + 1] }));
    const plot = bars(rows, { mark: 'points' });
    const [points, errors] = marks(plot);
    expect(points).toMatchObject({ x: [0.5, 1.5, 2.5] });
    expect(errors).toMatchObject({ x: [0.5, 1.5, 2.5] });
    const { names = [], to } = axisOf(plot);
    expect(new Set(names).size).toBe(3);
    names.forEach((name, k) => expect(name).toContain(`"threshold":${[2, 4, 8][k]}`));
    names.forEach((name) => expect(name.length).toBeLessThanOrEqual(60));
    expect(to).toBe(3);
  });

  test('stand beside each other when a name comes twice, in a group too', () => {
    const [single] = marks(bars([1, 2].map((value) => ({ name: 'a', value }))));
    expect(single).toMatchObject({ x: [0.5, 1.5], high: [1, 2] });
    const twice = bars([
      { name: 'a', group: 'g', value: 1 },
      { name: 'b', group: 'g', value: 2 },
      { name: 'a', group: 'g', value: 3 },
      { name: 'a', group: 'h', value: 4 },
    ]);
    const [g, h] = marks(twice);
    expect(axisOf(twice).names).toEqual(['a', 'a', 'b']);
    expect([g, h]).toMatchObject([
      { x: [0.31, 2.31, 1.31], high: [1, 2, 3] },
      { x: [0.69], high: [4] },
    ]);
  });

  test('have colours of their own, where long groups differ only at the end', () => {
    const plot = bars([2, 4].map((threshold) => ({ name: 'a', group: label(threshold), value: 1 })));
    const [two, four] = marks(plot);
    expect(two.name).not.toBe(four.name);
  });

  test('a class is found by its whole name', () => {
    const classNames = ['a', 'b'].map((end) => 'a class with a very long name that ends in ' + end);
    expect(String(counts([1, 5], { classNames, label: classNames[0] }))).toMatch(
      /predicted ….*ends in b .*label ….*ends in a/,
    );
    expect(
      String(
        confusion(
          [
            [1, 2],
            [0, 3],
          ],
          { classNames },
        ),
      ),
    ).toMatch(/ends in a taken for …[^(]*ends in b/);
  });
});

describe('what pictures do not know', () => {
  const y = [1, 2];
  const trains = packSpikeTrains('output', 10, [[1], [2]]);
  const run = { spikes: [trains], label: 0, prediction: 1 };
  const history = { epochs: [{ epoch: 1, trainAccuracy: 0.5, cost: 1, seconds: 1, learningRate: 1 }] };
  test.each<[string, () => unknown, RegExp]>([
    [
      'bars',
      () => bars([{ name: 'a', value: 1, error: 0.5 } as never]),
      /bar 0 has no option "error": It knows name, value, group; several values, as \[1, 2, 4\], get an error bar/,
    ],
    ['bars, misspelt', () => bars([{ name: 'a', vlaue: 1 } as never]), /did you mean value\?/],
    ['chart', () => chart([{ name: 'a', y, colour: 'red' } as never]), /series 0 of chart\(\) has no option "colour"/],
    ['chart, one series', () => chart({ name: 'a', y, marks: 'points' } as never), /did you mean mark\?/],
    ['chart, an edge of no band', () => chart({ name: 'a', y, y2: y }), /y2 is the other edge of a band/],
    ['curves, names of one', () => curves(history, { names: ['a'] }), /names of curves\(\) are of several histories/],
    ['a state', () => curves(history, { state: { made: 1, secondLeft: 1 } as never }), /did you mean secondsLeft\?/],
    [
      'a raster of two',
      () => raster([run, run], { label: 1 }),
      /label of raster\(\) is of one sample, and 2 are drawn/,
    ],
  ])('%s refuses', (_, draw, message) => {
    expect(draw).toThrow(message);
  });

  test('a table keeps: a field of a later row is a column', () => {
    expect(
      table([{ a: 1 }, { a: 2, b: 'x' }])
        .toString()
        .split('\n'),
    ).toEqual(['a  b', '-  -', '1', '2  x']);
  });
});

describe('a confusion matrix', () => {
  const matrix = [
    [8, 2],
    [0, 0],
  ];
  test('says accuracy, by class too, and what is taken for what', () => {
    expect(classAccuracies(matrix)).toEqual([0.8, NaN]);
    expect(String(confusion({ confusion: matrix, dataset: 'toy' }, { classNames: ['a', 'b'] }))).toBe(
      'confusion: Confusion on toy, 80.0 % of 10 samples right; most often a taken for b (2)',
    );
    expect(String(confusion([[0]]))).toBe('confusion: Confusion, no samples; no class taken for another');
  });

  test.each([
    [() => confusion([]), /0 classes: 1 to 50/],
    [() => confusion([[]]), /0 classes: 1 to 50/],
    [() => confusion([[1, 2], [3]]), /row 1 of the confusion matrix has 1 fields, row 0 2/],
    [() => confusion([[-1]]), /samples of class 0 predicted as 0 is -1/],
    [() => confusion(matrix, { classNames: ['a'] }), /1 class names for 2 classes/],
  ])('that makes no sense is refused', (draw, message) => {
    expect(draw).toThrow(message);
  });
});

describe('a membrane', () => {
  const run = {
    spikes: [packSpikeTrains('input', 3, [[0]]), packSpikeTrains('output', 3, [[], [2]])],
    membranes: [Float32Array.of(0, 10, 1, 11, 2, 12)],
    network: { layers: [{ name: 'output', threshold: 8 }] },
  };

  test('is the column of its neuron, with the threshold of its layer', () => {
    const plot = membrane(run, 'output', 1);
    expect(String(plot)).toBe('membrane: output, neuron 1: 1 spike in 3 ms, threshold 8');
    expect(marks(plot)).toMatchObject([
      { y: [10, 11, 12] },
      { type: 'level', at: 8 },
      { type: 'rules', x: [2], low: [8] },
    ]);
  });

  test.each([
    [() => membrane({ spikes: run.spikes }, 'output', 0), /record: \['spikes', 'membrane'\]/],
    [() => membrane(run, 'input', 0), /no membranes of layer input: recorded are output/],
    [() => membrane(run, 'output', 2), /neuron of layer output is 2: it must be an integer from 0 to 1/],
    [
      () => membrane({ ...run, membranes: [new Float32Array(5)] }, 'output', 0),
      /5 values, expected 3 steps x 2 neurons/,
    ],
  ])('that was not recorded is refused', (draw, message) => {
    expect(draw).toThrow(message);
  });
});

describe('a chart', () => {
  test('numbers points without x and leaves gaps where a value is not finite', () => {
    const plot = chart(
      [
        { name: 'a', y: [1, NaN, 3] },
        { name: 'b', x: [5], y: [6], mark: 'points' },
      ],
      { title: 'T' },
    );
    expect(String(plot)).toBe('chart: T: a (3 points), b (1 point)');
    expect(marks(plot)).toMatchObject([
      { type: 'line', name: 'a', x: [0, 1, 2], y: [1, null, 3] },
      { type: 'points', name: 'b', x: [5], y: [6] },
    ]);
  });

  test.each([
    [() => chart([]), /0 series: the limit is 1 to 8/],
    [() => chart({ name: 'a', x: [1], y: [1, 2] }), /series a: 1 x and 2 y values/],
    [() => chart({ name: 'a', x: [NaN], y: [1] }), /series a: x\[0\] is NaN/],
    [() => chart({ name: 'a', y: [1], mark: 'band' }), /a band of 1 y and no y2 values/],
    [() => chart({ name: 'a', y: new Float64Array(6001) }), /6001 points: the limit is 3000; draw one point in 3/],
  ])('that makes no sense is refused', (draw, message) => {
    expect(draw).toThrow(message);
  });
});

describe('images', () => {
  test('are captioned with their classes', () => {
    expect(
      String(images([{ pixels: new Uint8Array(4), shape: [2, 2], label: 1 }], { classNames: ['no', 'yes'] })),
    ).toBe('images: 1 of 2 × 2: yes');
  });

  test.each([
    [() => images([]), /0 images: the limit is 1 to 100/],
    [() => images([{ pixels: [0], shape: [1, 2] }]), /image 0: 1 pixels for shape \[1, 2\]: give 2/],
    [() => images([{ pixels: [], shape: [0, 4] }]), /a side of image 0 is 0/],
    [() => images([{ pixels: [0], shape: [1] }]), /it must be \[rows, columns\]/],
    [() => images([{ pixels: [0], shape: [1, 1] }], { captions: [] }), /0 captions for 1 images/],
  ])('that make no sense are refused', (draw, message) => {
    expect(draw).toThrow(message);
  });
});
