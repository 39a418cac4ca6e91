/** A run's `report.json` as it may come from anywhere: the figures that others build on, each checked. */
import type { Experiment } from '../experiment/experiment.js';
import { experimentFrom } from '../experiment/read.js';
import { describeNetwork, type Network } from '../network/network.js';
import { requireChoice, requireInteger, requireNumber } from '../network/require.js';
import type { LearningRule } from '../network/rule.js';
import { checkRule, partsOf } from '../network/validate.js';
import {
  digestOf,
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
    return checked(JSON.parse(new TextDecoder().decode(bytes)), file);
  } catch (cause) {
    throw new Error(
      `${file} is not the report of a run (${(cause as Error).message}): give the folder that train or replicate wrote`,
      { cause },
    );
  }
}

function checked(json: unknown, file: string): RecordedRun {
  const report = fieldsOf<RunReport>('the file', json);
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
    network: describeNetwork(...partsOf(fieldsOf<Network>('network', report.network) as Network)),
    rule: checkRule(fieldsOf<LearningRule>('rule', report.rule) as LearningRule),
    weightsSha256: digestOf('weightsSha256', report.weightsSha256),
    marks: marksOf('marks', report.marks),
    ...(report.lastTest !== undefined && { lastTest: testMarkOf('lastTest', report.lastTest) }),
    epochs: epochRecordsOf('epochs', report.epochs),
    ...(report.final !== undefined && { final: finalOf(report.final) }),
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

function finalOf(json: unknown): FinalRecord {
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
