import { expect, it } from 'vitest';
import { presetByName } from '../presets/index.js';
import { checkRule } from '../network/validate.js';
import { variant, variantOptions } from './variant.js';

it('says the options that make a rule of its preset', () => {
  const preset = presetByName('mnist-dense');
  expect(variantOptions('mnist-dense', preset.rule)).toBe('');
  expect(variantOptions('mnist-dense', variant(preset, {}).rule)).toBe('');
  const changed = variant(preset, { order: 'swapped', encoding: 'epoch', idle: 'step', errorScale: 'threshold' });
  expect(variantOptions('mnist-dense', checkRule(changed.rule))).toBe(
    ' --error-scale threshold --idle step --encoding epoch --order swapped',
  );
  expect(variantOptions('mnist-dense', { ...changed.rule, order: 'shuffled' })).not.toContain('order');
  expect(variantOptions('my own', changed.rule)).toBe('');
});

it('a learning rate and a schedule are options too, and the command says them again', () => {
  const preset = presetByName('mnist-dense');
  const changed = variant(preset, { lr: 0.002, schedule: 'constant' });
  expect(changed.rule.optimizer).toEqual({ ...preset.rule.optimizer, learningRate: 0.002, schedule: 'constant' });
  expect(variantOptions('mnist-dense', checkRule(changed.rule))).toBe(' --lr 0.002 --schedule constant');
});
