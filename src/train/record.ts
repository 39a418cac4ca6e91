/** The run record: what was run, on what, with which outcome; plain JSON that a notebook shows as a tree to unfold. */
import type { Network } from '../network/network.js';
import { learningRateAt, type LearningRule } from '../network/rule.js';
import { displaySymbol } from '../plot/display.js';
import type { CallEnd, EpochRecord, RatePart } from '../network/history.js';
import { machine } from '#train-platform';
import { accuracyNow, endText, presentEnd } from './call-end.js';
import type { Machine } from './machine.js';
import type { RunPart } from './run-parts.js';
import type { TestMark, WeightMark } from './marks.js';
import { numericVersion, packageVersion } from './version.js';

export interface RunRecord {
  readonly dataset: string;
  readonly dataSha256: string;
  /** Training samples. */
  readonly samples: number;
  /** Epochs completed. */
  readonly epochs: number;
  readonly finalEpoch?: EpochRecord;
  /** Best by test accuracy: chosen on the test set, as the authors did. Report it as such. */
  readonly bestEpoch?: EpochRecord;
  /** Of these weights: of the last epoch, or what `ends` has of the last call; absent where they were not tested. */
  readonly testAccuracy?: number;
  /** Calls that ended with other weights than their last epoch's (`restoreBest`, `average`); absent without any. */
  readonly ends?: readonly CallEnd[];
  /** Learning rates so far of an epoch that is not through, where they are others than the rule's. */
  readonly openRates?: readonly RatePart[];
  /** Sum over the epochs, evaluation not counted. */
  readonly trainSeconds: number;
  readonly samplesPerSecond: number;
  /** Of the last call that trained; `parts` has them all. */
  readonly threads: number;
  readonly seed: number;
  /** sha256 of all layers' weights, float32 little-endian, row-major, in order. */
  readonly weightsSha256: string;
  /** The weights at fixed early places, to compare a repeated start with. */
  readonly marks: readonly WeightMark[];
  readonly lastTest?: TestMark;
  readonly history: readonly EpochRecord[];
  readonly network: Network;
  readonly rule: LearningRule;
  readonly versions: { readonly spikelab: string; readonly numeric: number };
  /** Of the last call that trained. */
  readonly machine: Machine;
  /** Who trained which part, in order: a run may have been cut and gone on elsewhere. */
  readonly parts: readonly RunPart[];
}

interface Facts {
  dataset?: { name: string; sha256: string; samples: number };
  epochs: readonly EpochRecord[];
  network: Network;
  rule: LearningRule;
  seed: number;
  threads: number;
  weightsSha256: string;
  marks: readonly WeightMark[];
  lastTest?: TestMark;
  parts: readonly RunPart[];
  ends?: readonly CallEnd[];
  rates?: readonly RatePart[];
}

export function runRecord({
  dataset,
  epochs,
  network,
  rule,
  seed,
  threads,
  weightsSha256,
  marks,
  lastTest,
  parts,
  ends,
  rates = [],
}: Facts): RunRecord {
  const trainSeconds = epochs.reduce((sum, epoch) => sum + epoch.seconds, 0);
  const finalEpoch = epochs.at(-1);
  const bestEpoch = epochs.reduce<EpochRecord | undefined>(
    (best, epoch) => ((epoch.testAccuracy ?? -1) > (best?.testAccuracy ?? -1) ? epoch : best),
    undefined,
  );
  const samples = dataset?.samples ?? 0;
  const testAccuracy = accuracyNow(epochs, ends);
  const ruled = learningRateAt(rule.optimizer, epochs.length);
  // Who only reads a run that is through has no part in it.
  const trainedBy = parts.at(-1);
  const record: RunRecord = {
    dataset: dataset?.name ?? 'none',
    dataSha256: dataset?.sha256 ?? '',
    samples,
    epochs: epochs.length,
    ...(finalEpoch && { finalEpoch }),
    ...(bestEpoch && { bestEpoch }),
    ...(testAccuracy !== undefined && { testAccuracy }),
    ...(ends && { ends }),
    ...(rates.some(({ learningRate }) => learningRate !== ruled) && { openRates: rates }),
    trainSeconds,
    samplesPerSecond: trainSeconds > 0 ? (samples * epochs.length) / trainSeconds : 0,
    threads: trainedBy?.threads ?? threads,
    seed,
    weightsSha256,
    marks,
    ...(lastTest && { lastTest }),
    history: epochs,
    network,
    rule,
    versions: { spikelab: packageVersion, numeric: numericVersion },
    machine: trainedBy?.machine ?? machine(),
    parts,
  };
  // Not enumerable: a copy and JSON.stringify see the figures only.
  Object.defineProperty(record, displaySymbol, {
    value: () => ({ 'application/json': record, 'text/plain': summary(record) }),
  });
  return record;
}

/** `run record: mnist/train, 60,000 samples, 2 epochs, test accuracy 96.87 %, 52.1 s, seed 7, weights 1daa3bda…` */
function summary(record: RunRecord): string {
  const { dataset, samples, epochs, testAccuracy, ends, trainSeconds, seed, weightsSha256 } = record;
  const end = presentEnd(ends, epochs);
  const test = testAccuracy === undefined ? [] : [`test accuracy ${(100 * testAccuracy).toFixed(2)} %`];
  const facts = [
    dataset,
    `${samples.toLocaleString('en')} samples`,
    `${epochs} epochs`,
    ...test,
    ...(end ? [endText(end)] : []),
    `${trainSeconds.toFixed(1)} s`,
    `seed ${seed}`,
    `weights ${weightsSha256.slice(0, 8)}…`,
  ];
  return `run record: ${facts.join(', ')}`;
}
