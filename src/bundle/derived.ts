/** Files of a bundle that say again what its records hold, each for one question. */
import { crateFile, readmeFile, workflowFile } from './crate.js';
import type { RecordedRun } from '../replicate/recorded-run.js';
import { againFolder, type PackedRun, workflowOf } from './workflow.js';

export const settingsFile = 'settings.json';
export const environmentFile = 'environment.json';
export const logFile = 'epochs.csv';

/** Media type of each, and what it is. */
export const derivedKinds: Readonly<Record<string, readonly [type: string, what: string]>> = {
  [settingsFile]: ['application/json', 'each setting: data with its hash, network, learning rule, seeds'],
  [environmentFile]: ['application/json', 'versions and machines of each part of each run'],
  [logFile]: ['text/csv', 'log: figures of each epoch of each run; seconds are wall-clock time'],
  [readmeFile]: ['text/markdown', 'what this is, and how to check and repeat it'],
  [workflowFile]: ['text/x-shellscript', 'the command that makes the runs again'],
};

/** Their names and texts. @param packed runs of one experiment */
export function derivedFiles(packed: readonly PackedRun[]): [name: string, text: string][] {
  const runs = packed.map(({ run }) => run);
  const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;
  return [
    [settingsFile, json(settingsOf(furthest(runs), runs))],
    [environmentFile, json(environmentOf(runs))],
    [logFile, logOf(runs)],
    [readmeFile, readmeOf(runs)],
    [workflowFile, workflowOf(packed)],
  ];
}

/** A run that knows its data: one that was stopped before its first sample, or its first test, does not know all. */
const furthest = (runs: readonly RecordedRun[]): RecordedRun =>
  runs.find(({ lastTest }) => lastTest) ?? runs.find(({ dataSha256 }) => dataSha256 !== '') ?? runs[0];

/** What `settings.json` has, by one of the runs: any of them, where they are seeds of one experiment. */
export function settingsOf(run: RecordedRun, all: readonly RecordedRun[]): object {
  const { preset, network, rule, data, dataset, samples, dataSha256, lastTest } = run;
  return {
    preset,
    seeds: all.map(({ seed }) => seed),
    data: {
      ...data,
      training: { name: dataset, samples, sha256: dataSha256 },
      ...(lastTest && { test: { name: lastTest.dataset, samples: lastTest.samples, sha256: lastTest.dataSha256 } }),
    },
    network,
    rule,
  };
}

export function environmentOf(runs: readonly RecordedRun[]): object {
  const [{ versions }] = runs;
  return { versions, runs: runs.map(({ seed, machine, parts }) => ({ seed, machine, parts })) };
}

/** Accuracies are fractions; an epoch without a test has none. */
export function logOf(runs: readonly RecordedRun[]): string {
  const rows = runs.flatMap(({ seed, epochs }) =>
    epochs.map(({ epoch, trainAccuracy, testAccuracy, cost, seconds, learningRate }) =>
      [seed, epoch, trainAccuracy, testAccuracy ?? '', cost, seconds, learningRate].join(','),
    ),
  );
  return `${['seed,epoch,trainAccuracy,testAccuracy,cost,seconds,learningRate', ...rows].join('\n')}\n`;
}

export function readmeOf(runs: readonly RecordedRun[]): string {
  const [{ preset, versions }] = runs;
  const parts = [
    `# ${preset}, seeds ${runs.map(({ seed }) => seed).join(', ')}`,
    `Training runs of spikelab ${versions.spikelab} (numeric version ${versions.numeric}), packed by \`spikelab bundle\`. \`report.md\`, where it is, has the results.`,
    'Check the files, and repeat a part of each run to the same bits:\n\n```sh\nnpx spikelab verify-run .\n```',
    `All of it again, in the folder \`${againFolder}\`:\n\n\`\`\`sh\nsh workflow.sh\n\`\`\``,
    `The training data is not in here: its name and sha256 stand in \`${settingsFile}\`. Data that the commands do not find is looked for by its name in a folder that you give: \`sh workflow.sh --data-dir DIR\`, \`npx spikelab verify-run . --data-dir DIR\`.`,
    `\`${crateFile}\` has the sha256 of each file.`,
  ];
  return `${parts.join('\n\n')}\n`;
}
