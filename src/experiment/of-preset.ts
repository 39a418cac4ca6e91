/** A preset as an experiment: what `--print` writes, and what its runs record. */
import { requireList, requireObject } from '../network/require.js';
import { pick } from '../network/known.js';
import { prefixes } from '../network/join.js';
import type { LayerPart } from '../network/network.js';
import { type LearningRule, orderPart } from '../network/rule.js';
import type { Preset } from '../presets/index.js';
import type { Experiment, ExperimentNetwork, ExperimentRule, HiddenLayer } from './experiment.js';

/** @param size of the data, when not all of it is used */
export function experimentOf(preset: Preset, size: 'full' | number = 'full'): Experiment {
  requireObject('experimentOf()', preset, 'a preset');
  requireList('experimentOf(): layers of the preset', preset.layers, 'a list that begins with input(…)');
  const { name, dataset, rule, epochs, final, paper, authorsLog } = preset;
  return {
    name,
    data: { name: dataset, ...(size !== 'full' && { size }) },
    network: networkOf(preset),
    rule: withOwnEpochs(ruleSettings(rule), epochs),
    epochs,
    ...(final && { final }),
    ...(paper && { paper }),
    ...(authorsLog !== undefined && { authorsLog }),
  };
}

/** The threshold that all dense hidden layers share is written once. */
function networkOf({ layers: [{ shape }, ...parts], options }: Preset): ExperimentNetwork {
  const output = parts[parts.length - 1];
  const hidden = parts.slice(0, -1);
  if (output.type !== 'dense')
    throw new RangeError('the last layer of an experiment is dense: end it with dense(classes)');
  const thresholds = new Set(hidden.flatMap((part) => (part.type === 'dense' ? [part.threshold ?? 20] : [])));
  const shared = thresholds.size === 1 ? [...thresholds][0] : undefined;
  const { type: _, ...last } = withoutUsual(output, ['output']);
  const names = hidden.map(({ type }, k) => {
    const before = hidden.slice(0, k + 1).filter((one) => one.type === type);
    return `${prefixes[type]}${before.length}`;
  });
  return {
    input: shape,
    hidden: hidden.map((part, k) => hiddenLayer(withoutUsual(part, names.slice(k, k + 1)), shared)),
    output: { threshold: 20, lateralInhibition: 0, ...last }, // dense()'s own, where the preset leaves them out
    ...(shared !== undefined && { threshold: shared }),
    ...pick(options, ['steps', 'tauM', 'tauS', 'refractory']),
  };
}

/** A layer without what its builder would take anyway: a recorded network has all of it. */
function withoutUsual<Part extends LayerPart>(part: Part, names: readonly string[]): Part {
  const size = part.type === 'pooling' ? part.size : undefined;
  const usual: Readonly<Record<string, unknown>> = {
    lateralInhibition: 0,
    initialRange: part.type === 'convolution' ? 0.5 : 1,
    padding: 0,
    stride: size,
    name: names[0],
  };
  const own = Object.entries(part).filter(([key, value]) => !(key in usual) || usual[key] !== value);
  return Object.fromEntries(own) as Part;
}

function hiddenLayer(part: LayerPart, shared: number | undefined): HiddenLayer {
  if (part.type === 'reservoir') {
    const { units: _, grid, ...rest } = part;
    if (!grid)
      throw new RangeError('a reservoir with weights from a file cannot stand in an experiment: give it a grid');
    return { size: grid, ...rest };
  }
  if (part.type !== 'dense') return part;
  const { type: _, threshold = 20, ...rest } = part;
  const own = threshold === shared ? rest : { ...rest, threshold };
  return Object.keys(own).length === 1 ? own.units : own;
}

/** A schedule over all epochs says no number of its own: it takes as many as the experiment is given. */
function withOwnEpochs({ optimizer, ...rule }: ExperimentRule, all: number): ExperimentRule {
  if (!optimizer) return rule;
  const { epochs, ...rest } = optimizer;
  return { ...rule, optimizer: epochs === all ? rest : optimizer };
}

export function ruleSettings({ rule, optimizer, order, ...rest }: LearningRule): ExperimentRule {
  const { learningRate: rate, type, ...others } = optimizer;
  return {
    ...rule,
    ...rest,
    ...orderPart(order),
    optimizer: { type, rate, ...others },
  };
}
