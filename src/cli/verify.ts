/** `spikelab verify [folder]`: replays the authors' golden vectors and prints how far we are from them. */
import type { Command } from 'commander';
import { defaultThreads } from '#engine-platform';
import { engineBackend } from '../golden/engine.js';
import { type CaseReport, type LayerReport, reference, type SpikeComparison, verifyGolden } from '../golden/verify.js';

export function registerVerifyCommand(program: Command): void {
  program
    .command('verify')
    .description("replay golden cases in the authors' formats: spikes exactly, weights within the case's tolerance")
    .argument('[folder]', 'folder of case descriptions (default: SPIKELAB_GOLDEN, or ../shared/golden)')
    .option('--engine', 'replay them with the fast engine instead of the scalar reference')
    .option('--json', 'print the reports as one line of JSON')
    .action(async (folder: string | undefined, options: { engine?: boolean; json?: boolean }) => {
      const reports = await verifyGolden(
        folder ?? (process.env.SPIKELAB_GOLDEN || '../shared/golden'),
        options.engine ? engineBackend(defaultThreads()) : reference,
      );
      console.log(options.json ? JSON.stringify(reports) : reports.map(describeCase).join('\n\n'));
      if (reports.some(({ passed }) => !passed)) process.exitCode = 1;
    });
}

function describeCase({ name, passed, error, input, layers, tolerance }: CaseReport): string {
  const lines = [`${name}: ${passed ? 'passed' : `FAILED${error === undefined ? '' : `: ${error}`}`}`];
  if (input) lines.push(`  input      ${spikes(input)}`);
  for (const layer of layers) lines.push(`  ${layer.name.padEnd(10)} ${describeLayer(layer, tolerance)}`);
  return lines.join('\n');
}

const spikes = ({ expected, differing }: SpikeComparison): string => `${differing} of ${expected} spikes differ`;

function describeLayer({ before, after, weights }: LayerReport, tolerance: number | undefined): string {
  const parts: string[] = [];
  if (before) parts.push(`before: ${spikes(before)}`);
  if (after) parts.push(`after: ${spikes(after)}`);
  if (weights)
    parts.push(
      `${weights.compared} weights, largest difference ${weights.largestDifference.toExponential(1)}${tolerance === undefined ? '' : ` (tolerance ${tolerance})`}`,
    );
  return parts.join('; ');
}
