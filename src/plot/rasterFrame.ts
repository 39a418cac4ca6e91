/** All of a raster but its spikes: titles, axes, row labels and firing counts, as SVG. */
import { firingCounts, type SpikeTrains } from '../network/spikes.js';
import type { RasterLayer, RasterPayload } from './payload.js';
import { rasterTitle, rowLabels, type Panel, type RasterLayout } from './rasterLayout.js';
import { colors, fontFamily, pixelScale } from './style.js';
import { escapeXml } from './svg.js';

/** SVG of the frame; `trains` are the unpacked layers, for the firing counts. */
export function frameSvg(payload: RasterPayload, layout: RasterLayout, trains: readonly SpikeTrains[]): string {
  const last = layout.panels[layout.panels.length - 1];
  const bottom = last.top + last.height;
  const title = rasterTitle(payload);
  const wrong = payload.label !== undefined && payload.prediction !== undefined && payload.label !== payload.prediction;
  const heading = shorten(title, 90) + (wrong && payload.title === undefined ? ' (wrong)' : '');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${layout.width}" height="${layout.height}" font-family="${fontFamily}" font-size="12" fill="${colors.muted}">`,
    title && text(last.left, 20, heading, `font-size="15" font-weight="600" fill="${colors.ink}"`),
    ...layout.panels.map((panel, index) =>
      panelFrame(payload, payload.layers[index], panel, trains[index], index === layout.panels.length - 1),
    ),
    ...timeAxis(payload, last, bottom),
    payload.note &&
      text(last.left, bottom + 52, shorten(payload.note, 120), `font-size="11" fill="${colors.vermilion}"`),
    '</svg>',
  ]
    .filter(Boolean)
    .join('\n');
}

function panelFrame(
  payload: RasterPayload,
  layer: RasterLayer,
  panel: Panel,
  trains: SpikeTrains,
  output: boolean,
): string {
  const rate = layer.neurons === 0 ? 0 : (1000 * layer.spikes) / (layer.neurons * payload.steps);
  const facts = `${plural(layer.neurons, 'neuron')} · ${layer.spikes === 0 ? 'silent' : `${plural(layer.spikes, 'spike')} · ${rate.toFixed(1)} Hz`}`;
  return [
    `<text x="${panel.left}" y="${panel.top - 6}"><tspan font-weight="600" font-size="13" fill="${panel.color}">${escapeXml(shorten(layer.name, 40))}</tspan><tspan dx="8">${facts}</tspan></text>`,
    `<rect x="${panel.left - 0.5}" y="${panel.top - 0.5}" width="${panel.width + 1}" height="${panel.height + 1}" fill="none" stroke="${colors.line}"/>`,
    ...(rowLabels(layer, output).length > 0
      ? rowMarks(payload, layer, panel, trains, output)
      : neuronTicks(layer, panel)),
  ].join('\n');
}

/** Each row's name on its left and its firing count on its right; the chosen class is set in bold. */
function rowMarks(
  payload: RasterPayload,
  layer: RasterLayer,
  panel: Panel,
  trains: SpikeTrains,
  output: boolean,
): string[] {
  const counts = firingCounts(trains);
  const height = panel.lineHeight / pixelScale;
  const every = Math.ceil(11 / height); // labels of low rows would overlap
  const names = rowLabels(layer, output);
  const choice = output && payload.prediction !== undefined ? names.indexOf(payload.prediction) : -1;
  return names.flatMap((name, n) => {
    const chosen = n === choice;
    const room = choice < 0 || Math.abs(n - choice) >= every;
    if (!chosen && (n % every !== 0 || !room)) return [];
    const y = panel.top + (n + 0.5) * height + 4;
    const weight = chosen ? `font-weight="600" fill="${colors.ink}"` : '';
    const named = output && payload.label === name ? `font-weight="600" fill="${colors.ink}"` : '';
    return [
      text(panel.left - 8, y, shorten(name, 18), `text-anchor="end" ${named}`),
      text(
        panel.left + panel.width + 8,
        y,
        `${layer.stepsPerColumn === 1 ? counts[n] : ''}${chosen ? ' ◂' : ''}`,
        weight,
      ),
    ];
  });
}

function neuronTicks(layer: RasterLayer, panel: Panel): string[] {
  return ticks(layer.neurons, 3).map((neuron) => {
    const y = panel.top + (neuron / layer.neuronsPerRow / panel.rowsPerLine) * (panel.lineHeight / pixelScale);
    return `${line(panel.left - 4, y, panel.left, y)}${text(panel.left - 8, y + 4, String(neuron), 'text-anchor="end"')}`;
  });
}

function timeAxis(payload: RasterPayload, panel: Panel, bottom: number): string[] {
  const marks = ticks(payload.steps, 8).map((step) => {
    const x = panel.left + (step / payload.steps) * panel.width;
    return `${line(x, bottom, x, bottom + 4)}${text(x, bottom + 17, String(step), 'text-anchor="middle"')}`;
  });
  return [
    ...marks,
    text(
      panel.left + panel.width / 2,
      bottom + 34,
      payload.axes.x,
      `text-anchor="middle" font-size="13" fill="${colors.ink}"`,
    ),
  ];
}

/** Multiples of 1, 2 or 5 times a power of ten from 0 up to `end`, about `wanted` of them. */
function ticks(end: number, wanted: number): number[] {
  const rough = Math.max(1, end / wanted);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10);
  return Array.from({ length: Math.floor(end / step) + 1 }, (_, index) => index * step);
}

function text(x: number, y: number, content: string, attributes: string): string {
  return `<text x="${round(x)}" y="${round(y)}" ${attributes}>${escapeXml(content)}</text>`;
}

function line(x1: number, y1: number, x2: number, y2: number): string {
  return `<path d="M${round(x1)} ${round(y1)}L${round(x2)} ${round(y2)}" stroke="${colors.line}"/>`;
}

function round(value: number): string {
  return value.toFixed(1);
}

function plural(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}

function shorten(value: string, limit: number): string {
  const letters = [...value];
  return letters.length <= limit ? value : `${letters.slice(0, limit - 1).join('')}…`;
}
