/** The command line that makes runs again. */
import { shellWord } from '../experiment/shell-word.js';
import type { Experiment, ExperimentData, NamedData } from '../experiment/experiment.js';
import { isOwn } from '../experiment/load-data.js';
import { experimentOf } from '../experiment/of-preset.js';
import { withTrainedRates } from '../experiment/rates.js';
import { optionsOf, ruleOptions } from '../experiment/short-forms.js';
import type { LearningRule } from '../network/rule.js';
import { partsOf } from '../network/validate.js';
import { presetByName, presetNames } from '../presets/index.js';
import type { RecordedRun } from './recorded-run.js';

export interface CommandParts {
  readonly experiment: Experiment;
  /** Of `replicate`; one number of `train`. */
  readonly seeds: readonly number[] | number;
  /** Name of the folder. */
  readonly out: string;
  /** The record that holds an experiment which is no preset. */
  readonly record: string;
  /** What a shell puts before the record's name, where it is not called from the record's folder. */
  readonly place?: string;
  /** The experiment in it, where it is another: what differs becomes options. */
  readonly recorded?: Experiment;
}

export function commandOf({ experiment, seeds, out, record, place = '', recorded }: CommandParts): string {
  const { name = '', data, epochs = 1 } = experiment;
  const known = presetNames.includes(name);
  const which = known ? name : place + shellWord(record);
  const command =
    typeof seeds === 'number' ? `train ${which} --seed ${seeds}` : `replicate ${which} --seeds ${seeds.join(',')}`;
  const { seeds: _, seed: __, ...rest } = experiment;
  const { seeds: ___, seed: ____, ...held } = recorded ?? experiment;
  const base = known ? experimentOf(presetByName(name)) : { ...held, epochs };
  const size = known && !isOwn(data) && typeof data.size === 'number' ? data.size : undefined;
  const same =
    known && !isOwn(data) ? { ...rest, data: withoutSize(data), epochs: base.epochs ?? 1 } : { ...rest, epochs };
  const samples = size === undefined ? '' : ` --samples ${size}`;
  return `npx spikelab ${command} --epochs ${epochs}${optionsOf(base, same)}${samples} --out ${shellWord(out)}`;
}

/**
 * The folder that a command, or the first of a script, writes to: a name, and so a folder below the one it is called
 * from; empty where it tells none.
 */
export function outOf(command: string): string {
  const [, quoted, bare] = / --out (?:'([^'/\\\n]*)'|([^'"\s/\\]+))$/m.exec(command) ?? [];
  const name = quoted ?? bare ?? '';
  return /^(\.*|-.*)$/.test(name) ? '' : name;
}

/** `--samples` says the size. */
function withoutSize({ size: _, ...data }: NamedData): ExperimentData {
  return data;
}

/**
 * Options that make `rule` of the preset of this name, each with a space before it; nothing for a preset of the user's
 * own.
 */
export function variantOptions(name: string, rule: LearningRule): string {
  return presetNames.includes(name) ? ruleOptions(presetByName(name).rule, rule) : '';
}

/** The experiment of a recorded run; of an earlier version's as far as its figures say. */
export function recordedExperiment({ experiment, preset, network, rule, data, epochs }: RecordedRun): Experiment {
  if (experiment) return withTrainedRates(experiment, rule, epochs);
  if (presetNames.includes(preset)) {
    const whole = { ...presetByName(preset), rule };
    return withTrainedRates({ ...experimentOf(whole, data.size), epochs: Math.max(1, epochs.length) }, rule, epochs);
  }
  const [layers, options] = partsOf(network);
  const whole = { name: preset, dataset: data.name, layers, options, rule, epochs: Math.max(1, epochs.length) };
  return withTrainedRates(experimentOf(whole, data.size), rule, epochs);
}
