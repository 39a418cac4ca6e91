/** Replicates a preset: one run for each seed in a folder of its own, and a report beside what the paper says. */
import path from 'node:path';
import type { Experiment } from '../experiment/experiment.js';
import { experimentOf } from '../experiment/of-preset.js';
import { plannedRates } from '../experiment/rates.js';
import { openData, relativeTo } from '../experiment/read.js';
import { resolve } from '../experiment/resolve.js';
import { withSettings } from '../experiment/settings.js';
import type { Preset } from '../presets/index.js';
import { requireKnown } from '../network/known.js';
import { requireInteger, requireList, requireObject, requireText } from '../network/require.js';
import { Interrupted, notebookSignal } from '../train/interrupt.js';
import type { SpikingNetwork } from '../train/model.js';
import { commandOf } from './command.js';
import { removeDrafts } from './drafts.js';
import { earlierRuns } from './earlier-runs.js';
import { inFolder, type LockOptions } from './lock.js';
import { writeReplication } from './report.js';
import { type ReplicationRow, rowOf } from './rows.js';
import { trainInFolder } from './run-folder.js';
import type { RunReport } from './run-report.js';

export interface ReplicateOptions {
  /** One run each. Default the experiment's, or 0 .. 4. */
  seeds?: readonly number[];
  /** Of each run. Default the experiment's; a preset's are those of the paper. */
  epochs?: number;
  /** Folder of the replication. What it holds already is gone on with. */
  out: string;
  /** Only the first n training samples (n/5 test samples; n/10 of recorded spikes). */
  samples?: number;
  threads?: number;
  dataDir?: string;
  /** Whether missing data may be downloaded. Default true. */
  download?: boolean;
  signal?: AbortSignal;
  /** No lines and no live curves. */
  silent?: boolean;
  /** Called when a seed's network is there. */
  onRun?: (net: SpikingNetwork) => void;
  /** What to do about other machines that work in the folder. */
  lock?: LockOptions;
}

const optionNames = [
  'seeds',
  'epochs',
  'out',
  'samples',
  'threads',
  'dataDir',
  'download',
  'signal',
  'silent',
  'onRun',
  'lock',
];

/** Most seeds of one replication. */
const seedLimit = 1_000;
/** Least time between two reports while a run goes on, ms. */
const reportInterval = 60_000;

/**
 * Trains an experiment, or a preset, once for each seed and writes `report.json`, `report.md` and `report.html` into
 * `out`. The same call goes on where an earlier one was stopped or killed. Returns a row for each seed of the folder
 * that has results with these settings, those of earlier calls too.
 * @throws MissingDataError when the data is not here; Interrupted after a stop, with everything saved
 */
export async function replicate(source: Preset | Experiment, options: ReplicateOptions): Promise<ReplicationRow[]> {
  requireKnown('replicate()', options, optionNames);
  const { samples, threads, dataDir, download, signal, silent, onRun, lock } = options;
  const out = requireText('replicate({ out })', options.out, "a folder, such as { out: 'runs/mnist' }");
  requireObject('replicate()', source, 'a preset or an experiment');
  const given = 'layers' in source ? experimentOf(source) : source;
  const experiment = withSettings(given, [
    ...(samples === undefined ? [] : [{ path: 'data.size', value: samples }]),
    ...(options.epochs === undefined ? [] : [{ path: 'epochs', value: options.epochs }]),
  ]);
  const { epochs = 1 } = experiment;
  const seeds = checkSeeds(options.seeds ?? experiment.seeds ?? [0, 1, 2, 3, 4]);
  const data = await openData(experiment.data, {
    ...(dataDir !== undefined && { dataDir }),
    ...(download !== undefined && { download }),
    ...(signal && { signal }),
    ...(silent && { quiet: true }),
  });
  const preset = resolve(experiment, data);
  const work = async (): Promise<ReplicationRow[]> => {
    await removeDrafts(out);
    const rows = new Map<number, ReplicationRow>();
    const keep = (report: Parameters<typeof rowOf>[0]): void => {
      const row = rowOf(report);
      if (row) rows.set(row.seed, row);
    };
    const { paper, authorsLog } = preset;
    const { same, others } = await earlierRuns(out, preset, data, plannedRates(experiment, preset.rule.optimizer));
    for (const run of same) keep({ ...run, ...(paper && { paper }), ...(authorsLog !== undefined && { authorsLog }) });
    const sorted = (): ReplicationRow[] => [...rows.values()].sort((a, b) => a.seed - b.seed);
    const report = (status: 'running' | 'done' | 'interrupted'): Promise<void> => {
      // An earlier call may have gone further.
      const planned = Math.max(epochs, ...[...rows.values()].map((row) => row.epochs.length));
      const all = [...new Set([...seeds, ...rows.keys()])].sort((a, b) => a - b);
      const name = path.basename(out);
      const again = { ...experiment, epochs: planned };
      return writeReplication(out, {
        preset: preset.name,
        status,
        experiment: relativeTo({ ...again, seeds: all }, out),
        command: commandOf({ experiment: again, seeds: all, out: name, record: `${name}/report.json` }),
        seeds: all,
        plannedEpochs: planned,
        rows: sorted(),
        others,
      });
    };
    let reportedAt = -Infinity;
    const onReport = async (run: RunReport): Promise<void> => {
      keep(run);
      if (run.status !== 'running' || performance.now() - reportedAt < reportInterval) return;
      await report('running');
      reportedAt = performance.now();
    };
    try {
      for (const seed of seeds) {
        if (signal?.aborted || notebookSignal()?.aborted)
          throw new Interrupted(`stopped before seed ${seed}; the same call goes on from there`);
        await trainInFolder({
          experiment: { ...experiment, seed },
          data,
          ...(threads !== undefined && { threads }),
          ...(signal && { signal }),
          ...(silent !== undefined && { silent }),
          keepMore: true,
          out: path.join(out, `seed-${seed}`),
          ...(onRun && { onStart: onRun }),
          onReport,
        });
        await report(seed === seeds.at(-1) ? 'done' : 'running');
      }
    } catch (error) {
      if (error instanceof Interrupted) await report('interrupted');
      throw error;
    }
    return sorted();
  };
  return inFolder(out, work, lock);
}

function checkSeeds(seeds: readonly number[]): readonly number[] {
  requireList('replicate({ seeds })', seeds, 'a list such as [0, 1, 2]');
  requireInteger('number of seeds', seeds.length, 1, seedLimit);
  for (const seed of seeds) requireInteger('seed', seed, 0, Number.MAX_SAFE_INTEGER);
  if (new Set(seeds).size < seeds.length) throw new RangeError(`seeds ${seeds.join(', ')}: give each seed once`);
  return seeds;
}
