/**
 * Figures of a training as they come from a file, which may be damaged or made to harm: checked before anything uses
 * them.
 */
import { requireInteger, requireNumber } from '../network/require.js';
import type { CallEnd, EpochRecord, LayerRecord, ProgressPoint, RatePart } from '../network/history.js';
import { checkedParts } from './rates.js';
import type { RunPart } from './run-parts.js';
import type { TestMark, WeightMark } from './marks.js';
import { type Position, startPosition, type Tally } from './state.js';

const mostEpochs = 100_000;
const mostSamples = 100_000_000;

/** Fields of an object that may be anything. @throws TypeError naming it */
export function fieldsOf<T extends object>(name: string, value: unknown): Partial<Record<keyof T, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new TypeError(`${name} is ${JSON.stringify(value) ?? 'missing'}, not an object`);
  return value;
}

export function textOf(name: string, value: unknown): string {
  if (typeof value !== 'string') throw new TypeError(`${name} is ${JSON.stringify(value) ?? 'missing'}, not a text`);
  return value;
}

/** 64 hexadecimal digits. */
export function digestOf(name: string, value: unknown): string {
  if (!/^[0-9a-f]{64}$/.test(textOf(name, value)))
    throw new RangeError(`${name} is ${JSON.stringify(value)}, not a sha256`);
  return value as string;
}

export const epochOf = (name: string, value: unknown): number => requireNumber(name, value, 0, mostEpochs);
export const samplesOf = (name: string, value: unknown, low = 1): number =>
  requireInteger(name, value, low, mostSamples);

export function listOf<T>(name: string, value: unknown, item: (name: string, value: unknown) => T): T[] {
  if (!Array.isArray(value)) throw new TypeError(`${name} is ${JSON.stringify(value) ?? 'missing'}, not a list`);
  return value.map((entry, k) => item(`${name}[${k}]`, entry));
}

/** Records of the epochs 1, 2, 3, … */
export function epochRecordsOf(name: string, value: unknown): EpochRecord[] {
  const records = listOf(name, value, (at, entry): EpochRecord => {
    const { epoch, trainAccuracy, testAccuracy, cost, seconds, learningRate, rates, layers } = fieldsOf<EpochRecord>(
      at,
      entry,
    );
    return {
      epoch: requireInteger(`${at}.epoch`, epoch, 1, mostEpochs),
      trainAccuracy: requireNumber(`${at}.trainAccuracy`, trainAccuracy, 0, 1),
      ...(testAccuracy !== undefined && { testAccuracy: requireNumber(`${at}.testAccuracy`, testAccuracy, 0, 1) }),
      cost: requireNumber(`${at}.cost`, cost, 0, Number.MAX_VALUE),
      seconds: requireNumber(`${at}.seconds`, seconds, 0, Number.MAX_VALUE),
      learningRate: requireNumber(`${at}.learningRate`, learningRate, 0, Number.MAX_VALUE),
      ...(rates !== undefined && { rates: ratePartsOf(`${at}.rates`, rates) }),
      ...(layers !== undefined && { layers: listOf(`${at}.layers`, layers, layerRecordOf) }),
    };
  });
  const wrong = records.findIndex(({ epoch }, k) => epoch !== k + 1);
  if (wrong >= 0) throw new RangeError(`${name}[${wrong}] is of epoch ${records[wrong].epoch}, not ${wrong + 1}`);
  return records;
}

const ratePartsOf = (name: string, value: unknown): readonly RatePart[] =>
  checkedParts(
    name,
    listOf(name, value, (at, entry) => {
      const { from, learningRate } = fieldsOf<RatePart>(at, entry);
      return {
        from: samplesOf(`${at}.from`, from, 0),
        learningRate: requireNumber(`${at}.learningRate`, learningRate, 0, Number.MAX_VALUE),
      };
    }),
  );

export const endsOf = (name: string, value: unknown): CallEnd[] =>
  listOf(name, value, (at, entry) => {
    const { epoch, restored, averaged, testAccuracy } = fieldsOf<CallEnd>(at, entry);
    return {
      epoch: requireInteger(`${at}.epoch`, epoch, 0, mostEpochs),
      ...(restored !== undefined && { restored: requireInteger(`${at}.restored`, restored, 0, mostEpochs) }),
      ...(averaged !== undefined && { averaged: requireInteger(`${at}.averaged`, averaged, 1, mostEpochs) }),
      ...(testAccuracy !== undefined && { testAccuracy: requireNumber(`${at}.testAccuracy`, testAccuracy, 0, 1) }),
    };
  });

function layerRecordOf(at: string, entry: unknown): LayerRecord {
  const { name, silent, rate, weightNorm } = fieldsOf<LayerRecord>(at, entry);
  return {
    name: textOf(`${at}.name`, name),
    silent: requireNumber(`${at}.silent`, silent, 0, 1),
    rate: requireNumber(`${at}.rate`, rate, 0, Number.MAX_VALUE),
    weightNorm: requireNumber(`${at}.weightNorm`, weightNorm, 0, Number.MAX_VALUE),
  };
}

