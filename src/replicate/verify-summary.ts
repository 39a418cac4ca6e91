/** What `verify-run` makes of figures that a report says twice: they follow from its epochs, settings and data. */
import { isDeepStrictEqual } from 'node:util';
import type { AnyTrainTest } from '../data/datasets.js';
import { dataName } from '../experiment/load-data.js';
import { resolve } from '../experiment/resolve.js';
import { describeNetwork } from '../network/network.js';
import { checkRule } from '../network/validate.js';
import { presetByName, presetNames } from '../presets/index.js';
import { accuracyNow } from '../train/call-end.js';
import { differing, named, plain, whole } from './differing.js';
import { placeOf, type RecordedRun } from './recorded-run.js';
import { bestOf } from './rows.js';
import { rateless } from './run-folder.js';
import { sameSettings } from './same-settings.js';
import type { Compare } from './verified.js';

/** A report as it was written. */
type Said = Readonly<Record<string, unknown>>;

/** Every field of the report; a record of an earlier version has some of them. @param json the report */
export function checkSummary(json: object, run: RecordedRun, compare: Compare, notes: string[]): void {
  const report = json as Said;
  const figures = figuresOf(report, run);
  const others = Object.keys(figures).filter(
    (name) => report[name] !== undefined && !isDeepStrictEqual(report[name], figures[name]),
  );
  const all = 'as its epochs and settings have them';
  const settings = otherSettings(report, run);
  for (const name of others)
    compare(`${name} of the report`, JSON.stringify(report[name]), JSON.stringify(figures[name]) ?? 'none');
  for (const [name, recorded, expected] of settings) compare(name, recorded, expected);
  // The experiment was checked when it was read, and is compared by what follows from it.
  const { experiment: _, ...read } = plain(run);
  const rest = differing({ ...report, experiment: undefined }, { ...read, ...pickSaid(report, figures) });
  const changed = rest.filter(({ found, expected }) => found !== undefined && expected !== undefined);
  for (const { path, found, expected } of changed) compare(`${path} of the report`, whole(found), whole(expected));
  if (others.length + settings.length + changed.length === 0) compare('figures of the report', all, all);
  const unknown = rest.filter(({ expected }) => expected === undefined).map(({ path }) => path);
  if (unknown.length > 0) notes.push(`nothing confirms ${named(unknown)}: no version of a report has it`);
  notePaper(report, run, notes);
}

/** What follows from the epochs and the experiment; undefined what a report with this one must not have. */
function figuresOf(report: Said, run: RecordedRun): Said {
  const { epochs, samples, experiment, ends } = run;
  const written = report['epochs'] as readonly unknown[];
  const trainSeconds = epochs.reduce((sum, { seconds }) => sum + seconds, 0);
  return {
    finalEpoch: written.at(-1),
    bestEpoch: epochs.length > 0 ? written[bestOf(epochs).epoch - 1] : undefined,
    testAccuracy: accuracyNow(epochs, ends),
    plannedEpochs: plannedOf(report, run),
    completedEpochs: epochs.length,
    trainSeconds,
    samplesPerSecond: trainSeconds > 0 ? (samples * epochs.length) / trainSeconds : 0,
    ...(ends && {
      ends: ends.map((end) => {
        const restored = end.restored === undefined ? undefined : epochs[end.restored - 1]?.testAccuracy;
        const { testAccuracy: __, ...rest } = end;
        return { ...rest, ...(restored !== undefined && { testAccuracy: restored }) };
      }),
    }),
    // A record of an earlier version has no experiment.
    ...(!experiment && { paper: report['paper'], authorsLog: report['authorsLog'] }),
    ...(experiment && {
      seed: experiment.seed ?? run.seed,
      paper: experiment.paper,
      authorsLog: experiment.authorsLog,
      data: dataName(experiment.data),
      preset: experiment.name ?? dataName(experiment.data).name,
    }),
  };
}

/** A run that is done has made the epochs that it planned. */
function plannedOf({ plannedEpochs }: Said, { experiment, status, epochs: { length } }: RecordedRun): number {
  const said = typeof plannedEpochs === 'number' ? plannedEpochs : length;
  return status === 'done' ? length : Math.max(experiment ? (experiment.epochs ?? 1) : said, length);
}

/** These were compared before. */
const pickSaid = (report: Said, figures: Said): Said =>
  Object.fromEntries(Object.keys(figures).map((name) => [name, report[name]]));

/** Settings that do not fit to how far the run is. */
function otherSettings(report: Said, run: RecordedRun): [name: string, recorded: string, expected: string][] {
  const { experiment, status, epochs, parts } = run;
  const { length } = epochs;
  const place = placeOf(run);
  const planned = plannedOf(report, run);
  const others: [string, string, string][] = [];
  if (experiment && (experiment.epochs ?? 1) !== planned)
    others.push(['epochs of the experiment', String(experiment.epochs ?? 1), String(planned)]);
  const rates = experiment?.rule?.optimizer?.rates?.length ?? 0;
  if (rates > planned) others.push(['rates of the experiment', String(rates), `at most ${planned}`]);
  const end = status === 'interrupted' && place <= planned ? place : length;
  if (parts.length > 0 && place !== end) others.push(['end of the last part', `epoch ${place}`, `epoch ${end}`]);
  return others;
}

/** Reported figures beside the run's: a preset has its own, and one of the user's are the user's. */
function notePaper(report: Said, { preset, experiment }: RecordedRun, notes: string[]): void {
  const known = presetNames.includes(preset) ? presetByName(preset) : undefined;
  if (experiment && !known) return;
  const other = (['paper', 'authorsLog'] as const).filter(
    (name) => report[name] !== undefined && !isDeepStrictEqual(report[name], known?.[name]),
  );
  const why = known ? `the preset ${preset} has others` : `${preset} is no preset`;
  if (other.length > 0) notes.push(`nothing confirms ${other.join(' and ')}: ${why}`);
}

/** Network and rule of the record against what its experiment makes of the data; samples and names, too. */
export function checkSettings(run: RecordedRun, { train, test }: AnyTrainTest, compare: Compare): void {
  const { lastTest } = run;
  const facts = [
    ['training samples', run.samples, train.length],
    ['name of the training data', run.dataset, train.name],
    ...(lastTest?.dataSha256 === test.sha256
      ? ([
          ['samples of the last test', lastTest.samples, test.length],
          ['name of the test data', lastTest.dataset, test.name],
        ] as const)
      : []),
  ] as const;
  for (const [what, recorded, found] of facts) if (recorded !== found) compare(what, String(recorded), String(found));
  if (!run.experiment) return;
  const { layers, options, rule } = resolve(run.experiment, { train });
  const network = describeNetwork(layers, options);
  if (!sameSettings(run.network, network))
    compare('network', JSON.stringify(run.network), `${JSON.stringify(network)} in the experiment`);
  // Rates have a comparison of their own.
  const [own, asked] = [run.rule, checkRule(rule)].map(rateless);
  if (!sameSettings(own, asked))
    compare('learning rule', JSON.stringify(own), `${JSON.stringify(asked)} in the experiment`);
}
