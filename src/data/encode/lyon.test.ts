import { describe, expect, test } from 'vitest';
import { cosine } from '../../numeric/cosine.js';
import { lyonEar, lyonFilters, lyonFrequencies } from './lyon.js';

/**
 * Noise that grows in steps, a quarter of a second: integers of a linear congruence over 32768, so any program can make
 * it.
 */
function noise(rate: number): Float64Array {
  let state = 1;
  return Float64Array.from({ length: rate / 4 }, (_, k) => {
    state = (state * 48271) % 2147483647;
    return (((state % 2001) - 1000) / 32768) * (1 + (Math.floor(k / 500) % 4));
  });
}

/** Printed by the Python port of the Auditory Toolbox (PyPI lyon 1.0.0: design_lyon_filters, lyon_passive_ear). */
const toolbox = [
  {
    options: { rate: 12_500, decimation: 200 },
    shape: [78, 15],
    frequencies: [5959.328106929267, 1573.9048083696664, 78.90293071812414], // channels 0, 40, last
    filters: {
      0: [0.0, 0.7581766726301473, -0.6520491799546094, 0.0, 0.0],
      1: [0.8366286942728037, 0.0, -0.8366286942728037, 1.6415453808923706, 0.6757793177581228],
      2: [0.8893474564957771, 1.7124155585611909, 0.8243159147318094, 1.635085798297523, 0.6840866050521602],
      60: [0.8778134556886982, -1.6091443514667612, 0.8642972546832252, -1.799164427561161, 0.9253467396459273],
    },
    rates: [
      [0, 0, 1.4310219466899152e-5],
      [10, 5, 5.801746018033846e-5],
      [40, 14, 8.854101932262338e-5],
      [77, 7, 1.86612110772889e-5],
    ],
    sum: 0.07469147125106093,
  },
  {
    options: { rate: 8_000, decimation: 128, stepFactor: 0.205 },
    shape: [78, 15],
    frequencies: [3844.1154805587103, 1223.9168998201822, 83.16534436257467],
    filters: {
      60: [0.8715896740522827, -1.5062358973910304, 0.8518474434114723, -1.6849151147090924, 0.8917615430376962],
    },
    rates: [
      [0, 0, 1.4207987482219585e-5],
      [10, 5, 5.373919022412632e-5],
      [40, 14, 7.653256956216332e-5],
      [77, 7, 2.5756209922690676e-5],
    ],
    sum: 0.06786766913855447,
  },
  {
    options: { rate: 16_000, decimation: 20 },
    shape: [86, 200], // 86 channels at 16 kHz: the figure of the toolbox's documentation
    frequencies: [7629.792117163179, 2081.441140951517, 73.29035123641438],
    filters: {
      2: [0.8898566362381192, 1.7137285997010894, 0.8251081203670344, 1.6368712706574255, 0.6854157636066638],
    },
    rates: [
      [0, 0, 4.7251496604312745e-5],
      [10, 5, 0.00016838088260831115],
      [40, 14, 0.00012887792398018574],
      [77, 7, 6.091269697827208e-5],
    ],
    sum: 1.6058875817762437,
  },
] as const;

describe.each(toolbox)(
  "the toolbox's ear at $options.rate Hz",
  ({ options, shape, frequencies, filters, rates, sum }) => {
    test('has the same channels and filters', () => {
      const found = lyonFrequencies(options);
      expect(found.length).toBe(shape[0]);
      [found[0], found[40], found.at(-1)!].forEach((f, k) =>
        expect(Math.abs(f / frequencies[k] - 1)).toBeLessThan(1e-12),
      );
      const cascade = lyonFilters(options);
      expect(cascade.length).toBe(shape[0] + 2);
      for (const [n, coefficients] of Object.entries(filters)) {
        cascade[Number(n)].forEach((value, k) => expect(Math.abs(value - coefficients[k])).toBeLessThan(1e-12));
      }
    });

    test('hears the same', () => {
      const ear = lyonEar(noise(options.rate), options);
      expect([ear.channels, ear.frames]).toEqual(shape);
      for (const [c, frame, rate] of rates)
        expect(Math.abs(ear.rates[c * ear.frames + frame] / rate - 1)).toBeLessThan(1e-9);
      expect(Math.abs(ear.rates.reduce((a, b) => a + b) / sum - 1)).toBeLessThan(1e-9);
    });
  },
);

test('a tone excites the channel of its frequency', () => {
  const options = { rate: 12_500, decimation: 200 };
  const tone = Float64Array.from({ length: 6_250 }, (_, k) => 0.1 * Math.sin((2 * Math.PI * 1000 * k) / 12_500));
  const { channels, frames, rates } = lyonEar(tone, options);
  const last = Array.from({ length: channels }, (_, c) => rates[(c + 1) * frames - 1]);
  const loudest = lyonFrequencies(options)[last.indexOf(Math.max(...last))];
  expect(loudest).toBeGreaterThan(850);
  expect(loudest).toBeLessThan(1250);
});

test('silence stays silent, a short sound has no frames, the rest of a frame is dropped', () => {
  expect(lyonEar(new Float64Array(1000), { rate: 12_500 }).rates.every((rate) => rate === 0)).toBe(true);
  expect(lyonEar(new Float64Array(199), { rate: 12_500 }).frames).toBe(0);
  expect(lyonEar(new Float64Array(399), { rate: 12_500 }).frames).toBe(1);
});

test('refuses impossible settings', () => {
  expect(() => lyonEar(new Float64Array(10), { rate: 0 })).toThrow(/rate is 0/);
  expect(() => lyonEar(new Float64Array(10), { rate: 8000, decimation: 1 })).toThrow(/decimation is 1/);
  expect(() => lyonEar(new Float64Array(10), { rate: 8000, earQ: 0 })).toThrow(/earQ is 0/);
});

test('cosine is that of the tables', () => {
  // exact values and, for 1, OEIS A049470
  for (const [x, value] of [
    [0, 1],
    [Math.PI / 3, 0.5],
    [Math.PI / 4, Math.SQRT1_2],
    [1, 0.5403023058681397174],
    [Math.PI, -1],
  ]) {
    expect(Math.abs(cosine(x) - value)).toBeLessThan(2.5e-16);
  }
  for (let k = 0; k <= 10_000; k++)
    expect(Math.abs(cosine((Math.PI * k) / 10_000) - Math.cos((Math.PI * k) / 10_000))).toBeLessThan(3e-16);
  expect(() => cosine(-1)).toThrow(RangeError);
});
