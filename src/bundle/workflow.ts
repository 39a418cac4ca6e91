/** `workflow.sh` of a bundle: the commands that make its runs again, beside the records and not over them. */
import type { Experiment } from '../experiment/experiment.js';
import { commandOf, outOf, recordedExperiment } from '../replicate/command.js';
import type { RecordedRun } from '../replicate/recorded-run.js';

/** A run, and the name of its record in the bundle: `report.json`, or `seed-<n>/report.json` of several. */
export interface PackedRun {
  readonly name: string;
  readonly run: RecordedRun;
}

/** Where the commands write. No record of a bundle lies there. */
export const againFolder = 'again';

/**
 * One command for the seeds of each number of epochs.
 * @param packed runs of one experiment
 * @param place what a shell puts before the name of a record
 */
export function commandsOf(packed: readonly PackedRun[], place = ''): string[] {
  const [{ name, run }] = packed;
  const experiment = recordedExperiment(run);
  const counts = [...new Set(packed.map((one) => epochsOf(one.run)))].sort((a, b) => b - a);
  return counts.map((epochs) => {
    const seeds = packed.filter((one) => epochsOf(one.run) === epochs).map((one) => one.run.seed);
    return commandOf({
      experiment: { ...withOwnSchedule(experiment, run, epochs), epochs },
      recorded: experiment,
      seeds: name === 'report.json' ? run.seed : seeds,
      out: againFolder,
      record: name,
      place,
    });
  });
}

const epochsOf = ({ epochs }: RecordedRun): number => Math.max(1, epochs.length);

/** A cosine takes the epochs that a command asks for; a run that was cut before them was trained with its own. */
function withOwnSchedule(experiment: Experiment, { rule }: RecordedRun, epochs: number): Experiment {
  const { schedule, epochs: own } = rule.optimizer;
  if (schedule !== 'cosine' || own === undefined || own === epochs) return experiment;
  return {
    ...experiment,
    rule: { ...experiment.rule, optimizer: { ...experiment.rule?.optimizer, epochs: own } },
  };
}

/** The script. It works where it is called: there is the program to be found, and there the results go. */
export function workflowOf(packed: readonly PackedRun[]): string {
  const commands = commandsOf(packed, '"$here"/');
  const here = commands.some((command) => command.includes('"$here"/')) ? ['here=$(dirname -- "$0")'] : [];
  return script(packed[0].run, [...about(packed), 'set -e', ...here, ...commands.map(passingOn)]);
}

/** Whether a bundle may have this script: of these records, by this version or an earlier one. */
export function isWorkflow(text: string, packed: readonly PackedRun[]): boolean {
  const { run } = packed[0];
  const inItsFolder = script(run, [...about(packed), 'set -e', ...commandsOf(packed).map(passingOn)]);
  const command = earlierCommand(packed, text);
  const first = command === undefined ? [] : [script(run, ['set -e', command])];
  return [workflowOf(packed), inItsFolder, ...first].includes(text);
}

const passingOn = (command: string): string => `${command} "$@"`;

/** Its comments. */
function about(packed: readonly PackedRun[]): string[] {
  const cut = packed.flatMap(({ run: { seed, parts } }) => {
    const { to = 0 } = parts.at(-1) ?? {};
    return Number.isInteger(to)
      ? []
      : [
          `# seed ${seed} was stopped inside epoch ${Math.ceil(to)}: its whole epochs are made again, not its last weights`,
        ];
  });
  return [
    `# They go to the folder ${againFolder}. Options are passed on: sh workflow.sh --data-dir DIR finds data of one's own in DIR.`,
    ...cut,
  ];
}

/**
 * The command as it was before each number of epochs had its own; undefined for one that writes over the bundle's own
 * records, or elsewhere than into a folder of its own.
 * @param said one that has the folder it writes to, called as the one that was packed: no record tells of it
 */
export function earlierCommand(packed: readonly PackedRun[], said: string): string | undefined {
  const runs = packed.map((one) => one.run);
  const out = outOf(said);
  if (out === '' || packed.some(({ name }) => name.startsWith(`${out.toLowerCase()}/`))) return undefined;
  return commandOf({
    experiment: { ...recordedExperiment(runs[0]), epochs: Math.max(...runs.map(epochsOf)) },
    seeds: packed[0].name === 'report.json' ? runs[0].seed : runs.map(({ seed }) => seed),
    out,
    record: 'report.json',
  });
}

function script({ versions }: RecordedRun, lines: readonly string[]): string {
  const first = `# Makes the runs of this bundle again, to the same bits, with spikelab ${versions.spikelab} (numeric version ${versions.numeric}).`;
  return `${['#!/bin/sh', first, ...lines].join('\n')}\n`;
}
