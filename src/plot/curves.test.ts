import { describe, expect, test } from 'vitest';
import type { EpochRecord } from '../network/history.js';
import { curves, curvesPayload } from './curves.js';
import { curvePanels, parseCurvesPayload, type CurveSeries, type CurvesPayload } from './curvesPayload.js';
import { curvesSpec } from './curvesSpec.js';
import { panelsOf, panelsThere } from './drawing/curves/draw.js';

const epoch = (n: number, values: Partial<EpochRecord> = {}): EpochRecord => ({
  epoch: n,
  trainAccuracy: 0.9,
  testAccuracy: 0.8,
  cost: 30,
  seconds: 1,
  learningRate: 1e-3,
  ...values,
});
const find = (payload: CurvesPayload, panel: string, name: string): CurveSeries | undefined =>
  payload.series.find((one) => one.panel === panel && one.name === name);

describe('the text of curves', () => {
  test.each([
    [{ epochs: [], plannedEpochs: 4, progress: [] }, 'curves: no epochs yet of 4'],
    [
      { epochs: [], plannedEpochs: 4, progress: [{ epoch: 0.25, trainAccuracy: 0.5, cost: 123.456 }] },
      'curves: epoch 0.25 of 4, train 50.00 %, cost 123.5',
    ],
    [
      { epochs: [epoch(1)], plannedEpochs: 4, progress: [{ epoch: 1.5, trainAccuracy: 0.95, cost: 20 }] },
      'curves: epoch 1.50 of 4, train 95.00 %, cost 20; test 80.00 % after epoch 1',
    ],
    [
      { epochs: [epoch(1, { testAccuracy: 0.85 }), epoch(2)] },
      'curves: epoch 2 of 2, train 90.00 %, test 80.00 %, cost 30; best test 85.00 % in epoch 1',
    ],
    [{ epochs: [epoch(1, { testAccuracy: undefined, cost: NaN })] }, 'curves: epoch 1 of 1, train 90.00 %, cost NaN'],
  ])('says where training stands', (history, text) => {
    expect(String(curves(history))).toBe(text);
  });
});

describe('the payload of curves', () => {
  test('has the measured values at the ends of their epochs', () => {
    const payload = curvesPayload(
      {
        epochs: [epoch(2, { cost: 10 }), epoch(1)],
        progress: [{ epoch: 0.5, trainAccuracy: 0.4, cost: 99 }],
        plannedEpochs: 5,
      },
      { live: true },
    );
    expect(payload).toMatchObject({ live: true, plannedEpochs: 5 });
    expect(find(payload, 'cost', 'train')).toMatchObject({ role: 'train', x: [1, 2], y: [30, 10] });
    expect(find(payload, 'accuracy', 'test')).toMatchObject({ role: 'test', x: [1, 2], y: [0.8, 0.8] });
    expect(find(payload, 'cost', 'train, within epoch')).toMatchObject({ role: 'progress', x: [0.5], y: [99] });
  });

  test('has no test curve without a validation set, and a gap for a cost that is not finite', () => {
    const payload = curvesPayload({
      epochs: [epoch(1, { testAccuracy: undefined }), epoch(2, { testAccuracy: undefined, cost: NaN })],
    });
    expect(find(payload, 'accuracy', 'test')).toBeUndefined();
    expect(find(payload, 'cost', 'train')?.y).toEqual([30, null]);
    expect(payload.note).toBe('cost is NaN in epoch 2');
  });

  test('shows a reference as far as the run goes', () => {
    const points = [1, 2, 3].map((n) => ({ epoch: n, testAccuracy: 0.9 + n / 100 }));
    const payload = curvesPayload({ epochs: [epoch(1), epoch(2)] }, { reference: { label: 'authors', points } });
    expect(find(payload, 'accuracy', 'authors, test')).toEqual({
      panel: 'accuracy',
      role: 'reference',
      name: 'authors, test',
      x: [1, 2],
      y: [0.91, 0.92],
    });
    expect(find(payload, 'cost', 'authors, train')).toBeUndefined();
  });

  test('averages the points of a long run: the mean stays', () => {
    const progress = Array.from({ length: 3000 }, (_, k) => ({
      epoch: (k + 1) / 100,
      trainAccuracy: (k % 10) / 10,
      cost: k,
    }));
    const series = find(
      curvesPayload({ epochs: [], progress, plannedEpochs: 30 }),
      'accuracy',
      'train, within epoch',
    ) as CurveSeries;
    expect(series.x).toHaveLength(300);
    expect(series.x.at(-1)).toBe(30);
    expect(new Set(series.y)).toEqual(new Set([0.45]));
  });

  test('keeps the last of thousands of epochs', () => {
    const payload = curvesPayload({ epochs: Array.from({ length: 5000 }, (_, k) => epoch(k + 1)) });
    const { x } = find(payload, 'accuracy', 'train') as CurveSeries;
    expect(x.length).toBeLessThanOrEqual(300);
    expect(x.at(-1)).toBe(5000);
  });
});

