/** A preset with single settings of its rule changed, and the options that say so on the command line. */
import type { Preset } from '../presets/preset.js';
import { presetByName, presetNames } from '../presets/index.js';
import { hm2bp, type Hm2bpRule, type LearningRule, type Optimizer, type Schedule } from '../network/rule.js';
import { checkRule } from '../network/validate.js';

export type Variant = Partial<
  Pick<LearningRule, 'idle' | 'encoding' | 'order'> &
    Pick<Hm2bpRule, 'errorScale'> & {
      /** Learning rate that the schedule starts from. */
      lr: number;
      schedule: Exclude<Schedule, 'cosine'>;
    }
>;

export function variant(preset: Preset, { errorScale, idle, encoding, order, lr, schedule }: Variant): Preset {
  const { rule } = preset;
  const { epochs: _, ...others } = rule.optimizer; // of a cosine
  const scheduled: Optimizer = schedule ? { ...others, schedule } : rule.optimizer;
  const optimizer = lr === undefined ? scheduled : { ...scheduled, learningRate: lr };
  return {
    ...preset,
    rule: checkRule({
      ...rule,
      optimizer,
      ...(errorScale && { rule: hm2bp({ ...rule.rule, errorScale }) }),
      ...(idle && { idle }),
      ...(encoding && { encoding }),
      ...(order && { order }),
    }),
  };
}

/** Options that make `rule` of the preset of this name, each with a space before it; nothing for a preset of the user's own. */
export function variantOptions(name: string, rule: LearningRule): string {
  if (!presetNames.includes(name)) return '';
  const settings = ({
    rule: { errorScale },
    idle,
    encoding,
    order = 'shuffled',
    optimizer: { learningRate, schedule },
  }: LearningRule): [option: string, value: string][] =>
    Object.entries({ 'error-scale': errorScale, idle, encoding, order, lr: String(learningRate), schedule });
  const usual = new Map(settings(presetByName(name).rule));
  return settings(rule)
    .filter(([option, value]) => value !== usual.get(option))
    .map(([option, value]) => ` --${option} ${value}`)
    .join('');
}

export interface CommandParts {
  readonly preset: string;
  readonly rule: LearningRule;
  /** Of `replicate`; one number of `train`. */
  readonly seeds: readonly number[] | number;
  readonly epochs: number;
  readonly size: 'full' | number;
  /** Name of the folder. */
  readonly out: string;
}

/** The command line that makes runs of a preset. */
export function commandOf({ preset, rule, seeds, epochs, size, out }: CommandParts): string {
  const which =
    typeof seeds === 'number' ? `train ${preset} --seed ${seeds}` : `replicate ${preset} --seeds ${seeds.join(',')}`;
  const samples = size === 'full' ? '' : ` --samples ${size}`;
  return `npx spikelab ${which} --epochs ${epochs}${variantOptions(preset, rule)}${samples} --out ${out}`;
}
