/** Rates of single epochs in an experiment: wrong ones are refused before anything is trained. */
import { describe, expect, it } from 'vitest';
import type { Experiment } from './experiment.js';
import { readExperiment } from './read.js';
import { checkExperiment, withSettings } from './settings.js';

const base: Experiment = { data: { name: 'strokes' }, rule: { optimizer: { rate: 0.002 } }, epochs: 4 };
const withRates = (rates: unknown): Experiment => ({ ...base, rule: { optimizer: { rate: 0.002, rates } } }) as never;

describe('rule.optimizer.rates', () => {
  it.each([
    [[0.1, [{ from: 5, rate: 0.2 }]], 'rule.optimizer.rates.1: from of part 0 is 5: the first part begins at 0'],
    [
      [
        [
          { from: 0, rate: 0.2 },
          { from: 9, rate: 0.1 },
          { from: 9, rate: 0.3 },
        ],
      ],
      'rule.optimizer.rates.0: from of part 2 is 9: it must be an integer above 9',
    ],
    [[0.1, 0.1, []], 'rule.optimizer.rates.2 is []: it must be a list of 1 or more values'],
    [[[{ from: 0, rate: 1001 }]], 'rule.optimizer.rates.0.0.rate is 1001'],
    [[0.1, null], 'rule.optimizer.rates.1 is null'],
  ])('%j is refused wherever it comes from', async (rates, message) => {
    expect(() => checkExperiment(withRates(rates))).toThrow(message);
    expect(() => withSettings(base, [{ path: 'rule.optimizer.rates', value: rates }])).toThrow(message);
    await expect(readExperiment(withRates(rates))).rejects.toThrow(message);
  });

  it('go before a changed schedule only as far as they reach', () => {
    const recorded = { ...withRates([0.002, 0.5]), epochs: 2 };
    const set = (settings: Readonly<Record<string, unknown>>): Experiment =>
      withSettings(
        recorded,
        Object.entries(settings).map(([path, value]) => ({ path, value })),
      );
    for (const change of [{ rate: 0.1 }, { schedule: 'constant' }, { floor: 0.0001 }]) {
      const [[key, value]] = Object.entries(change);
      const path = `rule.optimizer.${key}`;
      expect(() => set({ [path]: value })).toThrow(
        `${path} would change nothing: rule.optimizer.rates, of a run that was resumed with another rate, has the rates of all 2 epochs; set rule.optimizer.rates=null too, or more epochs than 2`,
      );
      expect(() => set({ epochs: 1, [path]: value })).toThrow('has the rates of the only epoch');
      expect(set({ epochs: 3, [path]: value }).rule?.optimizer).toMatchObject({ ...change, rates: [0.002, 0.5] });
      expect(set({ [path]: value, 'rule.optimizer.rates': null }).rule?.optimizer).not.toHaveProperty('rates');
    }
  });
});
