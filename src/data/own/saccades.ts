/** Event data from images: what N-MNIST's camera would have seen of them, simulated. */
import { binEvents, stabilise } from '../encode/camera.js';
import { type Camera, nmnistCamera, saccadeEvents } from '../encode/saccades.js';
import { progressLine, silentLine } from '../registry/progress.js';
import { EventPacker } from '../formats/event-packer.js';
import { nmnistShape } from '../formats/nmnist.js';
import type { Dataset } from '../sets/dataset.js';
import { requireSet } from '../sets/labelled.js';
import type { EventDataset } from '../sets/events.js';
import { requireKnown } from '../../network/known.js';
import { requireInteger, requireNumber } from '../../network/require.js';
import { crc32 } from '../../numeric/crc32.js';
import { RandomStream, sampleKey } from '../../numeric/random.js';

export interface SaccadeOptions extends Partial<Camera> {
  /** Of the noise. Default 1. */
  seed?: number;
  /** T. Default 540 steps, as `datasets.nmnist`. */
  steps?: number;
  /** Width of a step, microseconds. Default 600, as `datasets.nmnist`. */
  binWidth?: number;
  signal?: AbortSignal;
  /** Shows no progress. */
  quiet?: boolean;
}

const cameraOptions = ['threshold', 'refractory', 'noise'] as const;
export const saccadeOptions = ['seed', 'steps', 'binWidth', 'signal', 'quiet', ...cameraOptions] as const;

/** What takes no longer shows no progress. */
const unseenMs = 2000;

/**
 * An event camera simulated over 28 x 28 images, with the three saccades, the number of events and the noise of
 * N-MNIST: `[2, 34, 34]` inputs, prepared as `datasets.nmnist` prepares the recordings. Its name says that it is
 * simulated. Same image and seed, same events, wherever the image stands in a set.
 * @throws RangeError for images of another size, and options out of range; the signal's reason when it fires
 */
export async function saccades(images: Dataset, given: SaccadeOptions = {}): Promise<EventDataset> {
  const options = requireKnown('datasets.saccades()', given, saccadeOptions);
  const { seed = 1, steps = 540, binWidth = 600, signal, quiet } = options;
  requireSet('datasets.saccades()', images);
  requireInteger('seed', seed, 0, Number.MAX_SAFE_INTEGER);
  requireInteger('binWidth', binWidth, 1, 1_000_000);
  const camera: Camera = {
    threshold: requireNumber('threshold', given.threshold ?? nmnistCamera.threshold, 0.05, 2),
    refractory: requireNumber('refractory', given.refractory ?? nmnistCamera.refractory, 0, 100_000),
    noise: requireNumber('noise', given.noise ?? nmnistCamera.noise, 0, 100),
  };
  const [rows, columns] = images.shape.slice(-2);
  if (rows !== 28 || columns !== 28 || images.shape.length > 3 || (images.shape.length === 3 && images.shape[0] !== 1))
    throw new RangeError(
      `${images.name} has samples of ${images.shape.join(' x ')}: the simulated camera looks at images of 28 x 28, as MNIST has them`,
    );
  const name = `${images.name}, simulated saccades`;
  const packer = new EventPacker({ name, shape: nmnistShape, steps, classNames: images.classNames });
  const line = quiet ? silentLine : progressLine();
  const begun = Date.now();
  const told = (n: number): string => `${name}: ${n.toLocaleString('en')} of ${images.length.toLocaleString('en')}`;
  const together = 16; // images between two looks at interrupts and output
  for (let n = 0; n < images.length; n++) {
    if (n % together === 0) {
      await new Promise((resume) => setTimeout(resume));
      if (Date.now() > begun + unseenMs) line.show(told(n));
    }
    signal?.throwIfAborted();
    const { pixels, label } = images.at(n);
    // By the image and not by its place: sample n of the test set has other noise than sample n of the training set.
    const random = new RandomStream(sampleKey(seed, 'camera', 0, crc32(pixels)));
    packer.add(label, binEvents(stabilise(saccadeEvents(pixels, camera, random)), steps, binWidth));
  }
  line.end(told(images.length));
  return packer.finish();
}
