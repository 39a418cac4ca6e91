/** Whether runs are seeds of one experiment, so that one command makes all of them again. */
import type { Experiment } from '../experiment/experiment.js';
import { experimentOf } from '../experiment/of-preset.js';
import { differences, type Setting } from '../experiment/settings.js';
import { partsOf } from '../network/validate.js';
import { recordedExperiment } from '../replicate/command.js';
import type { RecordedRun } from '../replicate/recorded-run.js';
import type { PackedRun } from './workflow.js';

/** What two runs were trained with, and may not be. */
export interface OtherSetting {
  /** A path such as `network.hidden`, or a part of the record. */
  readonly what: string;
  /** As JSON. */
  readonly values: readonly [first: string, second: string];
}

/** The first setting in which two runs differ beside their seed and the number of epochs; undefined without any. */
export function otherSetting(a: RecordedRun, b: RecordedRun): OtherSetting | undefined {
  const facts = [a, b].map(factsOf);
  for (const [what, value] of Object.entries(facts[0]))
    if (![value, facts[1][what]].includes(undefined) && value !== facts[1][what])
      return { what, values: [JSON.stringify(value), JSON.stringify(facts[1][what])] };
  const wholes = [wholeOf(a), wholeOf(b)];
  const back = differences(wholes[1], wholes[0]);
  const [first] = differences(wholes[0], wholes[1]);
  if (!first) return undefined;
  const own = back.find(({ path }) => path === first.path);
  return { what: first.path, values: [textOf(own), textOf(first)] };
}

const textOf = (setting: Setting | undefined): string => JSON.stringify(setting?.value ?? null);

/** Why runs are not seeds of one experiment: two folders, the setting, both values; undefined where they are. */
export function notOneExperiment(packed: readonly PackedRun[]): string | undefined {
  const [first, ...others] = packed.map(({ name, run }) => ({ name: name.replace(/\/report\.json$/, ''), run }));
  for (const [k, { name, run }] of others.entries()) {
    const other = otherSetting(first.run, run);
    if (other)
      return `${first.name} was trained with ${other.what} ${other.values[0]}, ${name} with ${other.values[1]}`;
    const twin = [first, ...others.slice(0, k)].find((one) => one.run.seed === run.seed);
    if (twin) return `${twin.name} and ${name} are both of seed ${run.seed}`;
  }
  return undefined;
}

/** What settings do not say. A run that was stopped before its first sample has no data yet, nor has one a test. */
function factsOf({ preset, dataSha256, samples, lastTest, versions }: RecordedRun): Record<string, unknown> {
  return {
    preset,
    'numeric version': versions.numeric,
    'training data sha256': dataSha256 || undefined,
    'training samples': samples || undefined,
    'test data sha256': lastTest?.dataSha256,
  };
}

/** The experiment with each setting that it leaves to its default, as the network and rule have it. */
function wholeOf(run: RecordedRun): Experiment {
  const { preset, data, network, rule } = run;
  const { final, rule: said } = recordedExperiment(run);
  const [layers, options] = partsOf(network);
  const whole = experimentOf({ name: preset, dataset: data.name, layers, options, rule, epochs: 0 }, data.size);
  const rates = said?.optimizer?.rates;
  const optimizer = { ...whole.rule?.optimizer, ...(rates && { rates }) };
  return { ...whole, rule: { ...whole.rule, optimizer }, ...(final && { final }) };
}
