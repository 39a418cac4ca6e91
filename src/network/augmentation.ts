/** Distorting training images, as plain data: what `src/data/augment.ts` does to them. Source: the authors' code and the log of their convolutional run. */
import { requireKnown } from './known.js';
import { requireChoice, requireNumber } from './require.js';

export interface Augmentation {
  /** Images grow by 0 .. this many %, width and height apart; half of the draws leave the size as it is (the authors). */
  readonly scale: number;
  /** Images turn by up to this many degrees either way. */
  readonly rotation: number;
  /** Strength of the elastic field: uniform noise in +-elastic pixels, smoothed by a Gaussian of 4 pixels that is as high as the authors'. */
  readonly elastic: number;
  /** `epoch`: one distortion for all images of an epoch, as the authors did; `image`: each image its own in each epoch. */
  readonly per: 'epoch' | 'image';
}

/** Distortions of training images. Default 12 %, 12 degrees, 3.4, per epoch: the settings of the paper's convolutional network. */
export function augmentation(options: Partial<Augmentation> = {}): Augmentation {
  requireKnown('augmentation()', options, ['scale', 'rotation', 'elastic', 'per']);
  return {
    scale: requireNumber('scale', options.scale ?? 12, 0, 100),
    rotation: requireNumber('rotation', options.rotation ?? 12, 0, 180),
    elastic: requireNumber('elastic', options.elastic ?? 3.4, 0, 100),
    per: requireChoice('per', options.per ?? 'epoch', ['epoch', 'image']),
  };
}
