/** Outputs as the library makes them, and notebooks that hold them, for browser tests. */
import { type CurvesPayload } from '../../src/plot/curvesPayload.js';
import { curvesMime, rasterMime, type RasterPayload } from '../../src/plot/payload.js';
import { curvesPayload } from '../../src/plot/curves.js';
import { rasterPayload } from '../../src/plot/raster.js';
import { packSpikeTrains, spikeTimes, type SpikeTrains } from '../../src/network/spikes.js';

/** Small fast generator, so that screenshots stay comparable. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Trains with the given firing probability for each neuron and step. */
export function randomTrains(
  name: string,
  neurons: number,
  steps: number,
  seed: number,
  probability: (neuron: number, step: number) => number,
): SpikeTrains {
  const random = generator(seed);
  return packSpikeTrains(
    name,
    steps,
    Array.from({ length: neurons }, (_, n) =>
      Array.from({ length: steps }, (_, t) => t).filter((t) => random() < probability(n, t)),
    ),
  );
}

/**
 * A raster that looks like an MNIST sample: ring-shaped image, 100 hidden neurons, 10 outputs of which number 7 wins.
 */
export function mnistLikeRaster(steps = 400): RasterPayload {
  const ring = (n: number): number => {
    const distance = Math.hypot((n % 28) - 13.5, Math.floor(n / 28) - 13.5);
    return Math.exp(-(((distance - 8) / 2.2) ** 2)) * 0.18;
  };
  const spikes = [
    randomTrains('input', 784, steps, 1, (n) => ring(n)),
    randomTrains(
      'hidden1',
      100,
      steps,
      2,
      (n, t) => (t < 12 ? 0 : ((n * 37) % 100) / 1400) * (1 + 0.6 * Math.sin(t / 23)),
    ),
    randomTrains('output', 10, steps, 3, (n, t) => (t < 24 ? 0 : n === 7 ? 0.09 : ((n * 7) % 10) / 900)),
  ];
  return rasterPayload({
    spikes,
    label: 7,
    prediction: 7,
    classNames: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
  });
}

/** Three samples of 784-100-10 with their images, targets, thresholds, and the recorded membranes of the output. */
export function samplesRaster(steps = 400): RasterPayload {
  const radii = [8, 4, 11];
  const loss = { type: 'firingCount', desired: 35, undesired: 5, margin: 5, weightBalance: 0 } as const;
  return rasterPayload(
    radii.map((radius, k) => {
      const ring = (n: number): number =>
        Math.exp(-(((Math.hypot((n % 28) - 13.5, Math.floor(n / 28) - 13.5) - radius) / 2.2) ** 2));
      const chosen = [7, 3, 2][k];
      const output = randomTrains('output', 10, steps, 30 + k, (n, t) =>
        t < 24 ? 0 : n === chosen ? 0.09 : ((n * 7) % 10) / 900,
      );
      const values = new Float32Array(steps * 10);
      for (let n = 0; n < 10; n++) {
        const fired = new Set(spikeTimes(output, n));
        for (let t = 1, v = 0; t < steps; t++) {
          v = fired.has(t) ? 0 : v + (8 - v) * (n === chosen ? 0.08 : 0.02);
          values[t * 10 + n] = v;
        }
      }
      return {
        spikes: [
          randomTrains('input', 784, steps, 10 + k, (n) => 0.18 * ring(n)),
          randomTrains('hidden1', 100, steps, 20 + k, (n, t) => (t < 12 ? 0 : ((n * 37) % 100) / 1400)),
          output,
        ],
        label: [7, 3, 9][k],
        prediction: chosen,
        classNames: Array.from({ length: 10 }, (_, n) => String(n)),
        rule: { loss: loss as never },
        network: {
          layers: [
            { name: 'hidden1', threshold: 5 },
            { name: 'output', threshold: 8 },
          ],
        },
        membranes: [new Float32Array(0), values],
        stimulus: { pixels: Array.from({ length: 784 }, (_, n) => Math.round(255 * ring(n))), shape: [28, 28] },
      };
    }),
  );
}

/** Curves of a training that has come to `epoch` of five. */
export function curves(epoch: number, live = true): CurvesPayload {
  const random = generator(5);
  const cost = (x: number): number => 180 * Math.exp(-x * 5) + 24 * Math.exp(-x / 2) + 6;
  const progress = Array.from({ length: Math.round(40 * epoch) }, (_, k) => {
    const x = (k + 1) / 40;
    return {
      epoch: x,
      trainAccuracy: 0.972 - 0.5 * Math.exp(-x * 5) - 0.03 * Math.exp(-x / 2) + (random() - 0.5) * 0.012,
      cost: cost(x) + random() * 3,
    };
  });
  const epochs = Array.from({ length: Math.floor(epoch) }, (_, k) => ({
    epoch: k + 1,
    trainAccuracy: 0.968 - 0.035 * Math.exp(-(k + 1) / 2),
    testAccuracy: 0.982 - 0.018 * Math.exp(-(k + 1) / 2),
    cost: cost(k + 1),
    seconds: 100,
    learningRate: 1e-3,
  }));
  const log = [0.9732, 0.9784, 0.9802, 0.9813, 0.9809].map((testAccuracy, k) => ({ epoch: k + 1, testAccuracy }));
  return curvesPayload(
    { epochs, progress, plannedEpochs: 5 },
    { title: 'mnist, 784-800-10', live, reference: { label: 'authors', points: log } },
  );
}

/** A stored output of type display_data. */
export function output(mime: string, payload: unknown, text: string): Record<string, unknown> {
  return { output_type: 'display_data', metadata: {}, data: { [mime]: payload, 'text/plain': text } };
}
export const rasterOutput = (payload: unknown, text = 'raster'): Record<string, unknown> =>
  output(rasterMime, payload, text);
export const curvesOutput = (payload: unknown, text = 'curves'): Record<string, unknown> =>
  output(curvesMime, payload, text);

/** A notebook for IPython's kernel; each cell has source and stored outputs. */
export function notebook(cells: readonly { source: string; outputs?: readonly Record<string, unknown>[] }[]): string {
  return JSON.stringify({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec: { name: 'python3', display_name: 'Python 3', language: 'python' } },
    cells: cells.map(({ source, outputs = [] }, index) => ({
      id: `cell-${index}`,
      cell_type: 'code',
      execution_count: null,
      metadata: {},
      source,
      outputs,
    })),
  });
}
