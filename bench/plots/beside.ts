/** In the page: one recording as our raster, in Vega-Lite and in Observable Plot. Bundled by `beside.mjs`. */
import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import { RasterPlot } from '../../extension/src/raster/plot.js';
import { unpackLayers } from '../../src/plot/drawing/raster/layer.js';
import { paper } from '../../src/plot/drawing/theme.js';
import { parseRasterPayload, type RasterPayload } from '../../src/plot/payload.js';

const width = 720;
const heights = [130, 150, 90];
const palette = ['#6b7684', '#3b7dd8', '#b4560f'];

interface Spike {
  readonly t: number;
  readonly neuron: number;
}

interface PlotApi {
  plot(options: object): Element;
  ruleX(data: readonly Spike[], options: object): unknown;
}

function ours(host: HTMLElement, payload: RasterPayload): void {
  const [canvas, plot] = [document.createElement('canvas'), new RasterPlot()];
  const context = canvas.getContext('2d')!;
  const font = `12px ${getComputedStyle(document.body).fontFamily}`;
  plot.setPayload(payload);
  plot.prepare();
  context.font = font;
  canvas.width = width;
  canvas.height = plot.layout(width, (text) => context.measureText(text).width, 12);
  context.font = font;
  plot.paint(context, paper, 1);
  host.append(canvas);
}

/** Layer by layer: its name, its rows, the height of a mark on the page, its spikes. */
function layersOf(payload: RasterPayload): { name: string; rows: number; mark: number; spikes: Spike[] }[] {
  return unpackLayers(payload, []).map(({ info, rows, trains }, layer) => ({
    name: info.name,
    rows,
    mark: Math.max(2, (0.7 * heights[layer]) / rows),
    spikes: Array.from(trains.times, (t, k) => ({ t, neuron: trains.offsets.findLastIndex((start) => start <= k) })),
  }));
}

async function vegaLite(host: HTMLElement, payload: RasterPayload): Promise<void> {
  const spec = {
    spacing: 8,
    vconcat: layersOf(payload).map(({ name, rows, mark, spikes }, layer) => ({
      title: { text: name, anchor: 'start' },
      width: width - 60,
      height: heights[layer],
      data: { values: spikes },
      mark: { type: 'tick', orient: 'vertical', size: mark, thickness: 2, color: palette[layer] },
      encoding: {
        x: { field: 't', type: 'quantitative', scale: { domain: [0, payload.steps] }, title: 'ms' },
        y: { field: 'neuron', type: 'quantitative', scale: { reverse: true, domain: [0, rows - 1] } },
      },
    })),
  };
  const view = new View(parse(compile(spec as unknown as TopLevelSpec).spec), { renderer: 'svg', container: host });
  await view.runAsync();
}

function observable(host: HTMLElement, payload: RasterPayload): void {
  const { Plot } = globalThis as unknown as { Plot: PlotApi };
  for (const [layer, { name, rows, mark, spikes }] of layersOf(payload).entries()) {
    const half = (mark / heights[layer]) * rows * 0.5;
    host.append(
      Plot.plot({
        title: name,
        width,
        height: heights[layer] + 40,
        x: { domain: [0, payload.steps], label: 'ms' },
        y: { reverse: true, domain: [0, rows - 1], label: 'neuron' },
        marks: [
          Plot.ruleX(spikes, {
            x: 't',
            y1: ({ neuron }: Spike) => neuron - half,
            y2: ({ neuron }: Spike) => neuron + half,
            stroke: palette[layer],
            strokeWidth: 2,
          }),
        ],
      }),
    );
  }
}

async function beside(json: string): Promise<void> {
  const payload = parseRasterPayload(JSON.parse(json));
  for (const [name, draw] of Object.entries({ Spikelab: ours, 'Vega-Lite': vegaLite, 'Observable Plot': observable })) {
    const host = document.body.appendChild(document.createElement('section'));
    host.appendChild(document.createElement('h2')).textContent = name;
    await draw(host.appendChild(document.createElement('div')), payload);
  }
}
Object.assign(globalThis, { beside });
