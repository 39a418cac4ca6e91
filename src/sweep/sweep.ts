/** A sweep in this process: one run after another, each in a folder of its own. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { AnyTrainTest } from '../data/index.js';
import type { Experiment } from '../experiment/experiment.js';
import { experimentOf } from '../experiment/of-preset.js';
import { expandGrid, type Grid, type PlannedRun } from '../experiment/plan.js';
import { openData, readExperiment, relativeTo } from '../experiment/read.js';
import { differences } from '../experiment/settings.js';
import type { Preset } from '../presets/index.js';
import { requireKnown } from '../network/known.js';
import { requireText } from '../network/require.js';
import { removeDrafts } from '../replicate/drafts.js';
import { inFolder } from '../replicate/lock.js';
import type { RecordedRun } from '../replicate/recorded-run.js';
import { checkFolder, reportOf, trainInFolder } from '../replicate/run-folder.js';
import { NotFinite } from '../engine/slice.js';
import { Interrupted, notebookSignal } from '../train/interrupt.js';
import { writeFileAtomic } from '#train-platform';
import { type ComparedRun, reportIn, runOf } from './compared-run.js';
import { type Comparison, comparisonOf } from './comparison.js';
import { LiveTable } from './live-table.js';

export interface SweepOptions {
  /** Folder of the sweep. What it holds already is gone on with. */
  out: string;
  threads?: number;
  dataDir?: string;
  /** Whether missing data may be downloaded. Default true. */
  download?: boolean;
  signal?: AbortSignal;
  /** No table and no lines. */
  silent?: boolean;
}

/**
 * Trains an experiment with every combination of the grid's values, here and one after another; a table shows how far
 * it is and what came out. The same call goes on where an earlier one was stopped or killed, to the same bits. Folders
 * are those of `spikelab sweep`: `out/rate=0.002/seed-0`.
 * @param source preset or its name, an experiment or its file
 * @param grid for each setting, by its path, the values to try; `seed` is one of them
 * @throws RangeError for a setting or value that does not exist, before anything is trained; Interrupted after a stop,
 * with everything saved
 * @example await sweep(presets.followups.strokesDense, { 'rule.optimizer.rate': [0.001, 0.002], seed: [0, 1, 2] }, {
 * out: 'runs/rates' })
 */
export async function sweep(
  source: string | Experiment | Preset,
  grid: Grid,
  options: SweepOptions,
): Promise<Comparison> {
  requireKnown('sweep()', options, ['out', 'threads', 'dataDir', 'download', 'signal', 'silent']);
  const { silent = false } = options;
  const out = requireText('sweep({ out })', options.out, "a folder, such as { out: 'runs/rates' }");
  const experiment =
    typeof source === 'object' && source !== null && 'layers' in source
      ? experimentOf(source)
      : await readExperiment(source);
  const planned = expandGrid(experiment, grid);
  const plan = { experiment: relativeTo(experiment, out), grid };
  const load = loader(options);
  await checkFolders(planned, load, options);
  await inFolder(out, async () => {
    await removeDrafts(out);
    await writeFileAtomic(path.join(out, 'plan.json'), `${JSON.stringify(plan, null, 2)}\n`);
  });
  const live = new LiveTable(planned.length, silent);
  const runs = new Map<string, ComparedRun>();
  const all = (): ComparedRun[] => [...runs.values()];
  // Settings that let the weights grow beyond all numbers are an outcome of their own, and keep no other from being
  // tried.
  const diverged: string[] = [];
  let open: PlannedRun | undefined;
  try {
    for (const run of planned) {
      open = run;
      live.update(all(), `now ${run.folder}`);
      const data = await load(run);
      const done = await trained(run, data, options, (so) => {
        runs.set(run.folder, so);
        live.update(all(), `now ${run.folder}, epoch ${so.epochs.length}`);
      }).catch(async (error: unknown) => {
        if (!(error instanceof NotFinite)) throw error;
        const folder = folderOf(run, options.out);
        // As far as it came.
        if (existsSync(reportOf(folder))) runs.set(run.folder, swept(run, await reportIn(folder), folder));
        diverged.push(`${run.folder}: ${error.message}`);
        if (diverged.length === planned.length) throw error;
      });
      if (!done) {
        live.ran(diverged[diverged.length - 1]);
        continue;
      }
      runs.set(run.folder, done);
      live.ran(`${run.folder}: test accuracy ${(100 * (done.epochs.at(-1)?.testAccuracy ?? NaN)).toFixed(2)} %`);
    }
  } catch (error) {
    const saved = error instanceof Interrupted ? 'stopped; the same call goes on from there' : 'ended by an error';
    live.end(all(), `${runs.size} of ${planned.length} runs begun; ${saved}${open ? `, at ${open.folder}` : ''}`);
    throw error;
  }
  live.end(all(), [`${planned.length} runs`, ...diverged].join('; not to its end: '));
  const result = comparisonOf(all());
  return silent ? result : result.isShown();
}

