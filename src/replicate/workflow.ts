/** `workflow.sh` of a bundle: the commands that make its runs again, beside the records and not over them. */
import type { Experiment } from '../experiment/experiment.js';
import { commandOf, outOf, recordedExperiment } from './command.js';
import type { RecordedRun } from './recorded-run.js';

/** A run, and the name of its record in the bundle: `report.json`, or `seed-<n>/report.json` of several. */
export interface PackedRun {
  readonly name: string;
  readonly run: RecordedRun;
}

/** Where the commands write. No record of a bundle lies there. */
export const againFolder = 'again';

/** One command for the seeds of each number of epochs. @param packed runs of one experiment */
export function commandsOf(packed: readonly PackedRun[]): string[] {
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

/** The script. */
export function workflowOf(packed: readonly PackedRun[]): string {
  const [{ run }] = packed;
  const cut = packed.flatMap(({ run: { seed, parts } }) => {
    const { to = 0 } = parts.at(-1) ?? {};
    return Number.isInteger(to)
      ? []
      : [
          `# seed ${seed} was stopped inside epoch ${Math.ceil(to)}: its whole epochs are made again, not its last weights`,
        ];
  });
  return script(run, [
    `# They go to the folder ${againFolder}. Options are passed on: sh workflow.sh --data-dir DIR finds data of one's own in DIR.`,
    ...cut,
    'set -e',
    ...commandsOf(packed).map((command) => `${command} "$@"`),
  ]);
}

/** The script as it was before it passed options on. @param said a script, which has the folder it writes to */
export function earlierWorkflow(packed: readonly PackedRun[], said: string): string {
  return script(packed[0].run, ['set -e', earlierCommand(packed, said)]);
}

/**
 * The command as it was before each number of epochs had its own.
 * @param said one that has the folder it writes to, called as the one that was packed: no record tells of it
 */
export function earlierCommand(packed: readonly PackedRun[], said: string): string {
  const runs = packed.map((one) => one.run);
  return commandOf({
    experiment: { ...recordedExperiment(runs[0]), epochs: Math.max(...runs.map(epochsOf)) },
    seeds: packed[0].name === 'report.json' ? runs[0].seed : runs.map(({ seed }) => seed),
    out: outOf(said),
    record: 'report.json',
  });
}

function script({ versions }: RecordedRun, lines: readonly string[]): string {
  const first = `# Makes the runs of this bundle again, to the same bits, with spikelab ${versions.spikelab} (numeric version ${versions.numeric}).`;
  return `${['#!/bin/sh', first, ...lines].join('\n')}\n`;
}
