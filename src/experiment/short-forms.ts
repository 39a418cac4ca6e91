/**
 * Settings that have an option of their own on the command line: written once, for reading and for repeating commands.
 */
import type { Experiment } from './experiment.js';
import type { LearningRule } from '../network/rule.js';
import { checkRule } from '../network/validate.js';
import { ruleSettings } from './of-preset.js';
import { differences, type Setting } from './settings.js';

/** Option, and the path that it is short for. */
export const shortForms = {
  '--error-scale': 'rule.errorScale',
  '--idle': 'rule.idle',
  '--encoding': 'rule.encoding',
  '--order': 'rule.order',
  '--lr': 'rule.optimizer.rate',
  '--schedule': 'rule.optimizer.schedule',
  '--floor': 'rule.optimizer.floor',
} as const;

/** A setting as it is written on a command line. */
export function optionOf({ path, value }: Setting): string {
  const short = Object.entries(shortForms).find(([, of]) => of === path)?.[0];
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (short !== undefined && value !== null) return `${short} ${text}`;
  const plain = /^[\w.,+-]*$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
  return `--set ${path}=${plain}`;
}

/** Options that make `changed` of `from`, each with a space before it; those with a short form first. */
export function optionsOf(from: Experiment, changed: Experiment): string {
  const order = Object.values(shortForms) as string[];
  const rank = ({ path }: Setting): number => (order.includes(path) ? order.indexOf(path) : order.length);
  return differences(from, changed)
    .sort((a, b) => rank(a) - rank(b))
    .map((setting) => ` ${optionOf(setting)}`)
    .join('');
}

/** Options that make one rule of another. */
export function ruleOptions(from: LearningRule, to: LearningRule): string {
  const data = { name: 'mnist' };
  return optionsOf({ data, rule: ruleSettings(checkRule(from)) }, { data, rule: ruleSettings(checkRule(to)) });
}
