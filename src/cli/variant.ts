/** Options that change a single setting of a preset's rule, for `train` and `replicate`: see docs/replication.md. */
import type { Command } from 'commander';
import type { Preset } from '../network/preset.js';
import { requireChoice } from '../network/require.js';
import { hm2bp, type LearningRule, sampleOrders } from '../network/rule.js';

export type Variant = Partial<Pick<LearningRule, 'idle' | 'encoding' | 'order'>> & { errorScale?: 'threshold' | 'none' };

export function withVariants(command: Command): Command {
  const choice = <T extends string>(flag: string, description: string, values: readonly T[]): void =>
    void command.option(`${flag} <kind>`, `${description}, instead of the preset's`, (text) => requireChoice(flag, text, values));
  choice('--error-scale', "threshold or none: what divides a neuron's error", ['threshold', 'none']);
  choice('--idle', 'skip or step after a sample without error', ['skip', 'step']);
  choice('--encoding', 'draw spike trains once or anew each epoch', ['once', 'epoch']);
  choice('--order', "samples shuffled, or the data set's order with pairs swapped", sampleOrders);
  return command;
}

export function variant(preset: Preset, { errorScale, idle, encoding, order }: Variant): Preset {
  const { rule } = preset;
  return { ...preset, rule: { ...rule, ...(errorScale && { rule: hm2bp({ ...rule.rule, errorScale }) }), ...(idle && { idle }), ...(encoding && { encoding }), ...(order && { order }) } };
}
