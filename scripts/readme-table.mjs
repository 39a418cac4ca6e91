/**
 * Writes the tables of results in README.md and docs/replication.md from the run records in `docs/results/` (each the
 * `report.json` of `spikelab train`, or a folder with that of `spikelab replicate` and of its seeds) and from
 * `docs/results/authors-logs.csv`, never by hand.
 *
 * Needs the build (`npm run build`), which knows the presets.
 *
 *     node scripts/readme-table.mjs [--check]     with --check only says whether the tables are up to date
 */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { spread } from '../dist/src/network/spread.js';
import { authorsLog } from '../dist/src/replicate/authors-log.js';
import { accuracyText } from '../dist/src/replicate/compare.js';
import { variantOptions } from '../dist/src/replicate/command.js';
import { readRecords, readReplications } from './docs/results.mjs';
import { root, writeAtomically } from './setup/files.mjs';

const marks = ['<!-- results: made by scripts/readme-table.mjs -->', '<!-- end of results -->'];
/** Epochs worth a row when a run has them, beside its last. */
const shownEpochs = [1, 2, 5, 10, 20, 40, 70, 100, 200];

const percent = (fraction) => `${(100 * fraction).toFixed(2)} %`;
const markdown = (head, rows) =>
  [head, head.map((_, column) => (column === 0 ? '---' : '--:')), ...rows]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n');

/** Machines and threads that trained a record between two epochs (0 is the beginning). */
function trainedBy(record, begin, end) {
  const trained = (record.parts ?? []).filter(({ from, to }) => from < end && to > begin);
  return trained.length > 0 ? trained : [record];
}
const cpuOf = (...span) =>
  [...new Set(trainedBy(...span).map(({ machine }) => machine.cpu.replace(/\(R\)| Processor/g, '')))].join(', ');
const threadsOf = (...span) => [...new Set(trainedBy(...span).map(({ threads }) => threads))].join(', ');

/** One epoch a seed, the one that took the least time: the same settings and seed have the same bits. */
function fastestOfSeeds(trained) {
  const seeds = new Map();
  for (const one of trained) {
    const known = seeds.get(one.record.seed);
    if (!known || one.epoch.seconds < known.epoch.seconds) seeds.set(one.record.seed, one);
  }
  return [...seeds.values()].sort((a, b) => a.record.seed - b.record.seed);
}

/** README: runs on the authors' whole set beside the authors' log, one row for each shown epoch that both have. */
function besideTheLog(records) {
  const rows = new Map();
  for (const record of records) {
    const { preset, rule, data, samples, epochs } = record;
    if (data?.size !== 'full' || samples < 60_000 || record.authorsLog !== preset) continue;
    const log = authorsLog(preset);
    for (const epoch of epochs) {
      if (epoch.testAccuracy === undefined) continue;
      if (!shownEpochs.includes(epoch.epoch) && epoch !== epochs.at(-1)) continue;
      const run = `${preset}${variantOptions(preset, rule)}`;
      const key = `${run}, epoch ${epoch.epoch}`;
      const row = rows.get(key) ?? { run, epoch: epoch.epoch, theirs: log[epoch.epoch - 1], trained: [] };
      row.trained.push({ record, epoch });
      rows.set(key, row);
    }
  }
  const cells = [...rows.values()]
    .filter(({ theirs }) => theirs)
    .sort((a, b) => a.run.localeCompare(b.run) || a.epoch - b.epoch)
    .map(({ run, epoch, theirs, trained }) => {
      const seeds = fastestOfSeeds(trained);
      const { record, epoch: quickest } = [...seeds].sort((a, b) => a.epoch.seconds - b.epoch.seconds)[0];
      const perSample = (value) => `${((1000 * value) / record.samples).toFixed(2)} ms`;
      const cost = spread(seeds.map((one) => one.epoch.cost));
      return [
        `${run}, epoch ${epoch}`,
        percent(theirs.testAccuracy),
        `**${accuracyText(spread(seeds.map((one) => one.epoch.testAccuracy)))}**`,
        theirs.cost.toFixed(1),
        cost.mean.toFixed(1),
        perSample(theirs.seconds),
        `**${perSample(quickest.seconds)}**`,
        cpuOf(record, epoch - 1, epoch),
        threadsOf(record, epoch - 1, epoch),
        seeds.map((one) => one.record.seed).join(', '),
      ];
    });
  const head = [
    'run',
    'test accuracy, authors',
    'Spikelab',
    'mean cost E, authors (half of the sum they log)',
    'Spikelab',
    'time per training sample, authors (GPU, Titan Xp)',
    'Spikelab, the fastest',
    'on',
    'threads',
    'seeds',
  ];
  return markdown(head, cells);
}