export const progressOf = (name: string, value: unknown): ProgressPoint[] =>
  listOf(name, value, (at, entry) => {
    const { epoch, trainAccuracy, cost } = fieldsOf<ProgressPoint>(at, entry);
    return {
      epoch: epochOf(`${at}.epoch`, epoch),
      trainAccuracy: requireNumber(`${at}.trainAccuracy`, trainAccuracy, 0, 1),
      cost: requireNumber(`${at}.cost`, cost, 0, Number.MAX_VALUE),
    };
  });

export const marksOf = (name: string, value: unknown): WeightMark[] =>
  listOf(name, value, (at, entry) => {
    const { epoch, weightsSha256 } = fieldsOf<WeightMark>(at, entry);
    return { epoch: epochOf(`${at}.epoch`, epoch), weightsSha256: digestOf(`${at}.weightsSha256`, weightsSha256) };
  });

export function testMarkOf(name: string, value: unknown): TestMark {
  const { epoch, dataset, dataSha256, samples, hashed, predictionsSha256 } = fieldsOf<TestMark>(name, value);
  const count = samplesOf(`${name}.samples`, samples);
  return {
    epoch: requireInteger(`${name}.epoch`, epoch, 1, mostEpochs),
    dataset: textOf(`${name}.dataset`, dataset),
    dataSha256: digestOf(`${name}.dataSha256`, dataSha256),
    samples: count,
    hashed: requireInteger(`${name}.hashed`, hashed, 1, count),
    predictionsSha256: digestOf(`${name}.predictionsSha256`, predictionsSha256),
  };
}

export function machineOf(name: string, value: unknown): RunPart['machine'] {
  const { node, platform, arch, cpu, cores } = fieldsOf<RunPart['machine']>(name, value);
  return {
    node: textOf(`${name}.node`, node),
    platform: textOf(`${name}.platform`, platform),
    arch: textOf(`${name}.arch`, arch),
    cpu: textOf(`${name}.cpu`, cpu),
    cores: requireInteger(`${name}.cores`, cores, 1, 65_536),
  };
}

export const partsOfRun = (name: string, value: unknown): RunPart[] =>
  listOf(name, value, (at, entry) => {
    const { from, to, threads, machine, spikelab } = fieldsOf<RunPart>(at, entry);
    return {
      from: epochOf(`${at}.from`, from),
      to: epochOf(`${at}.to`, to),
      threads: requireInteger(`${at}.threads`, threads, 1, 256),
      machine: machineOf(`${at}.machine`, machine),
      spikelab: textOf(`${at}.spikelab`, spikelab),
    };
  });

function tallyOf(name: string, value: unknown): Tally {
  const { samples, correct, cost } = fieldsOf<Tally>(name, value);
  const count = samplesOf(`${name}.samples`, samples, 0);
  return {
    samples: count,
    correct: requireInteger(`${name}.correct`, correct, 0, count),
    cost: requireNumber(`${name}.cost`, cost, 0, Number.MAX_VALUE),
  };
}

/** Where a training stands. A file of an earlier version has no marks or parts. */
export function positionOf(name: string, value: unknown): Position {
  const {
    epoch,
    place,
    seconds,
    epochTally,
    pointTally,
    epochs,
    progress,
    marks,
    lastTest,
    dataset,
    plannedEpochs,
    parts,
    rates,
    ends,
  } = { ...startPosition, ...fieldsOf<Position>(name, value) };
  const facts =
    dataset === undefined ? undefined : fieldsOf<NonNullable<Position['dataset']>>(`${name}.dataset`, dataset);
  const samples = facts && samplesOf(`${name}.dataset.samples`, facts.samples);
  return {
    epoch: requireInteger(`${name}.epoch`, epoch, 0, mostEpochs),
    place: requireInteger(`${name}.place`, place, 0, samples ?? 0),
    seconds: requireNumber(`${name}.seconds`, seconds, 0, Number.MAX_VALUE),
    ...(rates !== undefined && { rates: ratePartsOf(`${name}.rates`, rates) }),
    epochTally: tallyOf(`${name}.epochTally`, epochTally),
    pointTally: tallyOf(`${name}.pointTally`, pointTally),
    epochs: epochRecordsOf(`${name}.epochs`, epochs),
    progress: progressOf(`${name}.progress`, progress),
    marks: marksOf(`${name}.marks`, marks),
    parts: partsOfRun(`${name}.parts`, parts),
    ...(ends !== undefined && { ends: endsOf(`${name}.ends`, ends) }),
    ...(lastTest !== undefined && { lastTest: testMarkOf(`${name}.lastTest`, lastTest) }),
    ...(facts &&
      samples !== undefined && {
        dataset: {
          name: textOf(`${name}.dataset.name`, facts.name),
          sha256: digestOf(`${name}.dataset.sha256`, facts.sha256),
          samples,
        },
      }),
    plannedEpochs: requireInteger(`${name}.plannedEpochs`, plannedEpochs, 0, mostEpochs),
  };
}
