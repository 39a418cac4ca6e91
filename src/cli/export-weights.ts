/**
 * `spikelab export-weights <run>`: the network of a run as a small file to start from, as `SpikingNetwork.pretrained`
 * and `load` read it.
 */
import type { Command } from 'commander';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '#data-platform';
import { SpikingNetwork } from '../train/model.js';

/** Adds the command. */
export function registerExportWeightsCommand(program: Command): void {
  program
    .command('export-weights')
    .description('write layers, learning rule and weights of a trained network, without what only its training needs')
    .argument('<run>', 'folder of train, or a checkpoint that net.save() wrote')
    .requiredOption('--out <file>', 'file to write, for instance mnist-dense.safetensors')
    .option('--json', 'print file, sha256 and bytes as one line of JSON')
    .action(async (run: string, { out, json }: { out: string; json?: boolean }) => {
      const file = existsSync(run) && statSync(run).isDirectory() ? join(run, 'checkpoint.safetensors') : run;
      const net = await SpikingNetwork.load(file, { threads: 1 });
      await net.save(out, { weightsOnly: true });
      const bytes = readFileSync(out);
      const hash = sha256(bytes);
      if (json) console.log(JSON.stringify({ file: out, sha256: hash, bytes: bytes.length }));
      else console.log(`${out}: ${bytes.length} bytes, sha256 ${hash}`);
    });
}
