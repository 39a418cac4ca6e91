/** Firing rates of all layers over time, one line each, below the raster. */
import type { Pen } from '../pen.js';
import { span, toPixel, type Scale } from '../range.js';
import { font, headingSize, writePieces } from '../text.js';
import type { Theme } from '../theme.js';
import { roundRange } from '../ticks.js';
import { labelValues } from './labelValues.js';
import { layerSeries } from './layer.js';
import type { Rates } from './rates.js';
import type { RasterScene } from './scene.js';

export function drawRates(pen: Pen, theme: Theme, { payload, layers, view, layout, rates }: RasterScene): void {
  const { heading, y } = layout.rates;
  const highest = rates.reduce((most, { hertz }) => hertz.reduce((a, b) => Math.max(a, b), most), 1);
  const top = roundRange({ from: 0, to: highest }, 2);
  const scale: Scale = { range: top, start: y.to, end: y.from };
  const times = view.timeScale(layout);
  const whose = view.isWhole() ? 'neurons' : 'neurons in view';
  const bins = rates[0] ? `, ${rates[0].binSteps} ms bins` : '';
  writePieces(pen, layout.left, heading, layout.left < layout.x.from ? layout.width : layout.x.to, [
    { text: 'firing rate', font: font(theme, 'bold', headingSize), colour: theme.text },
    { text: `   Hz, mean over ${whose}${bins}`, font: font(theme), colour: theme.mutedText },
  ]);
  pen.save();
  pen.beginPath();
  pen.rect(layout.x.from, y.from - 1, span(layout.x), span(y) + 1);
  pen.clip();
  rates.forEach((one, index) => {
    traceSteps(pen, one, payload.steps, times, scale);
    pen.strokeStyle = theme.series[layerSeries(index, layers.length)];
    pen.lineWidth = 1.5;
    pen.stroke();
  });
  pen.restore();
  labelValues(pen, theme, layout.x.from, scale, 2);
}

/** Outline of a histogram, from its first bin to its last. */
function traceSteps(pen: Pen, { start, binSteps, hertz }: Rates, steps: number, times: Scale, scale: Scale): void {
  pen.beginPath();
  hertz.forEach((value, bin) => {
    const y = toPixel(scale, value);
    pen.lineTo(toPixel(times, start + bin * binSteps), y);
    pen.lineTo(toPixel(times, Math.min(steps, start + (bin + 1) * binSteps)), y);
  });
}
