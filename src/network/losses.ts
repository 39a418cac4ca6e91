/** Losses as plain data, and their builders: what the firing counts of the last layer should be. */
import { requireKnown } from './known.js';
import { requireChoice, requireInteger } from './require.js';

/** Margin loss on firing counts (paper section 3.1). */
export interface FiringCountLoss {
  readonly type: 'firingCount';
  /** Target count of the class neuron, spikes. */
  readonly desired: number;
  /** Target count of the others, spikes. */
  readonly undesired: number;
  /** Dead zone: |o - y| up to this counts as no error, spikes. */
  readonly margin: number;
}

/** Softmax over the firing counts with cross-entropy: delta = p - onehot, no margin. */
export interface SoftmaxCountLoss {
  readonly type: 'softmaxCount';
  /** Count of the train that stands in for a silent class neuron, spikes. */
  readonly desired: number;
}
export type Loss = FiringCountLoss | SoftmaxCountLoss;

/** Margin loss on firing counts. Default 35 / 5 / 5, the paper's. */
export function firingCount(options: Partial<Omit<FiringCountLoss, 'type'>> = {}): FiringCountLoss {
  requireKnown('firingCount()', options, ['desired', 'undesired', 'margin', 'type']);
  requireOwnType(options, 'firingCount');
  return {
    type: 'firingCount',
    desired: requireInteger('desired', options.desired ?? 35, 1, 4096),
    undesired: requireInteger('undesired', options.undesired ?? 5, 0, 4096),
    margin: requireInteger('margin', options.margin ?? 5, 0, 4096),
  };
}

/** Softmax over the firing counts of the last layer. Default 35 for the silent-class rule. */
export function softmaxCount(options: { desired?: number } = {}): SoftmaxCountLoss {
  requireKnown('softmaxCount()', options, ['desired', 'type']);
  requireOwnType(options, 'softmaxCount');
  return { type: 'softmaxCount', desired: requireInteger('desired', options.desired ?? 35, 1, 4096) };
}

/** A loss may be given to its own builder, and to no other. */
function requireOwnType(options: object, own: Loss['type']): void {
  const { type = own } = options as { readonly type?: unknown };
  requireChoice(`type of ${own}()`, type, [own]);
}
