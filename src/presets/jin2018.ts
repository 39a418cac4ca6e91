/**
 * The experiments of the HM2-BP paper (arXiv 1805.07866), each constant with its source: "log" is the configuration
 * printed at the top of the authors' training log, "paper" the paper's tables, "reported" a figure of the paper from
 * memory, not read there again.
 */
import { augmentation } from '../network/augmentation.js';
import { convolution, dense, input, type LayerPart, pooling } from '../network/network.js';
import { authorsNeuron, authorsRule, type Preset } from './preset.js';
import { adam } from '../network/rule.js';

// Log: inhibition of strength 1.
const output = (classes: number, threshold: number): LayerPart => dense(classes, { threshold, lateralInhibition: 1 });

export const mnistDense: Preset = {
  name: 'mnist-dense',
  dataset: 'mnist',
  layers: [input(28, 28), dense(800, { threshold: 20 }), output(10, 8)], // thresholds: log
  options: { steps: 400, ...authorsNeuron }, // log
  rule: authorsRule(10, 0.04), // log
  epochs: 200, // log
  paper: { mean: 98.84, best: 98.93, source: 'paper, table of MNIST results, 784-800-10' },
  authorsLog: 'mnist-dense',
};

export const nmnistDense: Preset = {
  name: 'nmnist-dense',
  dataset: 'nmnist',
  layers: [input(2, 34, 34), dense(800, { threshold: 15 }), output(10, 15)], // log
  options: { steps: 540, ...authorsNeuron }, // log; steps of 600 microseconds
  rule: authorsRule(10, 0.01), // log
  epochs: 200, // log
  paper: { mean: 98.84, best: 98.88, source: 'paper, table of N-MNIST results, 2312-800-10' },
  authorsLog: 'nmnist-dense',
};

export const mnistCnn: Preset = {
  name: 'mnist-cnn',
  dataset: 'mnist',
  layers: [
    input(1, 28, 28),
    convolution(15, 5, { threshold: 5, initialRange: 0.5 }), // log
    pooling(2, { threshold: 2 }), // log
    convolution(40, 5, { threshold: 12, initialRange: 0.5 }), // log
    pooling(2, { threshold: 4 }), // log
    dense(300, { threshold: 10 }), // log
    output(10, 10), // log
  ],
  options: { steps: 400, ...authorsNeuron }, // log
  rule: {
    ...authorsRule(0, 0), // log: no regulariser
    optimizer: adam({ lr: 0.001, schedule: 'inverseSqrtEpoch' }), // log: 0.00070711 in the second epoch already
    encoding: 'epoch', // authors' code: distorted images are encoded anew each time
    augmentation: augmentation({ scale: 12, rotation: 12, elastic: 3.4, per: 'epoch' }), // log; one distortion an epoch: authors' code
  },
  epochs: 200, // log
  paper: { mean: 99.42, best: 99.49, source: 'paper, table of spiking convolutional networks, 15C5-P2-40C5-P2-300-10' },
  authorsLog: 'mnist-cnn',
};

/** "As MNIST" (paper) for everything but the layers. */
const emnistDense = (name: string, hidden: readonly number[], paper: Preset['paper']): Preset => ({
  name,
  dataset: 'emnist-balanced',
  layers: [input(28, 28), ...hidden.map((units) => dense(units, { threshold: 20 })), output(47, 8)],
  options: { steps: 400, ...authorsNeuron },
  rule: authorsRule(10, 0.04),
  epochs: 200, // as MNIST
  ...(paper && { paper }),
});

export const emnistDense200 = emnistDense('emnist-dense-200', [200, 200], {
  mean: 84.31,
  best: 84.43,
  source: 'reported: paper, EMNIST balanced, 784-200-200-47',
});
export const emnistDense800 = emnistDense('emnist-dense-800', [800], {
  mean: 85.41,
  best: 85.57,
  source: 'reported: paper, EMNIST balanced, 784-800-47',
});

/** Thresholds 10 and 8 and T = 700 come from the authors' follow-up (reported); no regulariser (reported). */
const ti46Dense = (name: string, hidden: readonly number[], paper: Preset['paper']): Preset => ({
  name,
  dataset: 'ti46-letters',
  layers: [input(78), ...hidden.map((units) => dense(units, { threshold: 10 })), output(26, 8)],
  options: { steps: 700, ...authorsNeuron },
  rule: authorsRule(0, 0),
  epochs: 200, // as MNIST
  ...(paper && { paper }),
});

export const ti46Dense800 = ti46Dense('ti46-dense-800', [800], {
  mean: 89.36,
  best: 89.92,
  source: 'reported: paper, TI46 letters, 78-800-26',
});
export const ti46Dense400x400 = ti46Dense('ti46-dense-400x400', [400, 400], {
  mean: 89.83,
  best: 90.6,
  source: 'reported: paper, TI46 letters, 78-400-400-26',
});
export const ti46Dense800x800 = ti46Dense('ti46-dense-800x800', [800, 800], {
  mean: 90.5,
  best: 90.98,
  source: 'reported: paper, TI46 letters, 78-800-800-26',
});
