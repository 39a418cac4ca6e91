/**
 * What `train` and `replicate` have in common: the experiment they are given, its settings on the command line, data
 * and threads.
 */
import { fileURLToPath, pathToFileURL } from 'node:url';
import path from 'node:path';
import type { Command } from 'commander';
import { checkSchema } from '../experiment/check.js';
import type { Experiment } from '../experiment/experiment.js';
import { openExperiment, type Opened } from '../experiment/read.js';
import { schemaAt, type Setting, withSettings } from '../experiment/settings.js';
import { shortForms } from '../experiment/short-forms.js';
import { presetNames } from '../presets/index.js';
import { integer } from './options.js';
import { parameterValue } from './parameters.js';

/** Options of every command that reads data and computes. */
export interface MachineOptions {
  readonly threads?: number;
  readonly dataDir?: string;
  readonly download: boolean;
  readonly json?: boolean;
}

export interface ExperimentOptions extends MachineOptions {
  readonly out?: string;
  readonly set?: readonly Setting[];
  readonly print?: boolean;
}

/** Options that are short for `--set PATH=VALUE`, what they take, and what help says of them. */
const shorts: readonly (readonly [flags: string, path: string, description: string])[] = [
  [
    '--epochs <n>',
    'epochs',
    "epochs of a run, those of a resumed one included (default: the experiment's; train PRESET: 1)",
  ],
  [
    '--samples <n>',
    'data.size',
    'only the first n training samples of a named set (and n/5 test samples; n/10 of recorded spikes)',
  ],
  ['--lr <rate>', shortForms['--lr'], 'learning rate that the schedule starts from'],
  [
    '--schedule <kind>',
    shortForms['--schedule'],
    'how the rate falls: inverseSqrt, inverseSqrtEpoch, constant, cosine',
  ],
  ['--floor <rate>', shortForms['--floor'], "no epoch's rate is below it; where cosine ends"],
  ['--error-scale <kind>', shortForms['--error-scale'], "threshold or none: what divides a neuron's error"],
  ['--idle <kind>', shortForms['--idle'], 'skip or step after a sample without error'],
  ['--encoding <kind>', shortForms['--encoding'], 'draw spike trains once or anew each epoch'],
  ['--order <kind>', shortForms['--order'], "samples shuffled, or the data set's order with pairs swapped"],
];

export function withExperiment(command: Command): Command {
  command
    .argument(
      '<experiment>',
      `the JSON file of an experiment, the report.json of a run, a file of data, or a preset: ${presetNames.join(', ')}`,
    )
    .option('--out <dir>', 'folder of the results')
    .option(
      '--set <path=value>',
      'change a setting: rule.optimizer.rate=0.002, network.hidden=[400,400]; null takes it out; may be given several times',
      addSetting,
    );
  for (const [flags, setting, description] of shorts)
    command.option(flags, description, (text) => checkedValue(flags.split(' ')[0], setting, text));
  return withMachine(command).option(
    '--print',
    'print the experiment as JSON, to be kept and edited, and do nothing else',
  );
}

export function withMachine(command: Command): Command {
  return command
    .option(
      '--threads <n>',
      'worker threads; changes the speed, never a result (default: all cores)',
      integer('--threads', 1, 256),
    )
    .option('--data-dir <dir>', 'folder that holds the data')
    .option('--no-download', 'fail instead of downloading a data set that is not on this machine')
    .option('--json', 'print the result as one line of JSON at the end, and nothing else');
}

/** A value of the command line. @throws RangeError naming the option, the value and the limits */
function checkedValue(flag: string, setting: string, text: string): unknown {
  const value = valueOf(text);
  checkSchema(schemaAt(setting), value, flag);
  return value;
}

function addSetting(text: string, earlier: readonly Setting[] = []): Setting[] {
  const at = text.indexOf('=');
  if (at < 1)
    throw new RangeError(`--set ${text}: write --set PATH=VALUE, for instance --set rule.optimizer.rate=0.002`);
  if (text.slice(at + 1).trim() === '')
    throw new RangeError(`--set ${text} has no value: write --set PATH=VALUE; null takes the setting out`);
  return [...earlier, { path: text.slice(0, at).trim(), value: valueOf(text.slice(at + 1)) }];
}

function valueOf(text: string): unknown {
  const value = parameterValue(text);
  return typeof value === 'bigint' ? Number(value) : value;
}

/**
 * The experiment that the arguments mean, with whether it says its epochs itself. `--set` comes after the short forms.
 */
export async function experimentOfArguments(
  source: string,
  options: ExperimentOptions,
  more: readonly Setting[] = [],
): Promise<{ experiment: Experiment; kind: Opened['kind']; ownEpochs: boolean }> {
  const given = options as unknown as Readonly<Record<string, unknown>>;
  const settings = shorts.flatMap(([flags, setting]) => {
    const value = given[nameOf(flags)];
    return value === undefined ? [] : [{ path: setting, value }];
  });
  const all = [...settings, ...more, ...(options.set ?? [])];
  const { kind, experiment } = await openExperiment(source);
  return {
    experiment: withSettings(experiment, all),
    kind,
    ownEpochs: kind === 'file' ? experiment.epochs !== undefined || has(all, 'epochs') : has(all, 'epochs'),
  };
}

export const has = (settings: readonly Setting[], setting: string): boolean =>
  settings.some(({ path: one }) => one === setting);

/** As commander calls an option: `--error-scale <kind>` is errorScale. */
function nameOf(flags: string): string {
  const words = flags.split(' ')[0].slice(2);
  return words.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** @throws RangeError when it was not given */
export function outOf({ out }: ExperimentOptions): string {
  if (out === undefined) throw new RangeError("required option '--out <dir>' not specified");
  return out;
}

/** The experiment as a file to edit: editors find the schema by the path of its first line. */
export function printed(experiment: Experiment): string {
  const file = fileURLToPath(new URL('../experiment/experiment.schema.json', import.meta.url));
  const relative = path.relative(process.cwd(), file);
  const near = !relative.startsWith('..') && !path.isAbsolute(relative);
  const $schema = near ? `./${relative.split(path.sep).join('/')}` : pathToFileURL(file).href;
  return JSON.stringify({ $schema, ...experiment }, null, 2);
}
