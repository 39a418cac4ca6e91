/** What `SpikingNetwork.create` makes a network of: a description, a rule and options that somebody wrote by hand. */
import { givenNetwork, givenRule } from '../network/given.js';
import { requireKnown } from '../network/known.js';
import type { Network } from '../network/network.js';
import { requireInteger } from '../network/require.js';
import type { LearningRule } from '../network/rule.js';
import { checkWeights } from '../network/weights.js';
import { threadsOf } from './model-parts.js';

export interface CreateOptions {
  /** Default 1. */
  seed?: number;
  /** Worker threads. Default: all cores, or SPIKELAB_THREADS. */
  threads?: number;
  /** Weights to start from, one array for each layer; default drawn ones. */
  weights?: readonly Float32Array[];
}

/** All of it, checked as `sequential` checks it. @throws TypeError, RangeError naming the value that does not fit */
export function givenParts(
  network: Network,
  rule: LearningRule,
  options: CreateOptions,
): { network: Network; rule: LearningRule; seed: number; threads: number } {
  const name = 'SpikingNetwork.create()';
  requireKnown(name, options, ['seed', 'threads', 'weights']);
  const checked = givenNetwork(name, network);
  if (options.weights !== undefined) checkWeights(checked, options.weights);
  return {
    network: checked,
    rule: givenRule(name, rule),
    seed: requireInteger('seed', options.seed ?? 1, 0, Number.MAX_SAFE_INTEGER),
    threads: threadsOf(options.threads),
  };
}
