/** Networks of the same method on data that everybody can have. */
import { mnistDense, nmnistDense } from './jin2018.js';
import { dense, input } from '../network/network.js';
import { authorsNeuron, authorsRule, type Preset } from './preset.js';
import { firingCount } from '../network/rule.js';

/** Fashion-MNIST, 784-400-400-10: layers and accuracy as reported for HM2-BP by later work; all else as MNIST. */
export const fashionDense: Preset = {
  name: 'fashion-dense',
  dataset: 'fashion-mnist',
  layers: [
    input(28, 28),
    dense(400, { threshold: 20 }),
    dense(400, { threshold: 20 }),
    dense(10, { threshold: 8, lateralInhibition: 1 }),
  ],
  options: { steps: 400, ...authorsNeuron },
  rule: authorsRule(10, 0.04),
  epochs: 100, // ours
  paper: { best: 88.99, source: 'reported: HM2-BP on Fashion-MNIST, 784-400-400-10, in a later comparison' },
};

/**
 * Spoken digits (FSDD) in place of the licensed TI46: the same ear, encoder and settings, but for the target counts.
 * Half of the recordings last less than 245 steps, so that an output cannot fire 35 times in them: with 35 / 5 / 5 the
 * class neuron stays at a median of 19 spikes, and the test accuracy 2 % lower.
 */
export const spokenDigits: Preset = {
  name: 'spoken-digits',
  dataset: 'spoken-digits',
  layers: [input(78), dense(800, { threshold: 10 }), dense(10, { threshold: 8, lateralInhibition: 1 })], // as TI46
  options: { steps: 700, ...authorsNeuron }, // as TI46
  rule: { ...authorsRule(0, 0), loss: firingCount({ desired: 20, undesired: 2, margin: 3 }) }, // ours; the rest as TI46
  epochs: 25, // ours
};

/**
 * The Heidelberg speech sets at 100 inputs and steps of 4 ms: neurons, thresholds and rule as TI46. Ours, and without a
 * figure: the sets are not at hand where this was written, so that only made sets of their layout were trained on.
 */
const heidelberg = (name: 'shd' | 'ssc', classes: number, steps: number): Preset => ({
  name,
  dataset: name,
  layers: [input(100), dense(400, { threshold: 10 }), dense(classes, { threshold: 8, lateralInhibition: 1 })],
  options: { steps, ...authorsNeuron },
  rule: { ...authorsRule(0, 0), loss: firingCount({ desired: 20, undesired: 2, margin: 3 }) }, // as spoken digits
  epochs: 25,
});

/** Spiking Heidelberg Digits, 20 classes. */
export const shd = heidelberg('shd', 20, 350);
/** Spiking Speech Commands, 35 classes. */
export const ssc = heidelberg('ssc', 35, 251);

/**
 * The network of MNIST on digits drawn by code: what needs no file and no connection, for a first run and where MNIST
 * is not at hand.
 */
export const strokesDense: Preset = {
  name: 'strokes-dense',
  dataset: 'strokes',
  layers: mnistDense.layers,
  options: mnistDense.options,
  rule: mnistDense.rule,
  epochs: 10, // ours
};

/**
 * The network of N-MNIST on a simulation of it: an event camera looking at real MNIST (`datasets.mnistSaccades`), for
 * when the recordings are not at hand. The paper's figures are of the recordings and so are not repeated here.
 */
export const saccadesDense: Preset = {
  name: 'saccades-dense',
  dataset: 'mnist-saccades',
  layers: nmnistDense.layers,
  options: nmnistDense.options,
  rule: nmnistDense.rule,
  epochs: 5, // ours
};
