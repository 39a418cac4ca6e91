/** `spikelab report <run...>`: runs of several settings side by side. */
import path from 'node:path';
import type { Command } from 'commander';
import { inFolder } from '../replicate/lock.js';
import { writeComparison } from '../sweep/report.js';

export function registerReportCommand(program: Command): void {
  program
    .command('report')
    .description(
      'compare runs of several settings and seeds: DIR/report.html and .md with a table, accuracies and curves',
    )
    .argument('<runs...>', 'folders with runs at any depth, or what train --json printed')
    .requiredOption('--out <dir>', 'folder of the report')
    .action(async (runs: string[], { out }: { out: string }) => {
      const comparison = await inFolder(out, () => writeComparison(runs, out));
      console.log(`${String(comparison)}\n${path.join(out, 'report.html')}`);
    });
}
