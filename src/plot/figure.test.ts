/** Figures: hostile descriptions, extreme values, and the three drawings of one description. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packSpikeTrains } from '../network/spikes.js';
import { bars } from './bars.js';
import { chart } from './chart.js';
import { confusion } from './confusion.js';
import { counts } from './counts.js';
import { curvesPayload } from './curves.js';
import { curvesSpec } from './curvesSpec.js';
import { drawSvg, type Drawing } from './drawPicture.js';
import { arrangeCurves, drawCurves, paperScene } from './drawing/curves/draw.js';
import { arrangeFigure, unpackFigure } from './drawing/figure/figure.js';
import { drawRaster } from './drawing/raster/draw.js';
import { unpackLayers } from './drawing/raster/layer.js';
import { arrangeRaster } from './drawing/raster/scene.js';
import { RasterView } from './drawing/raster/view.js';
import { SvgPen } from './drawing/svgPen.js';
import { themeOn } from './drawing/theme.js';
import { drawOnPaper } from './figure.js';
import { figureMime, parseFigurePayload, type FigurePayload } from './figurePayload.js';
import { figureSpec } from './figureSpec.js';
import { fontWidths } from './fontWidths.js';
import { images } from './images.js';
import { PayloadError, vegaLiteMime } from './payload.js';
import type { Plot } from './picture.js';
import { rasterPayload } from './raster.js';
import { drawSpsp } from './spsp.js';
import { loadFonts } from './svg.js';
import { vegaLiteToSvg, type VegaLiteSpec } from './vega.js';
import { weightHistogram, weightMaps } from './weights.js';

const theme = themeOn(
  {
    text: '#111111',
    mutedText: '#555555',
    axis: '#999999',
    background: '#ffffff',
    panel: '#eeeeee',
    selection: '#0000ff',
  },
  'x',
  12,
);

const payloadOf = (plot: Plot): FigurePayload => plot.lightBundle().data[figureMime] as FigurePayload;
const svgOf = (payload: FigurePayload, width?: number): Promise<string> =>
  drawSvg((pen, theme, page, measure) => drawOnPaper(payload, pen, theme, page, measure), width);

const some = {
  chart: chart([
    { name: 'a', y: [1, NaN, 3] },
    { name: 'b', x: [0, 2], y: [6, 1], mark: 'stems' },
    { name: 'c', y: [2, 3, 4], y2: [1, 1, 1], mark: 'band' },
  ]),
  bars: bars([
    { name: 'Adam', value: [97.3, 97.1, 97.4] },
    { name: 'SGD', value: 95.2, group: 'other' },
  ]),
  counts: counts([1, 5, 2], { label: 2, loss: { desired: 9, undesired: 2, margin: 1 } }),
  confusion: confusion(
    [
      [8, 2],
      [0, 5],
    ],
    { classNames: ['cat', 'dog'] },
  ),
  histogram: weightHistogram([{ name: 'hidden', weights: [0.1, -0.2, 0.3] }]),
  maps: weightMaps([0, 1, -1, 0.5], { shape: [2, 2] }),
  images: images([{ pixels: [0, 255, 7, 9], shape: [2, 2], label: 3 }]),
  spsp: drawSpsp({ title: 'pair', potential: [0, 1, 0.5, 0.2], arriving: [0], firing: [2], sum: 0.5 }),
};

test('what the library writes is what the reader accepts, changed payloads are refused with a PayloadError or drawn', async () => {
  for (const plot of Object.values(some)) {
    const payload = payloadOf(plot);
    const json = JSON.stringify(payload);
    expect(parseFigurePayload(JSON.parse(json))).toEqual(payload);
    const strange = [null, -1, 1e9, 1e308, '<script>', {}, [null]];
    const paths = pathsOf(JSON.parse(json));
    for (const path of paths) {
      for (const value of [undefined, ...strange]) {
        const changed: unknown = JSON.parse(json);
        put(changed, path, value);
        try {
          const parsed = parseFigurePayload(changed);
          const figure = arrangeFigure(parsed, unpackFigure(parsed), 400, (text) => 6 * text.length, 12);
          const pen = new SvgPen(400, (text, size) => 0.5 * size * text.length);
          figure.draw(pen, theme, () => undefined);
          expect(pen.toSvg(100, 'x')).not.toMatch(/NaN|Infinity|<script/);
        } catch (error) {
          if (!(error instanceof PayloadError))
            throw new Error(`${path.join('.')} = ${JSON.stringify(value)}`, { cause: error });
        }
      }
    }
  }
  await Promise.resolve();
});

test('anything at all is refused as a figure', () => {
  fc.assert(
    fc.property(fc.anything(), (value) => {
      expect(() => parseFigurePayload(value)).toThrow(PayloadError);
    }),
  );
});

/** Where there is a value in JSON, however deep. */
function pathsOf(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [path];
  return [
    path,
    ...Object.entries(value)
      .slice(0, 12)
      .flatMap(([key, part]) => pathsOf(part, [...path, key])),
  ];
}

