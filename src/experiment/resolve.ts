/**
 * An experiment and its data become what is trained: layers, options and rule, with everything that was left out filled
 * in.
 */
import type { AnyTrainTest } from '../data/index.js';
import { augmentation } from '../network/augmentation.js';
import { pick } from '../network/known.js';
import { convolution, dense, input, type InputShape, type LayerPart, pooling, reservoir } from '../network/network.js';
import {
  adam,
  exponential,
  firingCount,
  type FiringCountLoss,
  hm2bp,
  type LearningRule,
  type Loss,
  type Optimizer,
  sgd,
  softmaxCount,
} from '../network/rule.js';
import type { Preset } from '../presets/index.js';
import { isEventDataset } from '../data/index.js';
import { learningRule, meanInputRate } from '../train/index.js';
import { type UsualSettings, usualSettings } from '../train/usual.js';
import type {
  Experiment,
  ExperimentLoss,
  ExperimentNetwork,
  ExperimentOptimizer,
  ExperimentRule,
  HiddenLayer,
} from './experiment.js';
import { dataName } from './load-data.js';

/** @throws RangeError for settings that do not go together, such as tauS above tauM */
export function resolve(experiment: Experiment, { train }: Pick<AnyTrainTest, 'train'>): Preset {
  const { network = {}, rule = {}, epochs = 1, final, paper, authorsLog } = experiment;
  const { name: dataset } = dataName(experiment.data);
  const shape = network.input ?? train.shape;
  const steps = network.steps ?? (isEventDataset(train) ? train.steps : 100);
  const inputs = shape.reduce((a, b) => a * b, 1);
  const usual = usualSettings(steps, inputs, Math.max(1e-6, meanInputRate(train)));
  return {
    name: experiment.name ?? dataset,
    dataset,
    layers: layersOf(network, shape, train.classNames.length, usual),
    options: { steps, ...pick(network, ['tauM', 'tauS', 'refractory']) },
    rule: ruleOf(rule, usual.loss, epochs),
    epochs,
    ...(final && { final }),
    ...(paper && { paper }),
    ...(authorsLog !== undefined && { authorsLog }),
  };
}

function layersOf(
  { hidden = [100], output = {}, threshold }: ExperimentNetwork,
  shape: readonly number[],
  classes: number,
  usual: UsualSettings,
): [InputShape, ...LayerPart[]] {
  const { units = classes, ...last } = output;
  return [
    input(...shape),
    ...hidden.map((layer, k) => layerOf(layer, threshold ?? usual.hidden(k))),
    dense(units, { ...usual.output, ...last }),
  ];
}

function layerOf(layer: HiddenLayer, threshold: number): LayerPart {
  if (typeof layer === 'number') return dense(layer, { threshold });
  switch (layer.type) {
    case 'convolution': {
      const { type: _, channels, kernel, ...rest } = layer;
      return convolution(channels, kernel, rest);
    }
    case 'pooling': {
      const { type: _, size, ...rest } = layer;
      return pooling(size, rest);
    }
    case 'reservoir': {
      const { type: _, size, ...rest } = layer;
      return reservoir(size, rest);
    }
    default: {
      const { type: _, units, ...rest } = layer;
      return dense(units, { threshold, ...rest });
    }
  }
}

function ruleOf(settings: ExperimentRule, usualLoss: FiringCountLoss, epochs: number): LearningRule {
  const {
    sideEffect,
    effectRatio,
    errorScale,
    window,
    loss,
    regularizer,
    optimizer,
    augmentation: distortion,
    ...rest
  } = settings;
  const backward = { sideEffect, effectRatio, errorScale, window };
  return learningRule({
    ...rest,
    rule: hm2bp(pick(backward, ['sideEffect', 'effectRatio', 'errorScale', 'window'])),
    loss: loss ? lossOf(loss, usualLoss) : usualLoss,
    regularizer: exponential(regularizer),
    optimizer: optimizerOf(optimizer ?? {}, epochs),
    ...(distortion && { augmentation: augmentation(distortion) }),
  });
}

function lossOf(loss: ExperimentLoss, usual: FiringCountLoss): Loss {
  if (loss.type === 'softmaxCount') return softmaxCount(loss);
  return firingCount({ ...usual, ...loss });
}

/** A cosine takes the experiment's epochs unless it says otherwise; no other schedule has any. */
function optimizerOf(given: ExperimentOptimizer, all: number): Optimizer {
  const { rate, type: _, schedule, epochs, rates: __, ...rest } = given; // rates: `plannedRates`
  const options = {
    ...rest,
    ...(rate !== undefined && { lr: rate }),
    ...(schedule && { schedule }),
    ...(schedule === 'cosine' ? { epochs: epochs ?? all } : epochs !== undefined && { epochs }),
  };
  return given.type === 'sgd' ? sgd(options) : adam(options);
}
