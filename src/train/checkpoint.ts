/**
 * Checkpoints: one safetensors file with weights, optimiser moments, boosting weights and predictions; everything else
 * as JSON in its metadata.
 */
import { parseJson } from '../network/json.js';
import { describeNetwork, type Network, weightShape } from '../network/network.js';
import { requireInteger, requireNumber } from '../network/require.js';
import type { LearningRule } from '../network/rule.js';
import { checkRule, partsOf } from '../network/validate.js';
import { readWholeFile, writeFileAtomic } from '#train-platform';
import { decodeTensors, encodeTensors, type Tensor, type TensorFile } from './safetensors.js';
import { fieldsOf, listOf, positionOf } from './recorded.js';
import type { TrainingState } from './state.js';
import { numericVersion } from './version.js';

export interface Checkpoint {
  readonly network: Network;
  readonly rule: LearningRule;
  readonly seed: number;
  readonly state: TrainingState;
}

const format = 'spikelab-checkpoint-1';

/** Weights, moments or boosting weights that are not numbers: such a state is never written. */
export class NotFiniteState extends Error {
  override readonly name = 'NotFiniteState';
}

/**
 * Writes a checkpoint; a crash or a full disk leaves the file that was there before.
 * @throws NotFiniteState, with the file as it was
 */
export async function writeCheckpoint(file: string, { network, rule, seed, state }: Checkpoint): Promise<void> {
  const tensors = new Map<string, Tensor>();
  network.layers.forEach((layer, index) => {
    const { rows, columns } = weightShape(layer);
    const shape = [rows, columns];
    tensors.set(`${layer.name}.weight`, { shape, data: state.engine.weights[index] });
    tensors.set(`${layer.name}.moment1`, { shape, data: state.engine.moment1[index] });
    if (state.engine.moment2.length > 0)
      tensors.set(`${layer.name}.moment2`, { shape, data: state.engine.moment2[index] });
  });
  tensors.set('sampleWeights', { shape: [state.sampleWeights.length], data: state.sampleWeights });
  tensors.set('predictions', { shape: [state.predictions.length], data: state.predictions });
  for (const [name, { data }] of tensors) {
    const bad = firstNotFinite(data);
    if (bad >= 0)
      throw new NotFiniteState(
        `cannot save ${file}: tensor ${name} holds ${data[bad]} at ${bad}; go back to an earlier checkpoint, with a lower learning rate`,
      );
  }
  const settings = { numericVersion, network, rule, seed, powers: state.engine.powers, position: state.position };
  await writeFileAtomic(file, encodeTensors({ tensors, metadata: { format, settings: JSON.stringify(settings) } }));
}

/**
 * Reads a checkpoint from a file that may be damaged or foreign.
 * @throws Error naming the file and what is wrong
 */
export async function readCheckpoint(file: string): Promise<Checkpoint> {
  return checkpointIn(decodeTensors(await readWholeFile(file), file), file);
}

/** @throws Error naming the file and what is wrong */
export function checkpointIn({ tensors, metadata }: TensorFile, file: string): Checkpoint {
  if (metadata.format !== format)
    throw new Error(
      `${file} is not a Spikelab checkpoint (format ${String(metadata.format)}): give a file that net.save() or a run wrote`,
    );
  const { network, rule, seed, powers, position } = checkedSettings(metadata.settings, file);
  const tensor = <T extends Tensor['data']>(name: string, type: new (...args: never[]) => T, length?: number): T => {
    const data = tensors.get(name)?.data;
    if (!(data instanceof type))
      throw new Error(`${file} has no tensor ${name} of the right type: take another checkpoint`);
    const bad = firstNotFinite(data);
    if (bad >= 0) throw new Error(`${file}: tensor ${name} holds ${data[bad]} at ${bad}: take an earlier checkpoint`);
    if (length !== undefined && data.length !== length)
      throw new Error(`${file}: tensor ${name} has ${data.length} values, expected ${length}`);
    return data;
  };
  const matrices = (part: string): Float32Array[] =>
    network.layers.map((layer) => {
      const { rows, columns } = weightShape(layer);
      return tensor(`${layer.name}.${part}`, Float32Array, rows * columns);
    });
  const engine = {
    weights: matrices('weight'),
    moment1: matrices('moment1'),
    moment2: rule.optimizer.type === 'adam' ? matrices('moment2') : [],
    powers,
  };
  const samples = position.dataset?.samples ?? 0;
  const state: TrainingState = {
    engine,
    position,
    sampleWeights: tensor('sampleWeights', Float64Array, samples),
    predictions: tensor('predictions', Uint16Array, samples),
  };
  return { network, rule, seed, state };
}

interface Settings {
  readonly numericVersion: number;
  readonly network: Network;
  readonly rule: LearningRule;
  readonly seed: number;
  readonly powers: readonly [number, number];
  readonly position: TrainingState['position'];
}

function checkedSettings(text: string, file: string): Omit<Settings, 'numericVersion'> {
  try {
    const settings = fieldsOf<Settings>('settings', parseJson(text));
    if (settings.numericVersion !== numericVersion) {
      throw new Error(
        `it was made by numeric version ${String(settings.numericVersion)}, this is ${numericVersion}: resume it with the version that made it`,
      );
    }
    const powers = listOf('powers', settings.powers, (name, value) => requireNumber(name, value, 0, 1));
    return {
      network: describeNetwork(...partsOf(settings.network as Network)),
      rule: checkRule(settings.rule as LearningRule),
      seed: requireInteger('seed', settings.seed, 0, Number.MAX_SAFE_INTEGER),
      powers: [powers[0] ?? 1, powers[1] ?? 1],
      position: positionOf('position', settings.position),
    };
  } catch (cause) {
    throw new Error(
      `${file} cannot be resumed: ${(cause as Error).message}; take another copy or an earlier checkpoint`,
      { cause },
    );
  }
}

function firstNotFinite(data: Tensor['data']): number {
  for (let k = 0; k < data.length; k++) if (!Number.isFinite(data[k])) return k;
  return -1;
}
