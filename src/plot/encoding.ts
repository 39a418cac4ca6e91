/**
 * A sample beside the spikes that the network got of it: each row of the image stands beside the spikes of its pixels.
 */
import { plural } from './drawing/ticks.js';
import { figurePlot } from './figure.js';
import { requireImage, type ImageLike } from './images.js';
import { plainText } from './payload.js';
import type { Plot } from './picture.js';
import { stimulusOf } from './rasterExtras.js';
import { packLayers } from './rasterLayers.js';
import type { RunLike } from './runLike.js';
import { requireOptions, requireRun } from './wanted.js';

export interface EncodingOptions {
  /** Default: the class of the sample, when it is known. */
  title?: string;
  /** Default: what the run says that the network saw. */
  image?: ImageLike;
}

/** Most characters of the packed spikes; more are joined. */
const mostBytes = 80_000;

/**
 * Draws the image of a run's sample, and beside it when each pixel's input fired.
 * @example show(encoding(await net.run(test.at(0))));
 * @throws RangeError for a run of recorded spikes, which has no image
 */
export function encoding(run: RunLike, options: EncodingOptions = {}): Plot {
  requireRun('encoding()', run);
  requireOptions('encoding()', options, ['title', 'image']);
  const image = options.image ?? run.stimulus;
  if (image !== undefined) requireImage('the image of encoding()', image);
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
  const [layer] = packLayers([input], mostBytes).layers;
  return figurePlot(`encoding: ${title}: ${facts}`, {
    version: 1,
    title,
    subtitle: facts,
    content: { kind: 'encoding', steps: input.steps, stimulus, layer },
  });
}
