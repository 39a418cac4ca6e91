/** A sample beside the spikes that the network got of it: each row of the image stands beside the spikes of its pixels. */
import { drawPicture } from './drawPicture.js';
import { plural, ticks } from './drawing/ticks.js';
import { drawStimulus } from './drawing/raster/stimulus.js';
import { toPixel, type Scale } from './drawing/range.js';
import { font, headingSize, writePieces } from './drawing/text.js';
import type { Pen } from './drawing/pen.js';
import { panelColour, type Theme } from './drawing/theme.js';
import type { ImageLike } from './images.js';
import { plainText } from './payload.js';
import { Plot } from './picture.js';
import { stimulusOf } from './rasterExtras.js';
import type { RunLike } from './runLike.js';
import type { Stimulus } from './rasterSample.js';
import type { SpikeTrains } from '../network/spikes.js';

export interface EncodingOptions {
  /** Default: the class of the sample, when it is known. */
  title?: string;
  /** Default: what the run says that the network saw. */
  image?: ImageLike;
}

/** Height of image and spikes, CSS pixels. */
const side = 224;
const top = 34;
const gap = 56;

/**
 * Draws the image of a run's sample, and beside it when each pixel's input fired.
 * @example show(encoding(await net.run(test.at(0))));
 * @throws RangeError for a run of recorded spikes, which has no image
 */
export function encoding(run: RunLike, options: EncodingOptions = {}): Plot {
  const image = options.image ?? run.stimulus;
  const stimulus = image && stimulusOf(image);
  const [input] = run.spikes;
  if (!input || !stimulus)
    throw new RangeError('a run without an image of up to 16384 pixels: draw its spikes with raster(run)');
  const pixels = stimulus.rows * stimulus.columns;
  if (input.neurons !== pixels)
    throw new RangeError(`an image of ${pixels} pixels for ${input.neurons} inputs: give the one that was encoded`);
  const known = run.label === undefined ? '' : `class ${run.classNames?.[Number(run.label)] ?? run.label}`;
  const title = plainText(options.title ?? (known || 'Input'));
  const facts = `${stimulus.rows} × ${stimulus.columns} pixels, ${plural(input.times.length, 'spike')} in ${input.steps} ms`;
  return new Plot({
    text: `encoding: ${title}: ${facts}`,
    light: {},
    draw: () =>
      drawPicture((pen, theme, width) => {
        drawEncoding(pen, theme, width, title, facts, stimulus, input);
        return top + side + 40;
      }),
  });
}

function drawEncoding(
  pen: Pen,
  theme: Theme,
  width: number,
  title: string,
  facts: string,
  stimulus: Stimulus,
  input: SpikeTrains,
): void {
  const scale = Math.min(side / stimulus.columns, side / stimulus.rows);
  const box = { x: 4, y: top, width: scale * stimulus.columns, height: side };
  drawStimulus(pen, theme, stimulus, box);
  writePieces(pen, 4, 18, width, [
    { text: title, font: font(theme, 'bold', headingSize), colour: theme.text },
    { text: `   ${facts}`, font: font(theme), colour: theme.mutedText },
  ]);
  const left = box.x + box.width + gap;
  const times: Scale = { range: { from: 0, to: input.steps }, start: left, end: width - 12 };
  const rows: Scale = { range: { from: 0, to: input.neurons }, start: top, end: top + side };
  pen.fillStyle = panelColour(theme);
  pen.fillRect(left, top, times.end - left, side);
  pen.beginPath();
  const mark = Math.max(1, Math.min(3, (times.end - left) / input.steps));
  for (let n = 0; n < input.neurons; n++) {
    const y = toPixel(rows, n + 0.5);
    for (let k = input.offsets[n]; k < input.offsets[n + 1]; k++)
      pen.rect(toPixel(times, input.times[k]), y - 0.5, mark, 1);
  }
  pen.fillStyle = theme.text;
  pen.fill();
  pen.font = font(theme);
  pen.fillStyle = theme.mutedText;
  pen.textAlign = 'center';
  pen.textBaseline = 'top';
  for (const tick of ticks(times.range, 6, 1)) pen.fillText(String(tick), toPixel(times, tick), top + side + 6);
  pen.textBaseline = 'alphabetic';
  pen.fillText('time (ms)', (left + times.end) / 2, top + side + 34);
  pen.textAlign = 'right';
  pen.textBaseline = 'middle';
  // The pixels of a row of the image follow each other.
  for (const row of ticks({ from: 0, to: stimulus.rows - 1 }, 6, 1))
    pen.fillText(`row ${row}`, left - 6, toPixel(rows, (row + 0.5) * stimulus.columns));
}