function put(target: unknown, path: readonly (string | number)[], value: unknown): void {
  if (path.length === 0) return;
  const parent = path.slice(0, -1).reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], target);
  (parent as Record<string, unknown>)[path[path.length - 1]] = value;
}

test('extreme, equal and few values have finite axes with ticks inside', async () => {
  const extremes = [
    [1e300],
    [1e-300, 2e-300],
    [-1e300, 1e300],
    [0, 0],
    [5, 5],
    [5e-324],
    [NaN],
    [Infinity, 1],
    [1e15, 1e15 + 1],
    [-3],
  ];
  for (const y of extremes) {
    for (const plot of [
      chart({ name: 'a', y, mark: 'points' }),
      chart({ name: 'a', y, mark: 'stems' }),
      bars([
        { name: 'a', value: y },
        { name: 'b', value: y[0] },
      ]),
      bars([{ name: 'a', value: y }], { mark: 'points' }),
      ...(y.some(Number.isFinite) ? [weightHistogram([{ name: 'a', weights: y }])] : []),
      weightMaps(y, { shape: [1, y.length] }),
    ]) {
      const payload = payloadOf(plot);
      expect(parseFigurePayload(JSON.parse(JSON.stringify(payload))), `${String(plot)} of ${y.join()}`).toEqual(
        payload,
      );
      const svg = await svgOf(payload);
      expect(svg, `${String(plot)} of ${y.join()}`).not.toMatch(/NaN|Infinity/);
      if (payload.content.kind === 'chart') {
        const ticks = textsOf(svg).filter(({ text }) => /^[−\d.e+ ]+$/.test(text));
        expect(ticks.length, `${String(plot)} of ${y.join()}`).toBeGreaterThan(0);
        expect(ticks.length).toBeLessThan(40);
      }
    }
  }
});

/** Texts of an SVG with their colours. */
function textsOf(svg: string): { text: string; fill: string }[] {
  return [...svg.matchAll(/<text[^>]*?fill="([^"]*)"[^>]*>([^<]*)</g)].map(([, fill, text]) => ({
    fill,
    text: text.trim(),
  }));
}
const rgb = (colour: string): string => colour.replaceAll(' ', '').toLowerCase();
/** Colours that marks are filled or drawn with. */
const coloursOf = (svg: string): Set<string> =>
  new Set([...svg.matchAll(/(?:fill|stroke)="(rgb\([^)]*\))"/g)].map(([, colour]) => rgb(colour)));

const runs = [1, 2, 3, 4].map((k) => ({
  plannedEpochs: 4,
  epochs: [1, 2, 3, 4].map((epoch) => ({
    epoch,
    trainAccuracy: 0.9 + 0.01 * epoch + 0.002 * k,
    testAccuracy: 0.88 + 0.02 * epoch - 0.003 * k,
    cost: 400 / epoch ** (3 + k),
    seconds: 1,
    learningRate: 1e-3 / epoch,
  })),
}));

test.each([
  ['one run', curvesPayload(runs[0])],
  ['several runs', curvesPayload(runs, { names: ['a', 'b', 'c', 'd'] })],
  [
    'seeds and a reference',
    curvesPayload(runs, {
      names: ['a', 'a', 'b', 'b'],
      reference: {
        label: 'authors',
        points: [
          { epoch: 1, testAccuracy: 0.9 },
          { epoch: 4, testAccuracy: 0.95 },
        ],
      },
    }),
  ],
  [
    'two epochs of very small costs',
    curvesPayload({ ...runs[0], epochs: runs[0].epochs.slice(0, 2).map((e) => ({ ...e, cost: e.cost * 1e-300 })) }),
  ],
])('curves: PNG and Vega-Lite have the same panels, ticks, texts and colours: %s', async (_, payload) => {
  const paperSvg = await drawSvg((pen, theme, width, measure) => {
    const scene = paperScene(payload, width, measure, theme.fontSize);
    drawCurves(pen, theme, scene);
    return scene.layout.height;
  });
  await sameDescription(paperSvg, curvesSpec(payload));
});

