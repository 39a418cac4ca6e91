/** What the errors of each sample are multiplied by before boosting changes it. */
import type { LearningRule } from '../network/rule.js';

/** @param rule of a network, with a weight for each class or none */
export const classWeightOf = ({ classWeights }: LearningRule, label: number): number => classWeights?.[label] ?? 1;

/** `[samples]` */
export function firstSampleWeights(labels: Uint8Array, rule: LearningRule): Float64Array {
  return Float64Array.from(labels, (label) => classWeightOf(rule, label));
}
