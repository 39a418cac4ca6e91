/** One training run in a folder: `checkpoint.safetensors` while it runs, `report.json` after each epoch; resumable after any end. */
import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { AnyTrainTest } from '../data/datasets.js';
import { describeNetwork } from '../network/network.js';
import { type LearningRule, ratesOf } from '../network/rule.js';
import type { Preset, ReportedAccuracy } from '../presets/index.js';
import { checkRule } from '../network/validate.js';
import { sequential } from '../train/build.js';
import { writeFileAtomic } from '#train-platform';
import type { EpochRecord } from '../network/history.js';
import { Interrupted } from '../train/interrupt.js';
import { SpikingNetwork } from '../train/model.js';
import type { RunRecord } from '../train/record.js';

export interface RunOptions {
  readonly preset: Preset;
  readonly data: AnyTrainTest;
  /** What was asked for when the data was loaded: all of it, or the first n training samples. */
  readonly size: 'full' | number;
  readonly seed: number;
  /** In all, those of a resumed run included. Default 1, or as many as the run was to reach. */
  readonly epochs?: number;
  readonly out: string;
  readonly threads?: number;
  readonly signal?: AbortSignal;
  /** Seconds between checkpoints. Default 30. */
  readonly checkpointSeconds?: number;
  /** No live curves and no lines while training. */
  readonly silent?: boolean;
  /** A run that goes on may have another learning rate and schedule than it began with: it learns with the preset's from here, moments kept. */
  readonly changeRate?: boolean;
  /** Called when the network is there, before it trains. */
  readonly onStart?: (net: SpikingNetwork) => void;
  /** Called with each report that was written: after each epoch, and at the end. */
  readonly onReport?: (report: RunReport) => void | Promise<void>;
}

/** `report.json` of a run: its record, and what it was a run of. */
export interface RunReport extends Omit<RunRecord, 'epochs' | 'history'> {
  readonly preset: string;
  readonly status: 'running' | 'done' | 'interrupted';
  readonly plannedEpochs: number;
  readonly completedEpochs: number;
  readonly epochs: readonly EpochRecord[];
  /** Name and size that give the data again. */
  readonly data: { readonly name: string; readonly size: 'full' | number };
  readonly paper?: ReportedAccuracy;
  readonly authorsLog?: string;
}

export const checkpointOf = (out: string): string => path.join(out, 'checkpoint.safetensors');
export const reportOf = (out: string): string => path.join(out, 'report.json');

/** Whether the folder holds a run that can go on. */
export const holdsRun = (out: string): boolean => existsSync(checkpointOf(out));

/**
 * Trains in a folder; goes on when it holds a run of the same settings.
 * @throws RangeError when it holds another run, or is in the middle of an epoch after the last one asked for; Interrupted after a stop, with everything saved and the report written
 */
export async function trainInFolder(options: RunOptions): Promise<RunReport> {
  const { data, out, signal, silent } = options;
  const checkpoint = checkpointOf(out);
  await removeDrafts(out);
  const net = holdsRun(out) ? await resumed(options) : fresh(options);
  options.onStart?.(net);
  const epochs = options.epochs ?? Math.max(1, net.history.plannedEpochs);
  const remaining = epochs - net.history.epochs.length;
  if (net.trainedEpochs > Math.max(epochs, net.history.epochs.length))
    throw new RangeError(
      `${out} has trained ${net.trainedEpochs.toFixed(2)} epochs: give --epochs ${Math.ceil(net.trainedEpochs)} or more`,
    );
  const report = async (status: RunReport['status']): Promise<RunReport> => {
    const written = await writeReport(options, net, epochs, status);
    await options.onReport?.(written);
    return written;
  };
  try {
    if (remaining > 0)
      await net.fit(data.train, {
        epochs: remaining,
        validation: data.test,
        checkpoint,
        silent: silent ?? false,
        ...(signal && { signal }),
        ...(options.changeRate && { learningRate: ratesOf(options.preset.rule.optimizer) }),
        ...(options.checkpointSeconds !== undefined && { checkpointSeconds: options.checkpointSeconds }),
        onEpoch: async () => void (await report('running')),
      });
  } catch (error) {
    if (error instanceof Interrupted) await report('interrupted');
    throw error;
  }
  return report('done');
}

function fresh({ preset, seed, threads }: RunOptions): SpikingNetwork {
  return sequential(preset.layers, {
    ...preset.options,
    ...preset.rule,
    seed,
    ...(threads !== undefined && { threads }),
  });
}

async function resumed({ preset, data, seed, out, threads, changeRate }: RunOptions): Promise<SpikingNetwork> {
  const net = await SpikingNetwork.load(checkpointOf(out), threads === undefined ? {} : { threads });
  const refuse = (what: string): never => {
    throw new RangeError(`${out} holds a run with ${what}; choose another --out`);
  };
  if (net.seed !== seed) refuse(`seed ${net.seed}, not ${seed}: give --seed ${net.seed}`);
  if (!sameSettings(net.network, describeNetwork(preset.layers, preset.options)))
    refuse(`another network than ${preset.name}`);
  const comparable = changeRate ? rateless : (rule: LearningRule): object => rule;
  if (!sameSettings(comparable(net.rule), comparable(checkRule(preset.rule))))
    refuse(`another learning rule than ${preset.name}'s: give the options it began with`);
  const { dataset, dataSha256 } = net.runRecord;
  if (dataSha256 !== '' && dataSha256 !== data.train.sha256)
    refuse(
      `other data: ${dataset}, sha256 ${dataSha256}, not ${data.train.name}, ${data.train.sha256}: give the --samples it began with`,
    );
  return net;
}

/** A rule without what decides its learning rate. */
function rateless({ optimizer, ...rule }: LearningRule): object {
  const { learningRate: _, schedule: __, epochs: ___, floor: ____, ...rest } = optimizer;
  return { ...rule, optimizer: rest };
}

/** Whether two networks or rules are equal. Both sides come from the same builders, so that their keys have the same order. */
export const sameSettings = (a: object, b: object): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Files that a killed process left half written. */
async function removeDrafts(out: string): Promise<void> {
  for (const name of existsSync(out) ? await readdir(out) : [])
    if (/^(checkpoint\.safetensors|report\.json)\..*\.tmp$/.test(name)) await rm(path.join(out, name), { force: true });
}

async function writeReport(
  { preset, size, out }: RunOptions,
  net: SpikingNetwork,
  planned: number,
  status: RunReport['status'],
): Promise<RunReport> {
  const { history, epochs: completed, ...record } = await net.measuredRecord();
  const report: RunReport = {
    preset: preset.name,
    status,
    plannedEpochs: Math.max(planned, completed),
    completedEpochs: completed,
    epochs: history,
    data: { name: preset.dataset, size },
    ...(preset.paper && { paper: preset.paper }),
    ...(preset.authorsLog !== undefined && { authorsLog: preset.authorsLog }),
    ...record,
  };
  await writeFileAtomic(reportOf(out), `${JSON.stringify(report, null, 2)}\n`);
  return report;
}
