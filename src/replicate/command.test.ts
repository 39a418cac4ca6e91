import { expect, it } from 'vitest';
import { presetByName } from '../presets/index.js';
import { checkRule } from '../network/validate.js';
import { experimentOf } from '../experiment/of-preset.js';
import { resolve } from '../experiment/resolve.js';
import { withSettings } from '../experiment/settings.js';
import type { LearningRule } from '../network/rule.js';
import { datasets } from '../data/index.js';
import { commandOf, variantOptions } from './command.js';

const preset = presetByName('mnist-dense');
const { train } = datasets.fromArrays({ images: [[0], [1], [2], [3]], labels: [0, 1, 0, 1], quiet: true, test: 0.5 });
/** The preset's rule with settings changed as the command line changes them. */
function changed(settings: Readonly<Record<string, unknown>>): LearningRule {
  const all = Object.entries(settings).map(([path, value]) => ({ path, value }));
  return checkRule(resolve(withSettings(experimentOf(preset), all), { train }).rule);
}

it('says the options that make a rule of its preset', () => {
  expect(variantOptions('mnist-dense', preset.rule)).toBe('');
  expect(variantOptions('mnist-dense', changed({}))).toBe('');
  const rule = changed({
    'rule.order': 'swapped',
    'rule.encoding': 'epoch',
    'rule.idle': 'step',
    'rule.errorScale': 'threshold',
  });
  expect(variantOptions('mnist-dense', rule)).toBe(
    ' --error-scale threshold --idle step --encoding epoch --order swapped',
  );
  expect(variantOptions('mnist-dense', { ...rule, order: 'shuffled' })).not.toContain('order');
  expect(variantOptions('my own', rule)).toBe('');
});

it('a learning rate and a schedule are options too, and the command says them again', () => {
  const rule = changed({ 'rule.optimizer.rate': 0.002, 'rule.optimizer.schedule': 'constant' });
  expect(rule.optimizer).toEqual({ ...preset.rule.optimizer, learningRate: 0.002, schedule: 'constant' });
  expect(variantOptions('mnist-dense', rule)).toBe(' --lr 0.002 --schedule constant');
});

it('says every other setting by its path, and a record for what is no preset', () => {
  const experiment = withSettings(experimentOf(preset, 300), [
    { path: 'network.hidden', value: [40, 40] },
    { path: 'rule.batchSize', value: 4 },
    { path: 'epochs', value: 3 },
  ]);
  const parts = { experiment, seeds: [0, 1], out: 'mine', record: 'mine/report.json' };
  expect(commandOf(parts)).toBe(
    "npx spikelab replicate mnist-dense --seeds 0,1 --epochs 3 --set network.hidden='[40,40]' --set rule.batchSize=4 --samples 300 --out mine",
  );
  expect(commandOf({ ...parts, experiment: { ...experiment, name: 'mine' }, seeds: 7 })).toBe(
    'npx spikelab train mine/report.json --seed 7 --epochs 3 --out mine',
  );
});