/**
 * A grid that does not fit what the folders hold, or a combination that cannot be, is refused before anything is
 * written.
 */
async function checkFolders(
  planned: readonly PlannedRun[],
  load: (run: PlannedRun) => Promise<AnyTrainTest>,
  { out }: SweepOptions,
): Promise<void> {
  for (const run of planned) {
    const folder = folderOf(run, out);
    const data = await load(run);
    if (!(await doneReport(run, data, folder))) await checkFolder({ experiment: run.experiment, data, out: folder });
  }
}

const folderOf = (run: PlannedRun, out: string): string => path.join(out, ...run.folder.split('/'));

/** A run with what the grid gave it, which are the columns of its sweep. */
const swept = ({ values }: PlannedRun, run: RecordedRun, folder: string): ComparedRun => ({
  ...runOf(run, folder),
  values,
});

/** Data of the runs; one that follows another with the same data has the same object. */
function loader({ dataDir, download, signal, silent }: SweepOptions): (run: PlannedRun) => Promise<AnyTrainTest> {
  let last: { key: string; data: AnyTrainTest } | undefined;
  const told = new Set<string>();
  return async ({ experiment }) => {
    const key = JSON.stringify(experiment.data);
    if (last?.key !== key)
      last = {
        key,
        data: await openData(experiment.data, {
          ...(dataDir !== undefined && { dataDir }),
          ...(download !== undefined && { download }),
          ...(signal && { signal }),
          ...((silent || told.has(key)) && { quiet: true }),
        }),
      };
    told.add(key);
    return last.data;
  };
}

/** A run that is done with these settings and this data stays as it is; all others are trained to their end. */
async function trained(
  run: PlannedRun,
  data: AnyTrainTest,
  { out, threads, signal }: SweepOptions,
  onEpoch: (run: ComparedRun) => void,
): Promise<ComparedRun> {
  const folder = folderOf(run, out);
  if (signal?.aborted || notebookSignal()?.aborted) throw new Interrupted(`stopped before ${run.folder}`);
  return inFolder(folder, async () => {
    const done = await doneReport(run, data, folder);
    if (done) return swept(run, done, folder);
    const report = await trainInFolder({
      experiment: run.experiment,
      data,
      out: folder,
      silent: true,
      ...(threads !== undefined && { threads }),
      ...(signal && { signal }),
      onReport: (so) => onEpoch(swept(run, so, folder)),
    });
    return swept(run, report, folder);
  });
}

/** The record of a run that is done with these settings and this data. */
async function doneReport(
  { experiment }: PlannedRun,
  { train }: AnyTrainTest,
  folder: string,
): Promise<RecordedRun | undefined> {
  if (!existsSync(reportOf(folder))) return undefined;
  const run = await reportIn(folder);
  const isDone =
    run.status === 'done' &&
    run.dataSha256 === train.sha256 &&
    run.experiment !== undefined &&
    differences(relativeTo(run.experiment, folder), relativeTo(experiment, folder)).length === 0;
  return isDone ? run : undefined;
}
