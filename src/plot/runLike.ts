import type { Loss } from '../network/rule.js';
import type { SpikeTrains } from '../network/spikes.js';
import type { ImageLike } from './imageLike.js';

/** What a run offers to a plot. */
export interface RunLike {
  /** From input to output. */
  readonly spikes: readonly SpikeTrains[];
  /** True class of the sample: its index or its name. */
  readonly label?: number | string;
  /** Class the network chose. */
  readonly prediction?: number | string;
  readonly classNames?: readonly string[];
  /** For the targets of the output's firing counts. */
  readonly rule?: { readonly loss: Loss };
  /** For the thresholds. */
  readonly network?: { readonly layers: readonly { readonly name: string; readonly threshold?: number }[] };
  /** `[steps, units]` flat for each layer after the input. */
  readonly membranes?: readonly Float32Array[];
  /** What the network saw. */
  readonly stimulus?: ImageLike;
}
