/** What `verify-run` makes of figures that a run's report says twice: they follow from its epochs and settings. */
import { isDeepStrictEqual } from 'node:util';
import type { AnyTrainTest } from '../data/datasets.js';
import { dataName } from '../experiment/load-data.js';
import { resolve } from '../experiment/resolve.js';
import { describeNetwork } from '../network/network.js';
import { checkRule } from '../network/validate.js';
import { accuracyNow } from '../train/call-end.js';
import { endsOf } from '../train/recorded.js';
import { numericVersion } from '../train/version.js';
import type { RecordedRun } from './recorded-run.js';
import { bestOf } from './rows.js';
import { rateless } from './run-folder.js';
import { sameSettings } from './same-settings.js';
import type { Compare } from './verified.js';

/** Figures of the report beside its epochs; a record of an earlier version has some of them. @param json the report */
export function checkSummary(json: object, run: RecordedRun, compare: Compare): void {
  const report = json as Readonly<Record<string, unknown>>;
  const { epochs, samples, experiment } = run;
  const trainSeconds = epochs.reduce((sum, { seconds }) => sum + seconds, 0);
  const written = report['epochs'] as readonly unknown[];
  const ends = report['ends'] === undefined ? undefined : endsOf('ends', report['ends']);
  const figures: Readonly<Record<string, unknown>> = {
    finalEpoch: written.at(-1),
    bestEpoch: epochs.length > 0 ? written[bestOf(epochs).epoch - 1] : undefined,
    testAccuracy: accuracyNow(epochs, ends),
    completedEpochs: epochs.length,
    trainSeconds,
    samplesPerSecond: trainSeconds > 0 ? (samples * epochs.length) / trainSeconds : 0,
    ...(experiment && {
      plannedEpochs: Math.max(experiment.epochs ?? 1, epochs.length),
      paper: experiment.paper,
      authorsLog: experiment.authorsLog,
      data: dataName(experiment.data),
      preset: experiment.name ?? dataName(experiment.data).name,
    }),
  };
  const others = Object.keys(figures).filter(
    (name) => report[name] !== undefined && !isDeepStrictEqual(report[name], figures[name]),
  );
  const all = 'as its epochs and settings have them';
  if (others.length === 0) compare('figures of the report', all, all);
  for (const name of others)
    compare(`${name} of the report`, JSON.stringify(report[name]), JSON.stringify(figures[name]) ?? 'none');
}

/** Network and rule of the record against what its experiment makes of the data; the samples, too. */
export function checkSettings(run: RecordedRun, data: AnyTrainTest, compare: Compare): void {
  if (run.samples !== data.train.length) compare('training samples', String(run.samples), String(data.train.length));
  if (!run.experiment || run.versions.numeric !== numericVersion) return;
  const { layers, options, rule } = resolve(run.experiment, data);
  const network = describeNetwork(layers, options);
  if (!sameSettings(run.network, network))
    compare('network', JSON.stringify(run.network), `${JSON.stringify(network)} in the experiment`);
  // Rates have a comparison of their own.
  const [own, asked] = [run.rule, checkRule(rule)].map(rateless);
  if (!sameSettings(own, asked))
    compare('learning rule', JSON.stringify(own), `${JSON.stringify(asked)} in the experiment`);
}
