/** Descriptions that come from a file are checked as if a person had typed them. */
import { augmentation } from './augmentation.js';
import { pick } from './known.js';
import { requireChoice, requireFlag, requireInteger } from './require.js';
import {
  convolution,
  dense,
  input,
  type InputShape,
  type Layer,
  type LayerPart,
  type Network,
  type NetworkOptions,
  neuronNames,
  pooling,
  reservoir,
} from './network.js';
import {
  adam,
  classWeightsPart,
  exponential,
  firingCount,
  hm2bp,
  type LearningRule,
  type Optimizer,
  sgd,
  softmaxCount,
  orderPart,
} from './rule.js';

/** The builder arguments that make this network again: `describeNetwork(...partsOf(network))`. */
export function partsOf(network: Network): [[InputShape, ...LayerPart[]], NetworkOptions] {
  return [
    [input(...network.inputShape), ...network.layers.map(partOf)],
    { steps: network.steps, ...pick(network.neuron, neuronNames) },
  ];
}

function partOf(layer: Layer): LayerPart {
  const common = { name: layer.name, threshold: layer.threshold, ...pick(layer, neuronNames) };
  switch (layer.type) {
    case 'dense':
      return dense(layer.units, {
        ...common,
        lateralInhibition: layer.lateralInhibition,
        initialRange: layer.initialRange,
        ...pick(layer, ['trainable', 'dropout']),
      });
    case 'convolution':
      return convolution(layer.shape[0], layer.kernel, {
        ...common,
        padding: layer.padding,
        initialRange: layer.initialRange,
        ...pick(layer, ['trainable']),
      });
    case 'pooling':
      return pooling(layer.size, { ...common, stride: layer.stride });
    case 'reservoir':
      return layer.connectivity
        ? reservoir(layer.connectivity.grid, { ...common, ...withoutGrid(layer.connectivity) })
        : reservoir(layer.units, common);
    default:
      throw new RangeError(
        `a layer of type ${JSON.stringify((layer as Layer).type)} is not known: use dense, convolution, pooling or reservoir`,
      );
  }
}

function withoutGrid<T extends { grid: unknown }>({ grid: _, ...rest }: T): Omit<T, 'grid'> {
  return rest;
}

/** The same rule, every value checked. @throws RangeError naming the value that does not fit */
export function checkRule(rule: LearningRule): LearningRule {
  const { optimizer, loss } = rule;
  requireChoice('loss.type', loss.type, ['firingCount', 'softmaxCount']);
  requireChoice('optimizer.type', optimizer.type, ['adam', 'sgd']);
  return {
    rule: hm2bp(rule.rule),
    loss: loss.type === 'softmaxCount' ? softmaxCount(loss) : firingCount(loss),
    regularizer: exponential(rule.regularizer),
    optimizer:
      optimizer.type === 'adam'
        ? adam({ ...rateOf(optimizer), ...pick(optimizer, ['beta1', 'beta2', 'epsilon']) })
        : sgd({ ...rateOf(optimizer), momentum: optimizer.momentum }),
    boosting: requireFlag('boosting', rule.boosting),
    batchSize: requireInteger('batchSize', rule.batchSize, 1, 4096),
    idle: requireChoice('idle', rule.idle, ['skip', 'step']),
    encoding: requireChoice('encoding', rule.encoding, ['once', 'epoch']),
    ...orderPart(rule.order),
    ...classWeightsPart(rule.classWeights),
    ...(rule.augmentation && { augmentation: augmentation(rule.augmentation) }),
  };
}

const rateOf = (optimizer: Optimizer): Parameters<typeof sgd>[0] => ({
  lr: optimizer.learningRate,
  ...pick(optimizer, ['schedule', 'epochs', 'floor']),
});
