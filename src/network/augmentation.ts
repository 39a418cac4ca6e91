/**
 * Distorting training images, as plain data: what `src/data/augment.ts` does to them. Source: the authors' code and the
 * log of their convolutional run.
 */
import { requireKnown } from './known.js';
import { requireChoice, requireFlag, requireNumber } from './require.js';

export interface Augmentation {
  /**
   * Images grow by 0 .. this many %, width and height apart; half of the draws leave the size as it is (the authors).
   */
  readonly scale: number;
  /** Images turn by up to this many degrees either way. */
  readonly rotation: number;
  /**
   * Strength of the elastic field: uniform noise in +-elastic pixels, smoothed by a Gaussian of 4 pixels that is as
   * high as the authors'.
   */
  readonly elastic: number;
  /** Images move by up to this many pixels, rows and columns apart, fractions included; absent: 0. */
  readonly shift?: number;
  /** Half of the draws mirror the image, left and right exchanged (for clothes, not for digits); absent: none does. */
  readonly flip?: boolean;
  /**
   * `epoch`: one distortion for all images of an epoch, as the authors did; `image`: each image its own in each epoch.
   */
  readonly per: 'epoch' | 'image';
}

/**
 * Distortions of training images. Default 12 %, 12 degrees, 3.4, per epoch, no shift, no flip: the settings of the
 * paper's convolutional network.
 * @example augmentation({ scale: 0, rotation: 0, elastic: 0, shift: 2, flip: true, per: 'image' })
 */
export function augmentation(options: Partial<Augmentation> = {}): Augmentation {
  requireKnown('augmentation()', options, ['scale', 'rotation', 'elastic', 'shift', 'flip', 'per']);
  const shift = requireNumber('shift', options.shift ?? 0, 0, 100);
  if (options.flip !== undefined) requireFlag('flip', options.flip);
  return {
    scale: requireNumber('scale', options.scale ?? 12, 0, 100),
    rotation: requireNumber('rotation', options.rotation ?? 12, 0, 180),
    elastic: requireNumber('elastic', options.elastic ?? 3.4, 0, 100),
    // What is not used is left out, so that equal rules are equal objects.
    ...(shift > 0 && { shift }),
    ...(options.flip && { flip: true }),
    per: requireChoice('per', options.per ?? 'epoch', ['epoch', 'image']),
  };
}
