/** `spikelab bundle <dir>`: packs a run or a replication as an RO-Crate. */
import type { Command } from 'commander';
import { shellWord } from '../experiment/shell-word.js';
import { bundleRun } from '../bundle/bundle.js';
import { sharedFolder } from './shared-folder.js';
import { stopOnSignals } from './signals.js';

interface Options {
  out: string;
  license?: string;
  author?: string[];
  checkpoints: boolean;
  json?: boolean;
}

export function registerBundleCommand(program: Command): void {
  program
    .command('bundle')
    .description(
      'pack a run or a replication for others: an RO-Crate (Workflow Run) with settings, seeds, hashes of data and weights, environment, log, records, checkpoints and pictures; verify-run repeats it',
    )
    .argument('<dir>', 'folder of train or replicate')
    .requiredOption('--out <path>', 'a folder, or a file whose name ends in .zip; it must not be there yet')
    .option(
      '--license <spdx>',
      'licence of the results, an SPDX identifier; without it that of a bundle which is packed again, else CC-BY-4.0',
    )
    .option(
      '--author <name>',
      'who made them; may be given several times; without it those of a bundle which is packed again',
      (name, all: string[] = []) => [...all, name],
    )
    .option('--no-checkpoints', 'leave the weights out, some megabytes a seed')
    .option('--json', 'print what was written as one line of JSON')
    .action(async (folder: string, { out, license, author, checkpoints, json }: Options) => {
      const say = (line: string): void => void (json || console.log(line));
      const lock = sharedFolder(folder, say);
      const { signal, release } = stopOnSignals();
      const given = { ...(license !== undefined && { license }), ...(author && { authors: author }) };
      const bundle = await bundleRun(folder, { out, ...given, checkpoints, signal, lock }).finally(release);
      const size = `${(bundle.bytes / 1e6).toFixed(1)} MB`;
      console.log(
        json
          ? JSON.stringify(bundle)
          : `${out}: ${bundle.files} files, ${size}, licence ${bundle.license}\nnpx spikelab verify-run ${shellWord(out)}`,
      );
    });
}
