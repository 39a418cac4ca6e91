/**
 * Writes the tables of results in README.md and docs/replication.md from the run records in `docs/results/` (each the
 * `report.json` of `spikelab train` or of one seed of `spikelab replicate`) and from `docs/results/authors-logs.csv`,
 * never by hand.
 *
 * Needs the build (`npm run build`), which knows the presets.
 *
 *     node scripts/readme-table.mjs [--check]     with --check only says whether the tables are up to date
 */
import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { variantOptions } from '../dist/src/replicate/command.js';
import { root, writeAtomically } from './setup/files.mjs';

const results = join(root, 'docs/results');
const marks = ['<!-- results: made by scripts/readme-table.mjs -->', '<!-- end of results -->'];
/** Epochs worth a row when a run has them. */
const shownEpochs = [1, 2, 5, 10, 20, 40, 70, 100, 200];

/** The authors' log: run -> epoch -> { test accuracy in %, mean cost, seconds on a Titan Xp }. */
function readAuthorsLogs() {
  const runs = new Map();
  for (const line of readFileSync(join(results, 'authors-logs.csv'), 'utf8').trim().split('\n').slice(1)) {
    const [run, epoch, , testAccuracy, cost, seconds] = line.split(',');
    if (!runs.has(run)) runs.set(run, new Map());
    runs
      .get(run)
      .set(Number(epoch), { testAccuracy: Number(testAccuracy), cost: Number(cost), seconds: Number(seconds) });
  }
  return runs;
}

/** `[name, record]` of every run record; other files of the folder are not of interest here. */
function readRecords() {
  return readdirSync(results)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => [basename(file, '.json'), JSON.parse(readFileSync(join(results, file), 'utf8'))])
    .filter(([, record]) => typeof record.preset === 'string' && Array.isArray(record.epochs));
}

const percent = (fraction) => `${(100 * fraction).toFixed(2)} %`;
const markdown = (head, rows) =>
  [head, head.map((_, column) => (column === 0 ? '---' : '--:')), ...rows]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n');

/** The processor, or processors, that trained a record between two epochs (0 is the beginning). */
function cpuOf({ machine, parts }, begin, end) {
  const trained = (parts ?? []).filter(({ from, to }) => from < end && to > begin);
  const machines = trained.length > 0 ? trained.map((part) => part.machine) : [machine];
  return [...new Set(machines.map(({ cpu }) => cpu.replace(/\(R\)| Processor/g, '')))].join(', ');
}

/**
 * Runs of the same settings and seed have the same epochs: the one that trained it in the least time stands for them.
 */
function fastestOf(records) {
  const key = ({ preset, rule, seed }, { epoch }) =>
    JSON.stringify([preset, variantOptions(preset, rule), seed, epoch]);
  const fastest = new Map();
  for (const [, record] of records)
    for (const one of record.epochs) {
      const known = fastest.get(key(record, one));
      if (!known || one.seconds < known.seconds) fastest.set(key(record, one), one);
    }
  return (record, one) => fastest.get(key(record, one)) === one;
}

/** README: a run on the authors' whole set beside the authors' log, one row for each shown epoch that both have. */
function besideTheLog(records, logs) {
  const whole = records.filter(([, { data, samples }]) => data?.size === 'full' && samples >= 60_000);
  const isFastest = fastestOf(whole);
  const rows = whole.flatMap(([, record]) => {
    const authors = logs.get(record.preset);
    if (!authors) return [];
    return record.epochs
      .filter(
        ({ epoch, testAccuracy }) => shownEpochs.includes(epoch) && testAccuracy !== undefined && authors.has(epoch),
      )
      .filter((one) => isFastest(record, one))
      .map(({ epoch, testAccuracy, cost, seconds }) => {
        const theirs = authors.get(epoch);
        const perSample = (value) => `${((1000 * value) / record.samples).toFixed(2)} ms`;
        const run = `${record.preset}${variantOptions(record.preset, record.rule)}`;
        const cells = [
          `${run}, epoch ${epoch}`,
          `${theirs.testAccuracy.toFixed(2)} %`,
          `**${percent(testAccuracy)}**`,
          (theirs.cost / 2).toFixed(1),
          cost.toFixed(1),
          perSample(theirs.seconds),
          `**${perSample(seconds)}**`,
          cpuOf(record, epoch - 1, epoch),
          String(record.threads),
          String(record.seed),
        ];
        return { run, epoch, cells };
      });
  });
  rows.sort((a, b) => a.run.localeCompare(b.run) || a.epoch - b.epoch);
  const head = [
    'run',
    'test accuracy, authors',
    'Spikelab',
    'mean cost E, authors (half of the sum they log)',
    'Spikelab',
    'time per training sample, authors (GPU, Titan Xp)',
    'Spikelab',
    'on',
    'threads',
    'seed',
  ];
  return markdown(
    head,
    rows.map(({ cells }) => cells),
  );
}

/** docs/replication.md: every run, last and best epoch, beside what was reported. */
function allRuns(records) {
  const rows = records.map(([name, record]) => {
    const { preset, data, samples, epochs, seed, threads, paper, weightsSha256, trainSeconds, finalEpoch, bestEpoch } =
      record;
    const size = data.size === 'full' ? '' : ` --samples ${data.size}`;
    const reported = paper
      ? [paper.mean, paper.best]
          .filter((value) => value !== undefined)
          .map((value) => value.toFixed(2))
          .join(' / ') + ' %'
      : '-';
    return [
      `\`${preset}\``,
      `${samples.toLocaleString('en')} of ${data.name}`,
      String(epochs.length),
      percent(finalEpoch.testAccuracy),
      `${percent(bestEpoch.testAccuracy)} (${bestEpoch.epoch})`,
      reported,
      `${((1000 * trainSeconds) / epochs.length / samples).toFixed(2)} ms, ${cpuOf(record, 0, epochs.length)}`,
      `[record](results/${name}.json), \`${weightsSha256.slice(0, 8)}\``,
      `\`npx spikelab train ${preset}${size}${variantOptions(preset, record.rule)} --epochs ${epochs.length} --seed ${seed} --threads ${threads} --out runs/${name}\``,
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
  return markdown(head, rows);
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
const tables = [
  [join(root, 'README.md'), besideTheLog(records, readAuthorsLogs())],
  [join(root, 'docs/replication.md'), allRuns(records)],
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