/** What a paper says, mean and best. */
const reported = (paper) =>
  paper
    ? [paper.mean, paper.best]
        .filter((value) => value !== undefined)
        .map((value) => value.toFixed(2))
        .join(' / ') + ' %'
    : '-';

/** docs/replication.md: every run and replication, last and best epoch, beside what was reported. */
function allRuns(records, replications) {
  const runs = records.map(([name, record]) => {
    const { preset, data, samples, epochs, seed, threads, paper, weightsSha256, trainSeconds, finalEpoch, bestEpoch } =
      record;
    const simulated = /simulated/.test(record.dataset) ? ', simulated' : '';
    const size = data.size === 'full' ? '' : ` --samples ${data.size}`;
    return [
      `\`${preset}\``,
      `${samples.toLocaleString('en')} of ${data.name}${simulated}`,
      String(epochs.length),
      percent(finalEpoch.testAccuracy),
      `${percent(bestEpoch.testAccuracy)} (${bestEpoch.epoch})`,
      reported(paper),
      `${((1000 * trainSeconds) / epochs.length / samples).toFixed(2)} ms, ${cpuOf(record, 0, epochs.length)}`,
      `[record](results/${name}.json), \`${weightsSha256.slice(0, 8)}\``,
      `\`npx spikelab train ${preset}${size}${variantOptions(preset, record.rule)} --epochs ${epochs.length} --seed ${seed} --threads ${threads} --out runs/${name}\``,
    ];
  });
  const several = replications.map(({ name, report, records }) => {
    const { preset, seeds, summary, command } = report;
    const { lastEpoch, bestEpoch } = summary;
    return [
      `\`${preset}\`, ${seeds.length > 1 ? 'seeds' : 'seed'} ${seeds.join(', ')}`,
      `${records[0].samples.toLocaleString('en')} of ${records[0].data.name}`,
      String(summary.epoch),
      accuracyText(lastEpoch),
      accuracyText(bestEpoch),
      reported(summary.paper),
      '-',
      `[report](results/${name}/report.md)`,
      `\`${command}\``,
    ];
  });
  const head = [
    'preset',
    'training samples',
    'epochs',
    'test, last epoch',
    'test, best epoch (chosen on the test set, as the authors did)',
    'reported, mean / best, after all epochs',
    'time per training sample',
    'record, weights',
    'command',
  ];
  return markdown(head, [...runs, ...several]);
}

/** The file's text with the table between the marks. */
function withTable(file, table) {
  const text = readFileSync(file, 'utf8');
  const [from, to] = marks.map((mark) => text.indexOf(mark));
  if (from < 0 || to < from)
    throw new Error(`${basename(file)} needs the lines ${marks.join(' and ')}: the table goes between them`);
  return { text, wanted: `${text.slice(0, from)}${marks[0]}\n${table}\n${text.slice(to)}` };
}

const records = readRecords();
const replications = readReplications();
const whole = [...records.map(([, record]) => record), ...replications.flatMap(({ records }) => records)];
const tables = [
  [join(root, 'README.md'), besideTheLog(whole)],
  [join(root, 'docs/replication.md'), allRuns(records, replications)],
];
for (const [file, table] of tables) {
  const { text, wanted } = withTable(file, table);
  if (!process.argv.includes('--check')) writeAtomically(file, wanted);
  else if (wanted !== text) {
    console.error(
      `error: the table in ${basename(file)} is not the one of docs/results: run node scripts/readme-table.mjs`,
    );
    process.exitCode = 1;
  }
}
