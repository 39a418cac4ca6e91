/**
 * Networks and rules that somebody wrote by hand, or changed: as in `validate.ts` every value is checked, and what
 * there is not is refused. (Files may hold what another version wrote: of them only the known fields are read.)
 */
import { requireKnown } from './known.js';
import { describeNetwork, type Layer, type Network, neuronNames } from './network.js';
import { requireChoice, requireInteger, requireList, requireObject } from './require.js';
import { type LearningRule, ruleNames } from './rule.js';
import { checkRule, partsOf } from './validate.js';

type Fields = Readonly<Record<string, unknown>>;

const layerNames = ['type', 'name', 'inputs', 'units', 'threshold', ...neuronNames];
/** Fields of each kind of layer. */
const fieldsOf: Readonly<Record<Layer['type'], readonly string[]>> = {
  dense: [...layerNames, 'lateralInhibition', 'initialRange', 'trainable', 'dropout'],
  convolution: [...layerNames, 'inputShape', 'shape', 'kernel', 'padding', 'initialRange', 'trainable'],
  pooling: [...layerNames, 'inputShape', 'shape', 'size', 'stride'],
  reservoir: [...layerNames, 'connectivity'],
};
/** Fields that the layers before decide. */
const derived = ['inputs', 'units', 'inputShape', 'shape'];

/**
 * The same network, checked as if it were built anew.
 * @param name of the function that takes it
 * @throws TypeError, RangeError naming the value that does not fit
 */
export function givenNetwork(name: string, network: Network): Network {
  requireObject(name, network, 'a network, such as describeNetwork([input(784), dense(10)])');
  requireKnown('a network', network, ['inputShape', 'inputs', 'layers', 'steps', 'neuron']);
  requireList('inputShape of a network', network.inputShape, 'a list such as [28, 28]');
  requireList('layers of a network', network.layers, 'a list of layers');
  requireInteger('steps', network.steps, 1, 4096);
  requireObject('neuron of a network', network.neuron, '{ tauM, tauS, refractory }');
  requireKnown('neuron of a network', network.neuron, neuronNames);
  network.layers.forEach((layer, k) => requireLayer(`layers[${k}] of a network`, layer));
  const built = describeNetwork(...partsOf(network));
  requireSame('a network', network, built);
  network.layers.forEach((layer, k) => requireSame(`layer ${built.layers[k].name}`, layer, built.layers[k]));
  return built;
}

function requireLayer(name: string, layer: Layer): void {
  requireObject(name, layer, 'a layer, as describeNetwork() makes it');
  requireChoice(`type of ${name}`, layer.type, Object.keys(fieldsOf) as Layer['type'][]);
  requireKnown(name, layer, fieldsOf[layer.type]);
  if (layer.type === 'convolution') requireList(`shape of ${name}`, layer.shape, '[channels, rows, columns]');
  if (layer.type !== 'reservoir' || layer.connectivity === undefined) return;
  const connectivity = ['grid', 'inputConnections', 'inputWeight', 'recurrentWeight'];
  requireKnown(`connectivity of ${name}`, layer.connectivity, connectivity);
}

function requireSame(name: string, given: object, built: object): void {
  for (const key of derived) {
    const [value, right] = [given, built].map((one) => (one as Fields)[key]);
    if (value !== undefined && String(value) !== String(right))
      throw new RangeError(
        `${name}: ${key} is ${String(value)}, its layers make it ${String(right)}: build it with describeNetwork()`,
      );
  }
}

const optimizerNames = ['type', 'learningRate', 'schedule', 'epochs', 'floor'];

/** What a rule by hand may leave out, as `learningRule` has it. */
const usual: Partial<LearningRule> = { boosting: false, batchSize: 1, idle: 'skip', encoding: 'once' };

/** The same rule, checked as if its builders had made it. @throws TypeError, RangeError as `givenNetwork` */
export function givenRule(name: string, rule: LearningRule): LearningRule {
  requireObject(name, rule, 'a learning rule, such as learningRule({ optimizer: adam() })');
  requireKnown('a learning rule', rule, ruleNames);
  requireObject('rule', rule.rule, 'what hm2bp() makes');
  requireObject('loss', rule.loss, 'what firingCount() or softmaxCount() makes');
  requireObject('regularizer', rule.regularizer, 'what exponential() makes');
  const { type } = requireObject('optimizer', rule.optimizer, 'what adam() or sgd() makes');
  requireChoice('optimizer.type', type, ['adam', 'sgd']);
  const own = type === 'adam' ? ['beta1', 'beta2', 'epsilon'] : ['momentum'];
  requireKnown(`the optimizer '${type}'`, rule.optimizer, [...optimizerNames, ...own]);
  return checkRule({ ...usual, ...rule });
}
