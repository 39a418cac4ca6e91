/** Options of `train` and `replicate` that change a single setting of a preset's rule: see docs/replication.md. */
import type { Command } from 'commander';
import { requireChoice, requireNumber } from '../network/require.js';
import { sampleOrders } from '../network/rule.js';

export function withVariants(command: Command): Command {
  const choice = (flag: string, description: string, values: readonly string[]): void =>
    void command.option(`${flag} <kind>`, `${description}, instead of the preset's`, (text) =>
      requireChoice(flag, text, values),
    );
  choice('--error-scale', "threshold or none: what divides a neuron's error", ['threshold', 'none']);
  choice('--idle', 'skip or step after a sample without error', ['skip', 'step']);
  choice('--encoding', 'draw spike trains once or anew each epoch', ['once', 'epoch']);
  choice('--order', "samples shuffled, or the data set's order with pairs swapped", sampleOrders);
  choice('--schedule', 'how the learning rate falls from epoch to epoch', [
    'inverseSqrt',
    'inverseSqrtEpoch',
    'constant',
  ]);
  command.option('--lr <rate>', "learning rate that the schedule starts from, instead of the preset's", (text) =>
    requireNumber('--lr', text.trim() === '' ? text : Number(text), 0, 1e3),
  );
  return command;
}
