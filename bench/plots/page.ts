/** In the page: the same spikes in our raster, Vega-Lite, Plotly's scattergl and Bokeh. Bundled by `plots.mjs`. */
import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import { RasterPlot } from '../../extension/src/raster/plot.js';
import { paper } from '../../src/plot/drawing/theme.js';
import { parseRasterPayload } from '../../src/plot/payload.js';
import { rasterPayload } from '../../src/plot/raster.js';
import { packSpikeTrains } from '../../src/network/spikes.js';

const width = 800;
const height = 500;
const neurons = 1000;

/** Spikes of a thousand neurons over `spikes / 100` steps, a tenth of all cells. */
function spikesOf(spikes: number, seed: number): { steps: number; rows: number[][] } {
  const steps = Math.max(100, spikes / 100);
  let state = seed;
  const rows = Array.from({ length: neurons }, () => {
    const row: number[] = [];
    for (let t = 0; t < steps; t++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      if (state / 2 ** 32 < spikes / neurons / steps) row.push(t);
    }
    return row;
  });
  return { steps, rows };
}

interface Data {
  readonly steps: number;
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** As it comes from the notebook. */
  readonly payload: string;
}

function dataOf(spikes: number, seed: number): Data {
  const { steps, rows } = spikesOf(spikes, seed);
  const points = rows.flatMap((row, n) => row.map((t) => [t, n] as const));
  return {
    steps,
    x: Float64Array.from(points, ([t]) => t),
    y: Float64Array.from(points, ([, n]) => n),
    payload: JSON.stringify(rasterPayload(packSpikeTrains('hidden', steps, rows))),
  };
}

/** A plot in a host of its own; each step resolves when it is drawn. */
interface Contender {
  draw(data: Data): Promise<unknown>;
  zoom(data: Data): Promise<unknown>;
  update(data: Data): Promise<unknown>;
  /** Everything again, from the same data. */
  redraw(data: Data): Promise<unknown>;
  end(): void;
}

function ours(host: HTMLElement): Contender {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  host.append(canvas);
  const context = canvas.getContext('2d')!;
  const plot = new RasterPlot();
  const paint = (): Promise<void> => {
    context.clearRect(0, 0, width, height);
    plot.prepare();
    plot.layout(width, (text) => context.measureText(text).width, 12);
    plot.paint(context, paper, 1);
    return Promise.resolve();
  };
  const take = ({ payload }: Data): Promise<void> => {
    plot.setPayload(parseRasterPayload(JSON.parse(payload)));
    return paint();
  };
  return {
    draw: take,
    zoom: () => (plot.zoom(2), paint()),
    redraw: () => (plot.reset(), paint()),
    update: take,
    end: () => canvas.remove(),
  };
}

function vegaLite(host: HTMLElement): Contender {
  let view: View | undefined;
  const values = ({ x, y }: Data): { x: number; y: number }[] => Array.from(x, (at, k) => ({ x: at, y: y[k] }));
  return {
    draw: (data) => {
      const spec = {
        width,
        height,
        params: [
          { name: 'low', value: 0 },
          { name: 'high', value: data.steps },
        ],
        data: { name: 'spikes', values: values(data) },
        mark: { type: 'square', size: 4, clip: true },
        encoding: {
          x: {
            field: 'x',
            type: 'quantitative',
            scale: { domainMin: { expr: 'low' }, domainMax: { expr: 'high' }, nice: false },
          },
          y: { field: 'y', type: 'quantitative' },
        },
      };
      view = new View(parse(compile(spec as unknown as TopLevelSpec).spec), { renderer: 'canvas', container: host });
      return view.runAsync();
    },
    zoom: ({ steps }) =>
      view!
        .signal('low', steps / 4)
        .signal('high', (3 * steps) / 4)
        .runAsync(),
    redraw: ({ steps }) => view!.signal('low', 0).signal('high', steps).runAsync(),
    update: (data) => view!.data('spikes', values(data)).runAsync(),
    end: () => void view?.finalize(),
  };
}

