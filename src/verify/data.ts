/** The data that `verify-run` repeats runs with. */
import path from 'node:path';
import type { AnyTrainTest } from '../data/datasets.js';
import { MissingDataError } from '../data/registry/locate.js';
import type { ExperimentData } from '../experiment/experiment.js';
import { isOwn, type LoadOptions, withPaths } from '../experiment/load-data.js';
import { openData } from '../experiment/read.js';
import { pick } from '../network/known.js';
import type { RecordedRun } from '../replicate/recorded-run.js';

export type Open = (run: RecordedRun) => Promise<AnyTrainTest>;

/** Opens the data of a run, the same data once for all runs. @throws MissingDataError naming what is not there */
export function openOnce(options: LoadOptions): Open {
  const opened = new Map<string, Promise<AnyTrainTest>>();
  return (run) => {
    const source = run.experiment?.data ?? run.data;
    const key = JSON.stringify(source);
    const data = opened.get(key) ?? openSource(source, options);
    opened.set(key, data);
    return data;
  };
}

async function openSource(source: ExperimentData, options: LoadOptions): Promise<AnyTrainTest> {
  const asked = pick(options, ['dataDir', 'download', 'signal', 'quiet']);
  return openData(source, asked).catch((cause: unknown) => {
    if (!(cause instanceof MissingDataError && isOwn(source))) throw cause;
    throw new MissingDataError(
      `the data of the run, ${filesOf(source).join(', ')}, is not where it lay when the run was made: give the folder that holds it (--data-dir)`,
      { cause },
    );
  });
}

/** Names of the files, without their folders. */
function filesOf(data: ExperimentData): string[] {
  const names: string[] = [];
  withPaths(data, (file) => (names.push(path.basename(file)), file));
  return names;
}
