#!/usr/bin/env node
/**
 * The `spikelab` command. Exit codes: 0 done, 1 failed, 64 wrong arguments, 75 try again later, 130 interrupted (after
 * saving).
 */
import { Command, CommanderError } from 'commander';
import { packageVersion } from '../train/version.js';
import { registerBundleCommand } from './bundle.js';
import { registerCourseCommand } from './course.js';
import { registerDownloadCommand } from './download.js';
import { registerExportWeightsCommand } from './export-weights.js';
import { registerKernelCommands } from './install.js';
import { registerNotebookCommands } from './notebook-commands.js';
import { joinParameters } from './parameters.js';
import { registerReplicateCommand } from './replicate.js';
import { registerReportCommand } from './report.js';
import { registerSweepCommand } from './sweep.js';
import { registerTrainCommand } from './train.js';
import { registerVerifyRunCommand } from './verify-run.js';
import { registerVerifyCommand } from './verify.js';

const program = new Command('spikelab')
  .description('Spiking neural networks in TypeScript notebooks, trained by HM2-BP')
  .version(packageVersion)
  .showHelpAfterError('(spikelab --help lists the commands)')
  .exitOverride();

registerTrainCommand(program);
registerReplicateCommand(program);
registerSweepCommand(program);
registerReportCommand(program);
registerVerifyCommand(program);
registerVerifyRunCommand(program);
registerBundleCommand(program);
registerExportWeightsCommand(program);
registerDownloadCommand(program);
registerNotebookCommands(program);
registerKernelCommands(program);
registerCourseCommand(program);

/** Wrong arguments are noticed by commander, or as a RangeError by the code that reads a value. */
function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 64;
  const name = (error as Error).name;
  if (name === 'Interrupted' || name === 'AbortError') return 130;
  if (name === 'FolderInUse') return 75;
  return error instanceof RangeError ? 64 : 1;
}

/**
 * An `AbortSignal` that fires while data is read or fetched ends that work with its own reason, in words of the
 * platform.
 */
const messageOf = ({ name, message }: Error): string =>
  name === 'AbortError' ? 'stopped while the data was made ready: there was nothing to save yet' : message;

// Output that nobody reads any more (`| head`) ends no run, nor does output that finds no room: of that one hears.
let lost = false;
process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
  if (code === 'EPIPE' || lost) return;
  lost = true;
  console.error(`spikelab: cannot write the output (${message}): free some space, or send it elsewhere`);
});
process.stderr.on('error', () => undefined);
process.on('exit', (code) => {
  if (lost && code === 0) process.exitCode = 1;
});
try {
  await program.parseAsync(joinParameters(process.argv));
} catch (error) {
  if (!(error instanceof CommanderError)) console.error(`spikelab: ${messageOf(error as Error)}`);
  process.exitCode = exitCodeOf(error);
}