test('a live update is far cheaper than a whole bundle', () => {
  const plot = curves({ epochs: [epoch(1)], progress: [], plannedEpochs: 2 }, { live: true });
  expect(Object.keys(plot.lightBundle().data)).toEqual(['application/vnd.spikelab.curves.v1+json', 'text/plain']);
});

describe('several runs', () => {
  const seed = (epochs: number, accuracy: number) => ({
    epochs: Array.from({ length: epochs }, (_, k) => epoch(k + 1, { testAccuracy: accuracy + k / 10_000 })),
  });

  test('the mean and the band of seeds that came to different epochs, also of more epochs than are kept', () => {
    for (const epochs of [5, 400]) {
      const payload = curvesPayload([seed(epochs, 0.8), seed(epochs - 1, 0.9), seed(epochs - 3, 0.7)], {
        names: ['a', 'a', 'a'],
      });
      const { x, y, low, high } = find(payload, 'accuracy', 'test') as Required<CurveSeries>;
      expect(x.at(-1)).toBe(epochs - 3); // all have that one
      expect(x.length).toBeGreaterThanOrEqual(Math.min(300, epochs - 3) / 2);
      x.forEach((at, i) => {
        expect(y[i]).toBeCloseTo(0.8 + (at - 1) / 10_000, 6);
        expect([low[i], high[i]]).toEqual([expect.closeTo(y[i]! - 0.1, 6), expect.closeTo(y[i]! + 0.1, 6)]);
      });
    }
  });

  test('long names that begin alike are several runs, not seeds of one', () => {
    const names = ['a', 'b'].map((end) => `${'lr 0.001, threshold 20, '.repeat(6)}${end}`);
    const { runs, series } = curvesPayload([seed(2, 0.8), seed(2, 0.9)], { names });
    expect(runs).toEqual([expect.stringMatching(/^….{60,78}a$/), expect.stringMatching(/^….{60,78}b$/)]);
    expect(series.filter(({ panel, role }) => panel === 'accuracy' && role === 'test').map(({ run }) => run)).toEqual([
      0, 1,
    ]);
    expect(series.some(({ low }) => low)).toBe(false);
  });

  test('a reference of a very long name is still told to be of training or of testing', () => {
    const points = [{ epoch: 1, testAccuracy: 0.9 }];
    const { series } = curvesPayload(seed(2, 0.8), { reference: { label: 'x'.repeat(500), points } });
    expect(series[0].name).toBe(`${'x'.repeat(79)}…, test`);
  });

  test('on a logarithmic axis the fallback leaves out what has no logarithm', () => {
    const history = { epochs: [5, 0, 3].map((cost, k) => epoch(k + 1, { cost })) };
    const spec = JSON.stringify(curvesSpec(curvesPayload(history, { panels: ['cost'], log: { cost: true } })));
    expect(spec).toContain('"type":"log"');
    expect(spec).toContain('"x":2,"y":null');
  });

  test('of very many runs the lines within epochs are left out, the marks never', () => {
    const progress = [{ epoch: 0.5, trainAccuracy: 0.5, cost: 9 }];
    const roles = (runs: number): Set<string> =>
      new Set(
        curvesPayload(Array.from({ length: runs }, () => ({ ...seed(2, 0.5), progress }))).series.map(
          ({ role }) => role,
        ),
      );
    expect(roles(12)).toEqual(new Set(['progress', 'train', 'test']));
    expect(roles(20)).toEqual(new Set(['train', 'test']));
    expect(() => roles(22)).toThrow('the limit is 64');
  });

  test('the best and the last mark are in the fallback too, and marks where dashes run out', () => {
    const many = Array.from({ length: 60 }, (_, k) => seed(3, k / 100));
    const bundle = JSON.stringify(curvesSpec(curvesPayload(many.slice(0, 1))));
    expect(bundle.match(/"size":140/g)).toHaveLength(1);
    const payload = curvesPayload(
      many
        .map(({ epochs }) => ({ epochs: epochs.map(({ trainAccuracy: _, ...e }) => e) as EpochRecord[] }))
        .slice(0, 30),
    );
    expect(JSON.stringify(curvesSpec(payload))).toContain('"shape":"square"');
  });
});

