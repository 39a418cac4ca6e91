/**
 * Replays golden cases: one sample through the network, one training step, the sample again; counts the spikes that
 * differ from the files and the largest difference of a trained weight. What computes is exchangeable: the scalar
 * reference here, the fast engine elsewhere.
 */
import { parseJson } from '../network/json.js';
import { requireKnown } from '../network/known.js';
import { requireText } from '../network/require.js';
import { readdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { readWholeFile } from '#train-platform';
import { createLearner } from '../hm2bp/optimizer.js';
import { simulate } from '../hm2bp/simulate.js';
import { trainBatch } from '../hm2bp/train.js';
import type { Network } from '../network/network.js';
import type { LearningRule } from '../network/rule.js';
import { spikeTimes, type SpikeTrains } from '../network/spikes.js';
import { archiveReader, folderReader, insideFolder } from './archive.js';
import { readDescription, type GoldenCase } from './description.js';
import { loadInput, loadLayerWeights, loadSpikes, loadWeights, spikeShape } from './load.js';

/** Spikes compared with a file. */
export interface SpikeComparison {
  /** Spikes in the file. */
  readonly expected: number;
  /** Spikes in one and not in the other. */
  readonly differing: number;
}

export interface LayerReport {
  readonly name: string;
  readonly before?: SpikeComparison;
  readonly after?: SpikeComparison;
  readonly weights?: { readonly compared: number; readonly largestDifference: number };
}

/** What one case showed. Comparisons that the case leaves out are absent. */
export interface CaseReport {
  readonly name: string;
  readonly description: string;
  readonly passed: boolean;
  /** Why the case could not be replayed. */
  readonly error?: string;
  readonly tolerance?: number;
  readonly input?: SpikeComparison;
  readonly layers: readonly LayerReport[];
}

/** What simulates and trains. */
export interface Backend {
  simulate(
    network: Network,
    weights: readonly Float32Array[],
    input: SpikeTrains,
  ): SpikeTrains[] | Promise<SpikeTrains[]>;
  /** Weights after one step on one sample with `rule.optimizer.learningRate`; `weights` stay as they are. */
  trainStep(
    network: Network,
    rule: LearningRule,
    weights: readonly Float32Array[],
    input: SpikeTrains,
    label: number,
  ): Float32Array[] | Promise<Float32Array[]>;
}

export const reference: Backend = {
  simulate,
  trainStep(network, rule, weights, input, label) {
    const learner = createLearner(weights);
    trainBatch(network, rule, learner, [{ input, label }], rule.optimizer.learningRate);
    return learner.weights;
  },
};

/**
 * Replays every case description (`*.json`) in a folder.
 * @throws Error when the folder holds none; a case that cannot be replayed is reported as not passed
 */
export async function verifyGolden(folder: string, backend: Backend = reference): Promise<CaseReport[]> {
  requireText('verifyGolden()', folder, 'the folder of the golden files');
  requireKnown('verifyGolden()', backend, ['simulate', 'trainStep']);
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  if (names.length === 0)
    throw new Error(`${resolve(folder)} holds no case description (*.json): name the folder of the golden files`);
  const reports: CaseReport[] = [];
  for (const name of names) reports.push(await verifyCase(join(folder, name), backend));
  return reports;
}

/** Replays one case description. */
export async function verifyCase(description: string, backend: Backend = reference): Promise<CaseReport> {
  const name = basename(description, '.json');
  try {
    const golden = readDescription(parseJson(new TextDecoder().decode(await readWholeFile(description))), name);
    return { name: golden.name, description, ...(await replay(golden, resolve(description, '..'), backend)) };
  } catch (error) {
    return {
      name,
      description,
      passed: false,
      error: error instanceof Error ? error.message : String(error),
      layers: [],
    };
  }
}

async function replay(
  golden: GoldenCase,
  folder: string,
  backend: Backend,
): Promise<Omit<CaseReport, 'name' | 'description'>> {
  const { network, rule, files, tolerance } = golden;
  const read =
    golden.archive === undefined ? folderReader(folder) : archiveReader(insideFolder(folder, golden.archive));
  const input = await loadInput(golden, read);
  const weights = await loadWeights(golden, read);
  const before = await backend.simulate(network, weights, input);
  const trained = rule && (await backend.trainStep(network, rule, weights, input, golden.label));
  const goldenTrained = await Promise.all(
    network.layers.map(async (layer, k) =>
      rule && files[k].weightsAfter ? loadLayerWeights(layer, files[k].weightsAfter, read) : undefined,
    ),
  );
  // The authors' spikes after training come from their trained weights, as written to their files.
  const after =
    trained &&
    (await backend.simulate(
      network,
      trained.map((w, k) => goldenTrained[k] ?? w),
      input,
    ));

  const layers: LayerReport[] = [];
  for (const [k, layer] of network.layers.entries()) {
    const { spikesBefore, spikesAfter } = files[k];
    const load = (file: typeof spikesBefore): Promise<SpikeTrains> | undefined =>
      file && loadSpikes(file, spikeShape(layer), network.steps, read);
    const [goldenBefore, goldenAfter] = [await load(spikesBefore), await load(spikesAfter)];
    const goldenWeights = goldenTrained[k];
    layers.push({
      name: layer.name,
      ...(goldenBefore && { before: compareSpikes(before[k], goldenBefore) }),
      ...(goldenAfter && after && { after: compareSpikes(after[k], goldenAfter) }),
      ...(goldenWeights && trained && { weights: compareWeights(trained[k], goldenWeights) }),
    });
  }
  const inputSpikes =
    golden.inputSpikes &&
    compareSpikes(input, await loadSpikes(golden.inputSpikes, network.inputShape, network.steps, read));
  const compared = [inputSpikes, ...layers.flatMap((layer) => [layer.before, layer.after])].filter(
    (comparison) => comparison !== undefined,
  );
  if (compared.length === 0 && !layers.some((layer) => layer.weights))
    throw new Error('the case names nothing to compare with: add spikes or weights to a layer');
  const passed =
    compared.every(({ differing }) => differing === 0) &&
    layers.every(({ weights: w }) => !w || w.largestDifference <= tolerance);
  return { passed, tolerance, ...(inputSpikes && { input: inputSpikes }), layers };
}

function compareSpikes(actual: SpikeTrains, expected: SpikeTrains): SpikeComparison {
  let shared = 0;
  for (let n = 0; n < expected.neurons; n++) {
    const times = new Set(spikeTimes(actual, n));
    for (const time of spikeTimes(expected, n)) if (times.has(time)) shared++;
  }
  return { expected: expected.times.length, differing: actual.times.length + expected.times.length - 2 * shared };
}

function compareWeights(actual: Float32Array, expected: Float32Array): { compared: number; largestDifference: number } {
  let largestDifference = 0;
  // Not Math.max: a NaN must fail the comparison.
  expected.forEach((value, j) => {
    const difference = Math.abs(actual[j] - value);
    if (!(difference <= largestDifference)) largestDifference = Number.isNaN(difference) ? Infinity : difference;
  });
  return { compared: expected.length, largestDifference };
}
