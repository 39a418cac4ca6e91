/** `spikelab verify-run <dir>`: repeats a slice of a recorded run and compares bits. */
import type { Command } from 'commander';
import type { VerifiedRun } from '../verify/verified.js';
import { verifyRun } from '../verify/verify-run.js';
import { type MachineOptions, withMachine } from './experiment-options.js';
import { integer } from './options.js';
import { stopOnSignals } from './signals.js';

interface Options extends MachineOptions {
  seconds: number;
}

/** Adds the command. Exit code 1 when bits differ, or nothing could be compared. */
export function registerVerifyRunCommand(program: Command): void {
  withMachine(program.command('verify-run'))
    .description(
      'repeat the start of a run from its seed, and the predictions of its last checkpoint and of its final test; compare every bit with its record',
    )
    .argument(
      '<dir>',
      'folder of train, of replicate (then each of its seeds) or of bundle, a bundle as zip file, or the report.json of a run',
    )
    .option(
      '--seconds <n>',
      'training time of the slice, all seeds together; each run is trained to its first recorded weights, at most an epoch, however long that takes, and loading data and testing come on top',
      integer('--seconds', 1, 86_400),
      40,
    )
    .action(async (folder: string, { json, ...options }: Options) => {
      const { signal, release } = stopOnSignals();
      try {
        const runs = await verifyRun(folder, { ...options, signal, quiet: json ?? false });
        console.log(json ? JSON.stringify(runs) : runs.map(describe).join('\n\n'));
        if (runs.some(({ same }) => !same)) process.exitCode = 1;
      } finally {
        release();
      }
    });
}

function describe({ folder, same, checks, notes }: VerifiedRun): string {
  const hashText = (text: string): string => (/^[0-9a-f]{64}$/.test(text) ? `${text.slice(0, 16)}…` : text);
  const lines = checks.map((check) =>
    check.same
      ? `  ✓ ${check.what}: ${hashText(check.recorded)}`
      : `  ✗ ${check.what}: recorded ${check.recorded}, found ${check.found}`,
  );
  return [`${folder}: ${same ? 'same bits' : 'DIFFERENT'}`, ...lines, ...notes.map((note) => `  ! ${note}`)].join('\n');
}