describe('panels on demand', () => {
  const layered = {
    plannedEpochs: 2,
    progress: [],
    epochs: [1, 2].map((epoch) => ({
      epoch,
      trainAccuracy: 0.9,
      cost: 10 / epoch,
      seconds: 1,
      learningRate: 0.001,
      layers: ['hidden1', 'output'].map((name, k) => ({
        name,
        silent: 0.1 * epoch,
        rate: 20 + k,
        weightNorm: epoch + k,
      })),
    })),
  };

  test('every figure is in the payload, accuracy and cost are drawn until others are asked for', () => {
    const payload = curvesPayload(layered);
    expect(parseCurvesPayload(JSON.parse(JSON.stringify(payload)))).toEqual(payload);
    expect(panelsOf(payload)).toEqual(['accuracy', 'cost']);
    expect(panelsThere(payload)).toEqual([...curvePanels]);
    const norms = payload.series.filter(({ panel }) => panel === 'weightNorm');
    expect(norms.map(({ name, x, y }) => [name, x, y])).toEqual([
      ['hidden1', [1, 2], [1, 2]],
      ['output', [1, 2], [2, 3]],
    ]);
    expect(panelsOf(curvesPayload(layered, { panels: ['firingRate', 'silentShare'] }))).toEqual([
      'silentShare',
      'firingRate',
    ]);
    expect(() => curves(layered, { panels: ['weights' as never] })).toThrow(
      'no panel "weights": there are accuracy, cost',
    );
  });

  test('a payload that names no panels, of an earlier version, shows all it has; a history without layers has none of theirs', () => {
    const { panels: _, ...old } = curvesPayload(layered);
    expect(panelsOf(parseCurvesPayload(old))).toEqual([...curvePanels]);
    const bare = { ...layered, epochs: layered.epochs.map(({ layers: __, ...epoch }) => epoch) };
    expect(panelsThere(curvesPayload(bare))).toEqual(['accuracy', 'cost', 'learningRate']);
  });

  test('an axis is logarithmic, or not, as the call says', () => {
    const scaleOf = (options: object): unknown =>
      JSON.stringify(curvesSpec(curvesPayload(layered, { panels: ['cost'], ...options }))).includes('"type":"log"');
    expect([{}, { log: { cost: true } }, { log: { cost: false } }].map(scaleOf)).toEqual([false, true, false]);
    expect(() => curves(layered, { log: { costs: true } as never })).toThrow('no panel "costs"');
  });
});
