/** What `verify-run` makes of figures that a report says twice: they follow from its epochs, settings and data. */
import { isDeepStrictEqual } from 'node:util';
import type { AnyTrainTest } from '../data/datasets.js';
import { dataName } from '../experiment/load-data.js';
import { resolve } from '../experiment/resolve.js';
import { describeNetwork } from '../network/network.js';
import { checkRule } from '../network/validate.js';
import { presetByName, presetNames } from '../presets/index.js';
import { accuracyNow } from '../train/call-end.js';
import { hashedPredictions } from '../train/validation.js';
import { differing, firstOfEach, named, plain } from './differing.js';
import { placeOf, type RecordedRun } from '../replicate/recorded-run.js';
import { bestOf } from '../replicate/rows.js';
import { rateless } from '../replicate/run-folder.js';
import { sameSettings } from '../replicate/same-settings.js';
import type { Findings } from './verified.js';

/** A report as it was written. */
type Said = Readonly<Record<string, unknown>>;

/** Every field of the report; a record of an earlier version has some of them. @param json the report */
export function checkSummary(json: object, run: RecordedRun, { compare, differ, open, checks }: Findings): void {
  const report = json as Said;
  const before = checks.length;
  const figures = figuresOf(report, run);
  for (const [name, expected] of Object.entries(figures))
    if (report[name] !== undefined && !isDeepStrictEqual(report[name], expected))
      differ(`${name} of the report`, report[name], expected);
  for (const [name, recorded, expected] of otherSettings(report, run)) differ(name, recorded, expected);
  // The experiment was checked when it was read, and is compared by what follows from it.
  const { experiment: _, ...read } = plain(run);
  const rest = differing({ ...report, experiment: undefined }, { ...read, ...pickSaid(report, figures) });
  for (const { path, found, expected } of rest)
    if (found !== undefined && expected !== undefined) differ(`${path} of the report`, found, expected);
  const all = 'as its epochs and settings have them';
  if (checks.length === before) compare('figures of the report', all, all);
  const unknown = rest.filter(({ expected }) => expected === undefined).map(({ path }) => path);
  if (unknown.length > 0) open.push(`${named(unknown)}, which no version of a report has`);
  // An earlier version did not write all; whoever leaves one out leaves its comparisons out.
  const written = run.epochs.length > 0 ? [...always, ...tested] : always;
  const lacking = written.filter((name) => report[name] === undefined);
  if (lacking.length > 0) open.push(`${named(lacking)}, which the report lacks`);
  checkPreset(report, run, { differ, open });
}

const always = ['experiment', 'parts', 'plannedEpochs', 'completedEpochs', 'samplesPerSecond'];
/** Of a run that was tested, as each is at the end of its first epoch. */
const tested = ['finalEpoch', 'bestEpoch', 'lastTest'];

/** What follows from the epochs and the experiment; undefined what a report with this one must not have. */
function figuresOf(report: Said, run: RecordedRun): Said {
  const { epochs, samples, experiment, ends } = run;
  const written = report['epochs'] as readonly unknown[];
  const trainSeconds = epochs.reduce((sum, { seconds }) => sum + seconds, 0);
  return {
    finalEpoch: written.at(-1),
    bestEpoch: epochs.length > 0 ? written[bestOf(epochs).epoch - 1] : undefined,
    testAccuracy: accuracyNow(epochs, ends),
    plannedEpochs: epochsPlanned(report, run),
    completedEpochs: epochs.length,
    trainSeconds,
    samplesPerSecond: trainSeconds > 0 ? (samples * epochs.length) / trainSeconds : 0,
    ...(ends && {
      ends: ends.map((end) => {
        if (end.restored === undefined) return end; // the accuracy of a mean is computed anew from its weights
        const { testAccuracy: __, ...rest } = end;
        const restored = epochs[end.restored - 1]?.testAccuracy;
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
function epochsPlanned({ plannedEpochs }: Said, { experiment, status, epochs: { length } }: RecordedRun): number {
  const said = typeof plannedEpochs === 'number' ? plannedEpochs : length;
  return status === 'done' ? length : Math.max(experiment ? (experiment.epochs ?? 1) : said, length);
}

/** These were compared before. */
const pickSaid = (report: Said, figures: Said): Said =>
  Object.fromEntries(Object.keys(figures).map((name) => [name, report[name]]));

/** Settings that do not fit to how far the run is. */
function otherSettings(report: Said, run: RecordedRun): [name: string, recorded: unknown, expected: unknown][] {
  const { experiment, status, epochs, parts, lastTest } = run;
  const { length } = epochs;
  const place = placeOf(run);
  const planned = epochsPlanned(report, run);
  const others: [string, unknown, unknown][] = [];
  if (experiment && (experiment.epochs ?? 1) !== planned)
    others.push(['epochs of the experiment', experiment.epochs ?? 1, planned]);
  const rates = experiment?.rule?.optimizer?.rates?.length ?? 0;
  if (rates > planned) others.push(['rates of the experiment', rates, `at most ${planned}`]);
  const end = status === 'interrupted' && place <= planned ? place : length;
  if (parts.length > 0 && place !== end) others.push(['end of the last part', `epoch ${place}`, `epoch ${end}`]);
  const tested = epochs.findLast(({ testAccuracy }) => testAccuracy !== undefined)?.epoch;
  if (lastTest && lastTest.epoch !== tested) others.push(['epoch of the last test', lastTest.epoch, tested]);
  const hashed = lastTest && Math.min(hashedPredictions, lastTest.samples);
  if (lastTest?.hashed !== hashed) others.push(['predictions hashed in the last test', lastTest?.hashed, hashed]);
  return others;
}

/**
 * A preset has its network, data and reported figures; what a name of the user's own has is the user's. With an
 * experiment network and data are compared with that.
 */
function checkPreset(
  report: Said,
  { preset, experiment, network, data }: RecordedRun,
  { differ, open }: Pick<Findings, 'differ' | 'open'>,
): void {
  const known = presetNames.includes(preset) ? presetByName(preset) : undefined;
  if (known && !experiment) {
    if (data.name !== known.dataset) differ('data of the preset', data.name, known.dataset);
    const others = differing({ network }, { network: describeNetwork(known.layers, known.options) });
    for (const { path, found, expected } of firstOfEach(others)) differ(`${path} of the preset`, found, expected);
  }
  const other = (['paper', 'authorsLog'] as const).filter(
    (name) => report[name] !== undefined && !isDeepStrictEqual(report[name], known?.[name]),
  );
  const why = known ? `the preset ${preset} has others` : `${preset} is no preset`;
  if (other.length > 0) open.push(`${other.join(' and ')} (${why})`);
  else if (!known && !experiment) open.push(`the name ${preset}`);
}

/** Network and rule of the record against what its experiment makes of the data; samples and names, too. */
export function checkSettings(run: RecordedRun, { train, test }: AnyTrainTest, { differ }: Findings): void {
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
  for (const [what, recorded, found] of facts) if (recorded !== found) differ(what, recorded, found);
  if (!run.experiment) return;
  const { layers, options, rule } = resolve(run.experiment, { train });
  const network = describeNetwork(layers, options);
  if (!sameSettings(run.network, network)) differ('network', run.network, { experiment: network });
  // Rates have a comparison of their own.
  const [own, asked] = [run.rule, checkRule(rule)].map(rateless);
  if (!sameSettings(own, asked)) differ('learning rule', own, { experiment: asked });
}
