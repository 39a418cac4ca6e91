/** `spikelab report <run...>`: runs of several settings side by side. */
import path from 'node:path';
import type { Command } from 'commander';
import { inFolder } from '../replicate/lock.js';
import { writeSweepReport } from '../replicate/sweep-report.js';

export function registerReportCommand(program: Command): void {
  program
    .command('report')
    .description(
      'compare runs of several settings and seeds: DIR/report.html, .md, .json with a table, accuracies and curves',
    )
    .argument('<run...>', 'folders of runs, or what train --json printed')
    .requiredOption('--out <dir>', 'folder of the report')
    .action(async (runs: string[], { out }: { out: string }) => {
      const lines = await inFolder(out, () => writeSweepReport(runs, out));
      console.log(`${lines.join('\n')}\n${path.join(out, 'report.html')}`);
    });
}
