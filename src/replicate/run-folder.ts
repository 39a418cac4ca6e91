/**
 * One training run in a folder: `checkpoint.safetensors` while it runs, `report.json` after each epoch; resumable after
 * any end.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { AnyTrainTest } from '../data/datasets.js';
import type { Experiment } from '../experiment/experiment.js';
import { dataName } from '../experiment/load-data.js';
import { plannedRates, withRates } from '../experiment/rates.js';
import { relativeTo } from '../experiment/read.js';
import { ruleSettings } from '../experiment/of-preset.js';
import { resolve } from '../experiment/resolve.js';
import { ruleOptions } from '../experiment/short-forms.js';
import { describeNetwork } from '../network/network.js';
import type { LearningRule } from '../network/rule.js';
import type { Preset } from '../presets/index.js';
import { checkRule } from '../network/validate.js';
import { sequential } from '../train/build.js';
import { readCheckpoint } from '../train/checkpoint.js';
import { readWholeFile, writeFileAtomic } from '#train-platform';
import { removeDrafts } from './drafts.js';
import { checkAverage, checkDraws, type FinalRecord, finalTest, keepEpoch } from './final.js';
import { Interrupted } from '../train/interrupt.js';
import { parseRunReport } from './recorded-run.js';
import { SpikingNetwork } from '../train/model.js';
import { numericVersion } from '../train/version.js';
import type { RunReport } from './run-report.js';
import { lastAsPlanned, otherRates, ratesOfRun } from './run-rates.js';
import { sameSettings } from './same-settings.js';

export interface RunOptions {
  /** Its `epochs` are all, those of a resumed run included (default 1); its `seed` is the run's. */
  readonly experiment: Experiment;
  /** The experiment's data, loaded. */
  readonly data: AnyTrainTest;
  readonly out: string;
  readonly threads?: number;
  readonly signal?: AbortSignal;
  /** Seconds between checkpoints. Default 30. */
  readonly checkpointSeconds?: number;
  /** No live curves and no lines while training. */
  readonly silent?: boolean;
  /**
   * A run that goes on may have another learning rate and schedule than it began with: it learns with the preset's from
   * here, moments kept.
   */
  readonly changeRate?: boolean;
  /** A run that has trained more epochs than asked for is left as it is. Without it, it is refused. */
  readonly keepMore?: boolean;
  /** Called when the network is there, before it trains. */
  readonly onStart?: (net: SpikingNetwork) => void;
  /** Called with each report that was written: after each epoch, and at the end. */
  readonly onReport?: (report: RunReport) => void | Promise<void>;
}

export const checkpointOf = (out: string): string => path.join(out, 'checkpoint.safetensors');
export const reportOf = (out: string): string => path.join(out, 'report.json');

/** Whether the folder holds a run that can go on. */
export const holdsRun = (out: string): boolean => existsSync(checkpointOf(out));

/**
 * Trains in a folder; goes on when it holds a run of the same settings.
 * @throws RangeError when it holds another run, or one that has trained more epochs than asked for; Interrupted after a
 * stop, with everything saved and the report written
 */
export async function trainInFolder(options: RunOptions): Promise<RunReport> {
  const { experiment, data, out, signal, silent } = options;
  const { epochs = 1 } = experiment;
  const checkpoint = checkpointOf(out);
  await removeDrafts(out);
  const preset = resolve(experiment, data);
  const net = holdsRun(out) ? await resumed(options, preset) : fresh(options, preset);
  options.onStart?.(net);
  const remaining = epochs - net.history.epochs.length;
  const last = net.history.epochs.at(-1);
  const rates = plannedRates(experiment, preset.rule.optimizer);
  if (options.changeRate && remaining <= 0 && last && !lastAsPlanned(net, rates))
    throw new RangeError(
      `${out} has trained all of its ${last.epoch} epochs, the last with learning rate ${last.learningRate}: another rate would change nothing; give more --epochs, or that rate`,
    );
  const { final } = preset;
  checkDraws(final, data.test);
  const planned = Math.max(epochs, net.history.epochs.length);
  if (final) {
    await keepEpoch(out, net, final, planned); // it may have been killed before it could
    await checkAverage(out, net, final, planned);
  }
  const report = async (status: RunReport['status'], tested?: FinalRecord): Promise<RunReport> => {
    const written = await writeReport(options, preset, net, status, tested);
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
        learningRate: rates,
        ...(options.checkpointSeconds !== undefined && { checkpointSeconds: options.checkpointSeconds }),
        onEpoch: async () => {
          if (final) await keepEpoch(out, net, final, planned);
          await report('running');
        },
      });
    const known = final && (await testedBefore(out));
    return await report('done', final && (await finalTest(out, net, data.test, final, { known, signal })));
  } catch (error) {
    if (error instanceof Interrupted) await report('interrupted');
    throw error;
  }
}

/**
 * The final test of the folder's report, where this version can say that it stands; a report that cannot be read has
 * none, and is written anew.
 */
async function testedBefore(out: string): Promise<FinalRecord | undefined> {
  const file = reportOf(out);
  try {
    const { status, versions, final } = parseRunReport(await readWholeFile(file), file);
    return status === 'done' && versions.numeric === numericVersion && final?.hashed !== undefined ? final : undefined;
  } catch {
    return undefined;
  }
}