test('a curve at 100 % keeps its name in the legend', async () => {
  const whole = { epoch: 1, trainAccuracy: 1, testAccuracy: 1, cost: 0, seconds: 1, learningRate: 1e-3 };
  const payload = curvesPayload({ epochs: [whole] });
  const svg = await drawSvg((pen, theme, width, measure) => {
    const scene = paperScene(payload, width, measure, theme.fontSize);
    drawCurves(pen, theme, scene);
    return scene.layout.height;
  });
  const texts = textsOf(svg).map(({ text }) => text.trim());
  expect(texts).toEqual(expect.arrayContaining(['train', 'test', '100.00 %']));
});

test.each(Object.entries(some).filter(([, plot]) => payloadOf(plot).content.kind === 'chart'))(
  'a figure: PNG and Vega-Lite have the same ticks, texts and colours: %s',
  async (_, plot) => {
    const payload = payloadOf(plot);
    if (payload.content.kind !== 'chart') return;
    await sameDescription(await svgOf(payload), figureSpec(payload, payload.content));
    expect((await plot.displayBundle()).data[vegaLiteMime]).toEqual(figureSpec(payload, payload.content));
  },
);

/** Every text and colour of the Vega-Lite drawing is in ours, and every tick of ours in that of Vega-Lite. */
async function sameDescription(ours: string, spec: VegaLiteSpec): Promise<void> {
  const theirs = await vegaLiteToSvg(spec);
  const [mine, other] = [textsOf(ours), textsOf(theirs)].map((all) => new Set(all.map(({ text }) => text)));
  const isTick = (text: string): boolean => /^[−\d.e+ ]+( %)?$/.test(text);
  const notes = /log scale|^$/;
  expect(
    [...other].filter(
      (text) => !notes.test(text) && ![...mine].some((one) => one.startsWith(text) || text.startsWith(one)),
    ),
  ).toEqual([]);
  expect([...other].filter(isTick).sort()).toEqual([...mine].filter((text) => isTick(text) && other.has(text)).sort());
  const known = coloursOf(ours);
  const drawn = [
    ...theirs.matchAll(/<path[^>]*aria-roledescription="[^"]*mark[^"]*"[^>]*?(?:fill|stroke)="(rgb\([^)]*\))"/g),
  ].map(([, c]) => rgb(c));
  expect([...new Set(drawn)].filter((colour) => !known.has(colour))).toEqual([]);
}

test('a narrow figure wraps its texts, keeps inside, and leaves the corner free', () => {
  const payload = payloadOf(
    counts([1, 5, 2], {
      label: 2,
      title: 'A title that is far longer than a narrow window is wide, by a good deal',
      loss: { desired: 9, undesired: 2, margin: 1 },
    }),
  );
  const measure = (text: string): number => 6 * text.length;
  for (const width of [240, 380, 800]) {
    const pen = new SvgPen(width, (text, size) => 0.5 * size * text.length);
    const figure = arrangeFigure(payload, {}, width, measure, 12, 60);
    figure.draw(pen, theme, () => undefined);
    const places = [
      ...pen
        .toSvg(figure.height, 'x')
        .matchAll(/<text[^>]*x="([\d.-]+)" y="([\d.-]+)"[^>]*text-anchor="(\w+)"[^>]*>([^<]*)</g),
    ];
    expect(places.length).toBeGreaterThan(8);
    for (const [, x, y, anchor, text] of places) {
      const end = Number(x) + (anchor === 'start' ? measure(text) : 0);
      expect(end, text).toBeLessThanOrEqual(width + 1);
      if (Number(y) < 22) expect(end, `${text}, beside the tool bar`).toBeLessThanOrEqual(width - 60 + 12);
    }
  }
});

