/** JSON Schema of an experiment's learning rule. */
import type { Augmentation } from '../network/augmentation.js';
import {
  type Adam,
  type Hm2bpRule,
  type Momentum,
  type Regularizer,
  sampleOrders,
  schedules,
  sideEffects,
} from '../network/rule.js';
import type { ExperimentRule } from './experiment.js';
import { choice, constant, flag, integer, list, number, object, oneOf, type Properties } from './schema-parts.js';

const backward: Properties<Hm2bpRule> = {
  sideEffect: choice(
    "linear (default): 1 + s, the authors'; saturating: 1/(1 - k s); implicit (does not train): 1/(1 - s); off: 1.",
    sideEffects,
  ),
  effectRatio: flag('Whether the error sent down is scaled by e_ij/o_j. Default true.'),
  errorScale: choice('Whether the error of a neuron is divided by its threshold (default) or not.', [
    'threshold',
    'none',
  ]),
  window: integer('Input spikes more than so many steps before an output spike add nothing; 0: all count.', 0, 4096),
};

const counts = {
  desired: integer('Target count of the class neuron, spikes.', 1, 4096),
  undesired: integer('Target count of the others, spikes.', 0, 4096),
  margin: integer('|o - y| up to this is no error, spikes.', 0, 4096),
};
const loss = oneOf(
  "Default: firingCount with classifier()'s targets for the steps.",
  object('Margin loss on firing counts.', { type: constant('firingCount', 'Default.'), ...counts }),
  object(
    'Softmax over the firing counts with cross-entropy.',
    { type: constant('softmaxCount', 'Softmax.'), desired: counts.desired },
    ['type'],
  ),
);

const regularizer: Properties<Regularizer> = {
  lambda: number('Strength; 0: none.', 0, 1e6),
  beta: number('How steeply it grows with the squared weights.', 0, 1e3),
  limit: number('Scale of the weights.', 1e-3, 1e6),
};

const rates = {
  rate: number('Learning rate that the schedule starts from. Default 0.001.', 0, 1e3),
  schedule: choice(
    'How the rate falls: in 0-based epoch k rate/sqrt(max(k, 1)) (default), rate/sqrt(k + 1), …',
    schedules,
  ),
  epochs: integer("Epochs that cosine takes to the floor. Default: the experiment's.", 1, 100_000),
  floor: number("No epoch's rate is below it; at most rate. Default 0.", 0, 1e3),
  rates: list(
    "Rates of the first epochs in place of the schedule's, as a run that was resumed with another rate records them.",
    oneOf(
      "An epoch's rate, or its parts where it changed inside the epoch.",
      number('Learning rate.', 0, 1e3),
      list(
        'Parts in order.',
        object(
          'From a sample of the epoch on.',
          { from: integer('Samples of the epoch before it.', 0, 100_000_000), rate: number('Learning rate.', 0, 1e3) },
          ['from', 'rate'],
        ),
      ),
    ),
    1,
    100_000,
  ),
};
const adam: Properties<Omit<Adam, 'type'>> = {
  beta1: number('Decay of the first moment. Default 0.9.', 0, 0.999999),
  beta2: number('Decay of the second moment. Default 0.999.', 0, 0.999999),
  epsilon: number('Added to the root of the second moment. Default 1e-8.', 1e-30, 1),
};
const momentum: Properties<Omit<Momentum, 'type'>> = {
  momentum: number('Share of the last step in the next. Default 0.9.', 0, 0.999999),
};
const optimizer = oneOf(
  'Default: adam.',
  object('Adam.', { type: constant('adam', 'Default.'), ...rates, ...adam }),
  object(
    'Stochastic gradient descent with momentum.',
    { type: constant('sgd', 'Gradient descent.'), ...rates, ...momentum },
    ['type'],
  ),
);

const augmentation: Properties<Augmentation> = {
  scale: number('Images grow by 0 .. this many %.', 0, 100),
  rotation: number('Images turn by up to so many degrees either way.', 0, 180),
  elastic: number('Strength of the elastic field.', 0, 100),
  shift: number('Images move by up to so many pixels. Default 0.', 0, 100),
  flip: flag('Half of the draws mirror the image. Default false.'),
  per: choice('One distortion for all images of an epoch (default), or for each image.', ['epoch', 'image']),
};

const properties: Properties<ExperimentRule> = {
  ...backward,
  loss,
  regularizer: object('Exponential weight regulariser. Default none.', regularizer),
  optimizer,
  boosting: flag('Re-weight wrongly classified samples after each epoch. Default false.'),
  batchSize: integer('Samples between two steps of the optimiser. Default 1.', 1, 4096),
  idle: choice('What the optimiser does after a batch without error: nothing (default), or a step.', ['skip', 'step']),
  encoding: choice('Spike trains of images drawn once (default) or anew each epoch.', ['once', 'epoch']),
  order: choice("Samples shuffled (default), or the data set's order with pairs swapped.", sampleOrders),
  classWeights: list(
    "One for each class: what its samples' errors are multiplied by. Default 1.",
    number('Weight of a class.', 0, 1e6),
  ),
  augmentation: object('Distorts the training images. Default: not.', augmentation),
};

export const ruleSchema = object('How the network learns: HM2-BP.', properties);
