/**
 * A network to start from: layers, learning rule and weights in one safetensors file, a third of a checkpoint's size.
 * Training begins anew from it.
 */
import { parseJson } from '../network/json.js';
import { describeNetwork, type Network, weightShape } from '../network/network.js';
import { requireInteger } from '../network/require.js';
import type { LearningRule } from '../network/rule.js';
import { checkRule, partsOf } from '../network/validate.js';
import { checkWeights } from '../network/weights.js';
import { readWholeFile, writeFileAtomic } from '#train-platform';
import { type Checkpoint, checkpointIn } from './checkpoint.js';
import { fieldsOf } from './recorded.js';
import { decodeTensors, encodeTensors, type Tensor, type TensorFile } from './safetensors.js';

export interface StartingPoint {
  readonly network: Network;
  readonly rule: LearningRule;
  readonly seed: number;
  readonly weights: readonly Float32Array[];
}

const format = 'spikelab-weights-1';

/** Writes the file; the same network gives the same bytes. @throws RangeError for weights that are not finite */
export async function writeStartingPoint(file: string, point: StartingPoint): Promise<void> {
  const { network, rule, seed, weights } = point;
  checkWeights(network, weights);
  const tensors = new Map<string, Tensor>();
  network.layers.forEach((layer, k) => {
    const { rows, columns } = weightShape(layer);
    tensors.set(`${layer.name}.weight`, { shape: [rows, columns], data: weights[k] });
  });
  const metadata = { format, settings: JSON.stringify({ network, rule, seed }) };
  await writeFileAtomic(file, encodeTensors({ tensors, metadata }));
}

export type Model = StartingPoint | Checkpoint;

export const readModel = async (file: string): Promise<Model> => modelIn(await readWholeFile(file), file);

/**
 * What a file holds that may be damaged or foreign: a starting point, or a checkpoint. @throws Error naming the file
 * and what is wrong
 */
export function modelIn(bytes: Uint8Array, file: string): Model {
  const content = decodeTensors(bytes, file);
  return content.metadata.format === format ? startingPointIn(content, file) : checkpointIn(content, file);
}

function startingPointIn({ tensors, metadata }: TensorFile, file: string): StartingPoint {
  try {
    const settings = fieldsOf<StartingPoint>('settings', parseJson(metadata.settings));
    const network = describeNetwork(...partsOf(settings.network as Network));
    const weights = network.layers.map(({ name }) => {
      const data = tensors.get(`${name}.weight`)?.data;
      if (!(data instanceof Float32Array)) throw new Error(`there is no tensor ${name}.weight of float32`);
      return data;
    });
    checkWeights(network, weights);
    const rule = checkRule(settings.rule as LearningRule);
    return { network, rule, seed: requireInteger('seed', settings.seed, 0, Number.MAX_SAFE_INTEGER), weights };
  } catch (cause) {
    throw new Error(`${file} is no network to start from: ${(cause as Error).message}; take another copy`, { cause });
  }
}
