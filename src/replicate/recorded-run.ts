/** A run's `report.json` as it may come from anywhere: what `verify-run` needs of it, checked. */
import { describeNetwork, type Network } from '../network/network.js';
import { requireInteger } from '../network/require.js';
import type { LearningRule } from '../network/rule.js';
import { checkRule, partsOf } from '../network/validate.js';
import type { EpochRecord } from '../train/history.js';
import type { TestMark, WeightMark } from '../train/state.js';
import type { RunReport } from './run-folder.js';

export interface RecordedRun {
  readonly status: RunReport['status'];
  readonly data: RunReport['data'];
  readonly seed: number;
  readonly network: Network;
  readonly rule: LearningRule;
  readonly dataSha256: string;
  readonly weightsSha256: string;
  readonly marks: readonly WeightMark[];
  readonly lastTest?: TestMark;
  readonly epochs: readonly EpochRecord[];
  readonly versions: RunReport['versions'];
  readonly node: string;
  /** For instance `linux x64`. */
  readonly platform: string;
}

/** @throws Error naming the file and what is wrong */
export function parseRunReport(bytes: Uint8Array, file: string): RecordedRun {
  try {
    return checked(JSON.parse(new TextDecoder().decode(bytes)) as Partial<RunReport> | null);
  } catch (cause) {
    throw new Error(`${file} is not the report of a run (${(cause as Error).message}): give the folder that train or replicate wrote`, { cause });
  }
}

function checked(report: Partial<RunReport> | null): RecordedRun {
  if (typeof report !== 'object' || report === null) throw new TypeError('no JSON object');
  const { data, network, rule, marks, lastTest, epochs, versions, machine, status } = report;
  if (!data || !network || !rule || !versions || !machine || !Array.isArray(marks) || !Array.isArray(epochs)) throw new TypeError('data, network, rule, marks, epochs, versions or machine is missing');
  if (typeof data.name !== 'string') throw new TypeError('data.name is no text');
  return {
    status: status === 'done' || status === 'interrupted' ? status : 'running',
    data: { name: data.name, size: data.size === 'full' ? 'full' : requireInteger('data.size', data.size, 1, 1_000_000) },
    seed: requireInteger('seed', report.seed, 0, Number.MAX_SAFE_INTEGER),
    network: describeNetwork(...partsOf(network)),
    rule: checkRule(rule),
    dataSha256: String(report.dataSha256),
    weightsSha256: String(report.weightsSha256),
    marks: (marks as Partial<WeightMark>[]).map(({ epoch, weightsSha256 }) => ({ epoch: requireNonNegative('epoch of a mark', epoch), weightsSha256: String(weightsSha256) })),
    ...(lastTest && {
      lastTest: {
        epoch: requireInteger('lastTest.epoch', lastTest.epoch, 1, 100_000),
        dataset: String(lastTest.dataset),
        dataSha256: String(lastTest.dataSha256),
        samples: requireInteger('lastTest.samples', lastTest.samples, 1, 1_000_000),
        hashed: requireInteger('lastTest.hashed', lastTest.hashed, 1, lastTest.samples),
        predictionsSha256: String(lastTest.predictionsSha256),
      },
    }),
    epochs: epochs as readonly EpochRecord[],
    versions: { spikelab: String(versions.spikelab), numeric: Number(versions.numeric) },
    node: String(machine.node),
    platform: `${String(machine.platform)} ${String(machine.arch)}`,
  };
}

function requireNonNegative(name: string, value: unknown): number {
  if (typeof value !== 'number' || !(value >= 0 && value <= 100_000)) throw new RangeError(`${name} is ${String(value)}: it must be a number from 0 to 100000`);
  return value;
}