interface PlotlyApi {
  newPlot(host: HTMLElement, traces: object[], layout: object): Promise<unknown>;
  react(host: HTMLElement, traces: object[], layout: object): Promise<unknown>;
  relayout(host: HTMLElement, layout: object): Promise<unknown>;
  purge(host: HTMLElement): void;
}

function plotly(host: HTMLElement): Contender {
  const api = (globalThis as unknown as { Plotly: PlotlyApi }).Plotly;
  const trace = ({ x, y }: Data): object => ({ x, y, type: 'scattergl', mode: 'markers', marker: { size: 2 } });
  const layout = (data: Data): object => ({ width, height, xaxis: { range: [0, data.steps] } });
  return {
    draw: (data) => api.newPlot(host, [trace(data)], layout(data)),
    zoom: ({ steps }) => api.relayout(host, { 'xaxis.range': [steps / 4, (3 * steps) / 4] }),
    redraw: ({ steps }) => api.relayout(host, { 'xaxis.range': [0, steps] }),
    update: (data) => api.react(host, [trace(data)], layout(data)),
    end: () => api.purge(host),
  };
}

interface BokehApi {
  readonly Plotting: {
    figure(options: object): {
      x_range: { start: number; end: number };
      scatter(x: object, y: object, options: object): unknown;
    };
    show(figure: unknown, host: HTMLElement): Promise<unknown>;
  };
  readonly ColumnDataSource: new (options: object) => { data: object };
}

function bokeh(host: HTMLElement): Contender {
  const api = (globalThis as unknown as { Bokeh: BokehApi }).Bokeh;
  let figure: ReturnType<BokehApi['Plotting']['figure']>;
  let source: { data: object };
  return {
    draw: async (data) => {
      figure = api.Plotting.figure({ width, height, output_backend: 'webgl', x_range: [0, data.steps], tools: '' });
      source = new api.ColumnDataSource({ data: { x: data.x, y: data.y } });
      figure.scatter({ field: 'x' }, { field: 'y' }, { source, size: 2, marker: 'square' });
      await api.Plotting.show(figure, host);
    },
    zoom: ({ steps }) => {
      figure.x_range.start = steps / 4;
      figure.x_range.end = (3 * steps) / 4;
      return Promise.resolve();
    },
    redraw: ({ steps }) => {
      figure.x_range.start = 0;
      figure.x_range.end = steps;
      return Promise.resolve();
    },
    update: (data) => {
      source.data = { x: data.x, y: data.y };
      return Promise.resolve();
    },
    end: () => undefined, // it goes with its host
  };
}

const makers = { ours, vegaLite, plotly, bokeh };
let contender: Contender | undefined;
const data: Data[] = [];

/** What the bench calls, one step at a time. */
const steps = {
  prepare: (spikes: number) => void (data.splice(0), data.push(dataOf(spikes, 1), dataOf(spikes, 2))),
  spikes: () => data[0].x.length,
  make: (name: keyof typeof makers) => {
    const host = document.createElement('div');
    document.body.append(host);
    contender = makers[name](host);
  },
  nothing: () => undefined,
  draw: () => contender!.draw(data[0]),
  zoom: () => contender!.zoom(data[0]),
  redraw: () => contender!.redraw(data[0]),
  update: () => contender!.update(data[1]),
  end: () => (contender!.end(), document.body.replaceChildren()),
};

/** Runs a step and waits until its frame is on the screen. */
export async function run(step: keyof typeof steps, argument?: never): Promise<unknown> {
  const result = await (steps[step] as (given?: never) => unknown)(argument);
  for (let frame = 0; frame < 2; frame++) await new Promise((resolve) => requestAnimationFrame(resolve));
  return typeof result === 'number' ? result : undefined;
}
(globalThis as unknown as { run: typeof run }).run = run;