function fresh({ experiment: { seed = 1 }, threads }: RunOptions, preset: Preset): SpikingNetwork {
  return sequential(preset.layers, {
    ...preset.options,
    ...preset.rule,
    seed,
    ...(threads !== undefined && { threads }),
  });
}

/**
 * Looks whether {@link trainInFolder} would begin, or go on with what the folder holds; nothing is changed.
 * @throws RangeError as it does
 */
export async function checkFolder(options: RunOptions): Promise<void> {
  const preset = resolve(options.experiment, options.data);
  checkDraws(preset.final, options.data.test);
  describeNetwork(preset.layers, preset.options);
  checkRule(preset.rule);
  if (holdsRun(options.out)) await resumed(options, preset);
}

async function resumed(
  { experiment, data, out, threads, changeRate, keepMore }: RunOptions,
  preset: Preset,
): Promise<SpikingNetwork> {
  const { seed = 1, epochs = 1 } = experiment;
  const net = await SpikingNetwork.load(checkpointOf(out), threads === undefined ? {} : { threads });
  const refuse = (what: string): never => {
    throw new RangeError(`${out} holds a run with ${what}; choose another --out`);
  };
  const rates = plannedRates(experiment, preset.rule.optimizer);
  const otherwise = changeRate ? undefined : otherRates(net, rates);
  if (net.seed !== seed) refuse(`seed ${net.seed}, not ${seed}: give --seed ${net.seed}`);
  if (!sameSettings(net.network, describeNetwork(preset.layers, preset.options)))
    refuse(`another network than ${preset.name}`);
  const comparable = changeRate ? rateless : (rule: LearningRule): object => rule;
  if (!sameSettings(comparable(net.rule), comparable(checkRule(preset.rule))))
    refuse(
      `another learning rule than ${preset.name}'s: give the options it began with,${ruleOptions(preset.rule, net.rule)}`,
    );
  if (otherwise !== undefined) refuse(otherwise);
  const { dataset, dataSha256 } = net.runRecord;
  if (dataSha256 !== '' && dataSha256 !== data.train.sha256)
    refuse(
      `other data: ${dataset}, sha256 ${dataSha256}, not ${data.train.name}, ${data.train.sha256}: give the --samples it began with`,
    );
  const whole = net.history.epochs.length;
  if (net.trainedEpochs > Math.max(epochs, keepMore ? whole : 0))
    throw new RangeError(
      `${out} has trained ${net.trainedEpochs === whole ? whole : net.trainedEpochs.toFixed(2)} epochs, not ${epochs}: give ${Math.ceil(net.trainedEpochs)} or more (--epochs), or choose another folder (--out)`,
    );
  return net;
}

/** A rule without what decides its learning rate. */
export function rateless({ optimizer, ...rule }: LearningRule): object {
  const { learningRate: _, schedule: __, epochs: ___, floor: ____, ...rest } = optimizer;
  return { ...rule, optimizer: rest };
}

/** Epochs that the run in the folder was to reach when it was last trained. */
export async function plannedEpochs(out: string): Promise<number> {
  const { state } = await readCheckpoint(checkpointOf(out));
  return Math.max(1, state.position.plannedEpochs);
}

/**
 * A run that goes on with another learning rate keeps the one it began with in its experiment, as in its rule; the
 * rates of its epochs stand beside it, so that the experiment trains the same again.
 */
function asTrained(experiment: Experiment, preset: Preset, net: SpikingNetwork): Experiment {
  const { epochs = 1 } = experiment;
  const rates = ratesOfRun(net, plannedRates(experiment, preset.rule.optimizer), epochs);
  if (sameSettings(net.rule.optimizer, checkRule(preset.rule).optimizer))
    return withRates(experiment, net.rule.optimizer, rates);
  const { optimizer } = ruleSettings(net.rule);
  const begun = { ...experiment, rule: { ...experiment.rule, ...(optimizer && { optimizer }) } };
  return withRates(begun, net.rule.optimizer, rates);
}

async function writeReport(
  { experiment, out }: RunOptions,
  preset: Preset,
  net: SpikingNetwork,
  status: RunReport['status'],
  final: FinalRecord | undefined,
): Promise<RunReport> {
  const { seeds: _, epochs: planned = 1, ...rest } = asTrained(experiment, preset, net);
  const { history, epochs: completed, openRates: __, ...record } = await net.measuredRecord();
  const report: RunReport = {
    preset: preset.name,
    status,
    plannedEpochs: Math.max(planned, completed),
    completedEpochs: completed,
    epochs: history,
    data: dataName(experiment.data),
    experiment: relativeTo({ ...rest, epochs: Math.max(planned, completed), seed: net.seed }, out),
    ...(final && { final }),
    ...(preset.paper && { paper: preset.paper }),
    ...(preset.authorsLog !== undefined && { authorsLog: preset.authorsLog }),
    ...record,
  };
  await writeFileAtomic(reportOf(out), `${JSON.stringify(report, null, 2)}\n`);
  return report;
}
