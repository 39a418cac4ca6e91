/** Spike trains and histories drawn from a seed, for pictures only: nothing here was simulated or trained. */
import { RandomStream, sampleKey } from '../../src/numeric/random.js';
import { packSpikeTrains, type SpikeTrains } from '../../src/network/spikes.js';
import type { EpochRecord, History, ProgressPoint } from '../../src/network/history.js';

/** Trains in which neuron n fires in each step with probability `rate(n)`. */
export function poisson(
  name: string,
  neurons: number,
  steps: number,
  rate: (neuron: number) => number,
  seed = 1,
): SpikeTrains {
  const key = sampleKey(seed, 'testSpikes', 0, name.length);
  const rows = Array.from({ length: neurons }, (_, n) => {
    const stream = new RandomStream(key, n);
    const threshold = rate(n);
    const row: number[] = [];
    for (let t = 0; t < steps; t++) if (stream.uniform() < threshold) row.push(t);
    return row;
  });
  return packSpikeTrains(name, steps, rows);
}

/** An image-like input of 28 x 28: a bright ring on black. */
export function ring(steps = 400): SpikeTrains {
  return poisson('input', 784, steps, (n) => {
    const distance = Math.hypot((n % 28) - 13.5, Math.floor(n / 28) - 13.5);
    return Math.abs(distance - 8) < 2 ? 0.18 : 0;
  });
}

/** A run of 784-800-10 that says 7. */
export function run7(): { spikes: SpikeTrains[]; label: number; prediction: number } {
  const hidden = poisson('hidden1', 800, 400, (n) => (n % 3 === 0 ? 0.002 + (0.05 * ((n * 37) % 101)) / 101 : 0));
  const output = poisson('output', 10, 400, (n) => (n === 7 ? 0.09 : n === 2 ? 0.03 : 0.01));
  return { spikes: [ring(), hidden, output], label: 7, prediction: 7 };
}

/** A history that learns: accuracy rises to about 98 %, cost falls. */
export function history(epochs: number, done = epochs, pointsPerEpoch = 40): History {
  const stream = new RandomStream(sampleKey(5, 'shuffle'));
  const noise = (): number => stream.uniform() - 0.5;
  const accuracy = (x: number): number => 0.985 - 0.6 / (1 + 24 * x);
  const cost = (x: number): number => 12 + 400 / (1 + 9 * x);
  const progress: ProgressPoint[] = [];
  for (let k = 1; k <= done * pointsPerEpoch; k++) {
    const epoch = k / pointsPerEpoch;
    progress.push({
      epoch,
      trainAccuracy: Math.min(1, accuracy(epoch) + 0.02 * noise()),
      cost: cost(epoch) * (1 + 0.3 * noise()),
    });
  }
  const records: EpochRecord[] = Array.from({ length: Math.floor(done) }, (_, k) => ({
    epoch: k + 1,
    trainAccuracy: accuracy(k + 0.7),
    testAccuracy: accuracy(k + 0.8) - 0.006 + 0.004 * noise(),
    cost: cost(k + 0.7),
    seconds: 90,
    learningRate: 0.001,
  }));
  return { epochs: records, progress, plannedEpochs: epochs };
}

/** Two leaky integrate-and-fire neurons driven by noise, threshold 8. */
export function membraneOf(): {
  spikes: SpikeTrains[];
  membranes: Float32Array[];
  network: { layers: { name: string; threshold: number }[] };
} {
  const steps = 400;
  const threshold = 8;
  const stream = new RandomStream(sampleKey(3, 'reservoir'));
  const values = new Float32Array(steps * 2);
  const times: number[][] = [[], []];
  const v = [0, 0];
  for (let t = 1; t < steps; t++) {
    for (let n = 0; n < 2; n++) {
      v[n] += 0.05 * (-v[n] + 4 + 7 * n) + 1.2 * (stream.uniform() - 0.5);
      if (v[n] > threshold) {
        times[n].push(t);
        v[n] = 0;
      }
      values[t * 2 + n] = v[n];
    }
  }
  return {
    spikes: [packSpikeTrains('output', steps, times)],
    membranes: [values],
    network: { layers: [{ name: 'output', threshold }] },
  };
}
