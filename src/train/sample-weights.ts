/** What the errors of each sample are multiplied by before boosting changes it. */
import type { Engine } from '../engine/engine.js';

/** @throws RangeError unless the rule has one weight for each output, or none */
export function firstSampleWeights(labels: Uint8Array, { rule, network }: Engine): Float64Array {
  const { classWeights } = rule;
  const classes = network.layers.at(-1)?.units;
  if (classWeights && classWeights.length !== classes)
    throw new RangeError(`${classWeights.length} classWeights for ${classes} classes: give one for each class`);
  return Float64Array.from(labels, (label) => classWeights?.[label] ?? 1);
}
