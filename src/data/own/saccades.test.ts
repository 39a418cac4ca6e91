/**
 * The simulated event camera: same bits, its limits, and the recordings that it imitates, of which none was used to fit
 * it.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { strokeDigits } from '../strokes/strokes.js';
import { datasets } from '../datasets.js';
import type { EventDataset } from '../sets/events.js';
import { createDataset, type Dataset } from '../sets/dataset.js';
import { saccades } from './saccades.js';

const digits = strokeDigits({ part: 'train', count: 20, seed: 1 });
const data = path.resolve(process.env['SPIKELAB_DATA'] ?? '../shared/data');
const hasRecordings = existsSync(path.join(data, 'nmnist-small')) && existsSync(path.join(data, 'mnist'));

const spikesOf = (set: EventDataset): number[] =>
  Array.from({ length: set.length }, (_, n) => set.starts[n + 1] - set.starts[n]);
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Two images of one grey. */
const blank = (grey: number): Dataset =>
  createDataset({
    name: 'blank',
    shape: [28, 28],
    classNames: ['a', 'b'],
    pixels: new Uint8Array(2 * 784).fill(grey),
    labels: Uint8Array.from([0, 1]),
  });

/** Half of the sum of the differences: 0 for equal forms, 1 for nothing in common. */
function distance(a: readonly number[], b: readonly number[]): number {
  const [ofA, ofB] = [a, b].map((values) => values.reduce((sum, value) => sum + value, 0));
  return a.reduce((sum, value, k) => sum + Math.abs(value / ofA - b[k] / ofB), 0) / 2;
}

function histogram(values: Uint16Array, bins: number, of: (value: number) => number): number[] {
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) counts[of(value)]++;
  return counts;
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('saccades', () => {
  it('gives the same events for the same images and seed, and says that they are simulated', async () => {
    const first = await saccades(digits);
    expect(first.name).toBe('strokes-seed1/train, simulated saccades');
    expect([first.shape, first.steps, first.length]).toEqual([[2, 34, 34], 540, 20]);
    expect(first.labels).toEqual(digits.labels);
    expect((await saccades(digits)).sha256).toBe(first.sha256);
    expect((await saccades(digits.slice(5, 10))).sha256).toBe(first.slice(5, 10).sha256);
    expect((await saccades(digits, { seed: 2 })).sha256).not.toBe(first.sha256);
  });

  it('sees nothing but noise of a black image, and nothing at all without noise; a higher threshold sees less', async () => {
    const few = digits.slice(0, 4);
    const count = async (options: object): Promise<number> => (await saccades(few, options)).times.length;
    const [usual, blunt, quiet] = [await count({}), await count({ threshold: 0.5 }), await count({ noise: 0 })];
    expect(blunt).toBeLessThan(usual / 2);
    expect(usual - quiet).toBeGreaterThan(4 * 80); // 139 noise events a recording, less what falls out of the frame
    expect(usual - quiet).toBeLessThan(4 * 160);
    expect(await count({ noise: 0, threshold: 2 })).toBe(0); // white is 4.3 times as bright as black: 1.47
  });

  it('has the events of noise that it is asked for, however many, and others for another image', async () => {
    const black = blank(0);
    const camera = { threshold: 2, refractory: 0 };
    const seen = async (noise: number): Promise<number> => (await saccades(black, { ...camera, noise })).times.length;
    const [few, many] = [await seen(2), await seen(100)];
    // 1,156 pixels, 315 ms; fewer are left where two of a pixel share a step, or leave the frame with the saccades
    expect(few).toBeGreaterThan(0.8 * 2 * 2 * 0.315 * 1156);
    expect(many).toBeGreaterThan(0.8 * 2 * 100 * 0.315 * 1156);
    const two = await saccades(black, { noise: 3, threshold: 2 });
    const other = await saccades(blank(1), { noise: 3, threshold: 2 });
    const events = (set: EventDataset): Set<string> =>
      new Set(Array.from(set.times.slice(0, set.starts[1]), (time, k) => `${time} ${set.neurons[k]}`));
    const shared = [...events(two)].filter((event) => events(other).has(event));
    expect(shared.length).toBeLessThan(0.05 * events(two).size);
  });

  it('says how far it is where it takes long, unless it is to be quiet', async () => {
    const lines: string[] = [];
    vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
    let clock = 0;
    const now = vi.spyOn(Date, 'now').mockReturnValue(clock);
    await saccades(digits);
    expect(lines).toEqual([]);
    now.mockImplementation(() => (clock += 1500));
    await saccades(digits);
    const name = 'strokes-seed1/train, simulated saccades';
    expect(lines).toEqual([`${name}: 16 of 20`, `${name}: 20 of 20`]);
    await saccades(digits, { quiet: true });
    expect(lines).toHaveLength(2);
  });

  it('refuses what cannot be, and says what can', async () => {
    const refusals: [object, string][] = [
      [{ threshold: 0 }, 'threshold is 0: it must be a number from 0.05 to 2'],
      [{ noise: -1 }, 'noise is -1'],
      [{ refractory: NaN }, 'refractory is NaN'],
      [{ treshold: 1 }, 'did you mean threshold?'],
    ];
    for (const [options, why] of refusals) await expect(saccades(digits, options)).rejects.toThrow(why);
    const small = createDataset({
      name: 'small',
      shape: [8, 8],
      classNames: ['a', 'b'],
      pixels: new Uint8Array(2 * 64),
      labels: new Uint8Array(2),
    });
    await expect(saccades(small)).rejects.toThrow('28 x 28');
    await expect(saccades(digits, { signal: AbortSignal.abort(new Error('stopped')) })).rejects.toThrow('stopped');
  });

  it.skipIf(!hasRecordings)(
    'is like the 100 recordings that it was not fitted to: events, time, place, polarity (needs SPIKELAB_DATA)',
    async () => {
      const { test: real } = await datasets.nmnist({ size: 'small' });
      const { test: images } = await datasets.mnist({ quiet: true });
      const simulated = await saccades(images.slice(0, 100));
      expect(simulated.labels).toEqual(real.labels);
      const [a, b] = [spikesOf(real), spikesOf(simulated)];
      expect(mean(b) / mean(a)).toBeGreaterThan(0.9);
      expect(mean(b) / mean(a)).toBeLessThan(1.1);
      const [ma, mb] = [mean(a), mean(b)];
      const sum = (of: (k: number) => number): number => mean(a.map((_, k) => of(k)));
      const covariance = sum((k) => (a[k] - ma) * (b[k] - mb));
      const deviations = Math.sqrt(sum((k) => (a[k] - ma) ** 2) * sum((k) => (b[k] - mb) ** 2));
      expect(covariance / deviations).toBeGreaterThan(0.75); // the same digits have many events
      const pixel = (neuron: number): number => neuron % (34 * 34);
      const views: [string, (set: EventDataset) => number[], number][] = [
        ['time', (set) => histogram(set.times, 66, (step) => Math.floor((step * 0.6) / 5)), 0.12],
        ['row', (set) => histogram(set.neurons, 34, (neuron) => Math.floor(pixel(neuron) / 34)), 0.1],
        ['column', (set) => histogram(set.neurons, 34, (neuron) => pixel(neuron) % 34), 0.1],
        ['polarity', (set) => histogram(set.neurons, 2, (neuron) => Math.floor(neuron / (34 * 34))), 0.02],
      ];
      for (const [name, of, most] of views)
        expect([name, distance(of(real), of(simulated)) < most]).toEqual([name, true]);
    },
  );
});