test('no label of a horizontal axis is cut at the right edge, however narrow the picture and long its numbers', async () => {
  const histories = (planned: number) =>
    curvesPayload({
      epochs: [{ epoch: 1, trainAccuracy: 0.5, cost: 3, seconds: 1, learningRate: 1 }],
      plannedEpochs: planned,
    });
  const long = chart([{ name: 'a', x: [0, 1e6], y: [1, 2] }]);
  const run = rasterPayload(
    packSpikeTrains(
      'hidden',
      60_000,
      Array.from({ length: 100 }, (_, n) => [n]),
    ),
  );
  const layers = unpackLayers(run, []);
  for (const width of [260, 320, 480, 720]) {
    const drawings: Drawing[] = [
      (pen, theme, page, measure) => drawOnPaper(payloadOf(long), pen, theme, page, measure),
      ...[3, 200_000].map((planned): Drawing => (pen, theme, page, measure) => {
        const scene = paperScene(histories(planned), page, measure, theme.fontSize);
        drawCurves(pen, theme, scene);
        return scene.layout.height;
      }),
      (pen, theme, page, measure) => {
        const layout = arrangeRaster(run, layers, page, measure, theme.fontSize);
        drawRaster(pen, theme, { payload: run, layers, view: RasterView.whole(run.steps, [100]), layout, rates: [] });
        return layout.height;
      },
    ];
    for (const [k, draw] of drawings.entries()) {
      const [regular] = (await loadFonts()).map(fontWidths);
      const svg = await drawSvg(draw, width);
      const labels = [...svg.matchAll(/<text [^>]*x="([\d.]+)"[^>]*text-anchor="middle"[^>]*>([\d\u202f]+)</g)];
      expect(labels.length, `drawing ${k}`).toBeGreaterThan(1);
      for (const [, x, text] of labels)
        expect(Number(x) + (12 * regular(text)) / 2, `${text} of drawing ${k} at ${width}`).toBeLessThanOrEqual(
          width + 0.01,
        ); // an SVG has two decimals
    }
  }
});

test('an image beside a spike in each step of each pixel is no more marks than it has pixels', async () => {
  const steps = 2000;
  const trains = packSpikeTrains(
    'input',
    steps,
    Array.from({ length: 1024 }, () => Array.from({ length: steps / 2 }, (_, t) => 2 * t)),
  );
  const { layers } = rasterPayload(trains);
  const payload = parseFigurePayload({
    version: 1,
    content: {
      kind: 'encoding',
      steps,
      stimulus: { rows: 32, columns: 32, pixels: btoa('x'.repeat(1024)) },
      layer: layers[0],
    },
  });
  expect(JSON.stringify(payload).length).toBeLessThan(20_000);
  const svg = await svgOf(payload, 720);
  const marks = [...svg.matchAll(/M[\d.]+ [\d.]+h[\d.]+v1h/g)];
  expect(marks.length).toBeGreaterThan(200);
  expect(marks.length).toBeLessThan(224 * 500);
});

test('how a training goes is said to its end, the time left too, however narrow the picture', async () => {
  const history = { epochs: [], progress: [{ epoch: 1.3, trainAccuracy: 0.5, cost: 3 }], plannedEpochs: 3 };
  const state = { made: 1, samplesPerSecond: 1240, secondsLeft: 130 };
  const payload = curvesPayload(history, { live: true, state });
  for (const width of [300, 400, 560, 900]) {
    const svg = await drawSvg((pen, theme, page, measure) => {
      const scene = paperScene(payload, page, measure, theme.fontSize);
      const layout = arrangeCurves(payload, ['accuracy', 'cost'], page, measure, theme.fontSize, 'training');
      drawCurves(pen, theme, { ...scene, layout, liveness: 'training' });
      return layout.height;
    }, width);
    const said = [...svg.matchAll(/<text [^>]*>([^<]*)</g)].map(([, text]) => text).join(' ');
    expect(said, String(width)).toContain('training · epoch 1.30 of 3 · 1240 samples/s · 2 min 10 s left');
  }
});

test('names below the axis that begin alike are told apart where they are cut', async () => {
  const name = (threshold: number): string => `network.hidden.0.threshold=${threshold}, and network.steps=400`;
  const values = [2, 4, 8, 16, 32, 64].map((threshold) => ({ name: name(threshold), value: 1 }));
  const texts = textsOf(await svgOf(payloadOf(bars(values)), 400)).map(({ text }) => text);
  const labels = texts.filter((text) => text.includes('threshold') || text.startsWith('…'));
  expect(new Set(labels).size).toBe(6);
  expect(labels.length).toBe(6);
});
