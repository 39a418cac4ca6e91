/** A run's `report.json` as it may come from anywhere: the figures that others build on, each checked. */
import type { Experiment } from '../experiment/experiment.js';
import { experimentFrom } from '../experiment/read.js';
import { parseJson } from '../network/json.js';
import { describeNetwork, type Network } from '../network/network.js';
import { requireChoice, requireInteger, requireNumber } from '../network/require.js';
import type { LearningRule } from '../network/rule.js';
import { checkRule, partsOf } from '../network/validate.js';
import {
  digestOf,
  endsOf,
  epochRecordsOf,
  fieldsOf,
  machineOf,
  marksOf,
  partsOfRun,
  samplesOf,
  testMarkOf,
  textOf,
} from '../train/recorded.js';
import { hashedPredictions } from '../train/validation.js';
import type { FinalRecord } from './final.js';
import type { RunReport } from './run-report.js';

/** What of a report can be checked by itself; the rest of it follows from these figures, or is the preset's. */
export type RecordedRun = Omit<
  RunReport,
  | 'finalEpoch'
  | 'bestEpoch'
  | 'testAccuracy'
  | 'samplesPerSecond'
  | 'paper'
  | 'authorsLog'
  | 'plannedEpochs'
  | 'completedEpochs'
  | 'experiment'
> & {
  /** As it was written, with paths from here; absent in a record of an earlier version. See `recordedExperiment`. */
  readonly experiment?: Experiment;
};

/** @throws Error naming the file and what is wrong */
export function parseRunReport(bytes: Uint8Array, file: string): RecordedRun {
  try {
    return withPlaces(checked(parseJson(new TextDecoder().decode(bytes)), file));
  } catch (cause) {
    throw new Error(
      `${file} is not the report of a run (${(cause as Error).message}): give the folder that train or replicate wrote`,
      { cause },
    );
  }
}

function checked(json: unknown, file: string): RecordedRun {
  const report = fieldsOf<RunReport>('the file', json);
  if ('rows' in report) throw new TypeError('it is that of a replication, which is verified with its folder');
  const data = fieldsOf<RunReport['data']>('data', report.data);
  const versions = fieldsOf<RunReport['versions']>('versions', report.versions);
  return {
    preset: textOf('preset', report.preset),
    status: requireChoice('status', report.status, ['running', 'done', 'interrupted']),
    data: {
      name: textOf('data.name', data.name),
      size: data.size === 'full' ? 'full' : requireInteger('data.size', data.size, 1, 1_000_000),
    },
    ...(report.experiment !== undefined && { experiment: experimentFrom(report.experiment, file) }),
    dataset: textOf('dataset', report.dataset),
    dataSha256: report.dataSha256 === '' ? '' : digestOf('dataSha256', report.dataSha256), // stopped before the first sample
    samples: samplesOf('samples', report.samples, 0),
    seed: requireInteger('seed', report.seed, 0, Number.MAX_SAFE_INTEGER),
    network: partOf('network', () =>
      describeNetwork(...partsOf(fieldsOf<Network>('network', report.network) as Network)),
    ),
    rule: partOf('rule', () => checkRule(fieldsOf<LearningRule>('rule', report.rule) as LearningRule)),
    weightsSha256: digestOf('weightsSha256', report.weightsSha256),
    marks: marksOf('marks', report.marks),
    ...(report.ends !== undefined && { ends: endsOf('ends', report.ends) }),
    ...(report.lastTest !== undefined && { lastTest: testMarkOf('lastTest', report.lastTest) }),
    epochs: epochRecordsOf('epochs', report.epochs),
    ...(report.final !== undefined && { final: finalRecordOf(report.final) }),
    trainSeconds: requireNumber('trainSeconds', report.trainSeconds, 0, Number.MAX_VALUE),
    threads: requireInteger('threads', report.threads, 1, 256),
    versions: {
      spikelab: textOf('versions.spikelab', versions.spikelab),
      numeric: requireInteger('versions.numeric', versions.numeric, 0, 1_000_000),
    },
    machine: machineOf('machine', report.machine),
    parts: partsOfRun('parts', report.parts ?? []), // a record of an earlier version has none
  };
}

/** What lacks whole parts of a network or a rule has no message of its own. */
function partOf<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof TypeError) || !/^Cannot read|is not (iterable|a function)/.test(cause.message)) throw cause;
    throw new TypeError(`${name} lacks parts that every run has`, { cause });
  }
}

/** How far the run is trained, in epochs; of a record of an earlier version, without parts, so far as its epochs. */
export const placeOf = ({ parts, epochs }: Pick<RecordedRun, 'parts' | 'epochs'>): number =>
  parts.at(-1)?.to ?? epochs.length;

/** Nothing lies beyond the place that the run reached: whoever repeats it would train for ever. */
function withPlaces(run: RecordedRun): RecordedRun {
  const { parts, marks, epochs } = run;
  const { length } = epochs;
  const to = placeOf(run);
  if (to < length || to > length + 1)
    throw new RangeError(`its parts end at epoch ${to}, it must be ${length} .. ${length + 1} after ${length} epochs`);
  const order = parts.flatMap(({ from, to: end }) => [from, end]);
  const back = order.findIndex((place, k) => place < (order[k - 1] ?? 0));
  if (back >= 0) throw new RangeError(`parts[${back >> 1}] goes back to ${order[back]} from ${order[back - 1]}`);
  const end = parts.length > 0 ? to : length + 1;
  const beyond = marks.findIndex(({ epoch }, k) => epoch > end || epoch <= (marks[k - 1]?.epoch ?? 0));
  if (beyond >= 0)
    throw new RangeError(
      `marks[${beyond}] is of epoch ${marks[beyond].epoch}, it must be more than ${marks[beyond - 1]?.epoch ?? 0}, at most ${end}`,
    );
  return run;
}

function finalRecordOf(json: unknown): FinalRecord {
  const { average, asked, draws, testAccuracy, weightsSha256, testSha256, hashed, predictionsSha256 } =
    fieldsOf<FinalRecord>('final', json);
  return {
    average: requireInteger('final.average', average, 1, 100),
    ...(asked !== undefined && { asked: requireInteger('final.asked', asked, 2, 100) }),
    draws: requireInteger('final.draws', draws, 1, 1_000),
    testAccuracy: requireNumber('final.testAccuracy', testAccuracy, 0, 1),
    weightsSha256: digestOf('final.weightsSha256', weightsSha256),
    testSha256: digestOf('final.testSha256', testSha256),
    ...((hashed !== undefined || predictionsSha256 !== undefined) && {
      hashed: requireInteger('final.hashed', hashed, 1, hashedPredictions),
      predictionsSha256: digestOf('final.predictionsSha256', predictionsSha256),
    }),
  };
}
