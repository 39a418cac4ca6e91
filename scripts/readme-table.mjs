/**
 * Writes the table in README.md that compares runs with the authors' logs: from the run records `docs/results/<run>.json` (the
 * `report.json` of `spikelab train`) and `docs/results/authors-logs.csv`, never by hand.
 *
 *     node scripts/readme-table.mjs [--check]     with --check only says whether README.md is up to date
 */
import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { root, writeAtomically } from './setup/files.mjs';

const results = join(root, 'docs/results');
const readme = join(root, 'README.md');
const marks = ['<!-- results: made by scripts/readme-table.mjs -->', '<!-- end of results -->'];
/** Epochs worth a row when a run has them. */
const shownEpochs = [1, 2, 5, 10, 20, 50, 100, 200];

/** The authors' log: run -> epoch -> { test accuracy in %, mean cost, seconds on a Titan Xp }. */
function readAuthorsLogs() {
  const runs = new Map();
  for (const line of readFileSync(join(results, 'authors-logs.csv'), 'utf8').trim().split('\n').slice(1)) {
    const [run, epoch, , testAccuracy, cost, seconds] = line.split(',');
    if (!runs.has(run)) runs.set(run, new Map());
    runs.get(run).set(Number(epoch), { testAccuracy: Number(testAccuracy), cost: Number(cost), seconds: Number(seconds) });
  }
  return runs;
}

/** One row for each shown epoch that both have. */
function rowsOf(name, record, authors) {
  return record.epochs
    .filter(({ epoch, testAccuracy }) => shownEpochs.includes(epoch) && testAccuracy !== undefined && authors.has(epoch))
    .map(({ epoch, testAccuracy, cost, seconds }) => {
      const theirs = authors.get(epoch);
      const perSample = (value) => `${((1000 * value) / record.samples).toFixed(2)} ms`;
      return [
        `${name}, epoch ${epoch}`,
        `${theirs.testAccuracy.toFixed(2)} %`,
        `**${(100 * testAccuracy).toFixed(2)} %**`,
        (theirs.cost / 2).toFixed(1),
        cost.toFixed(1),
        perSample(theirs.seconds),
        `**${perSample(seconds)}**`,
        String(record.threads),
        String(record.seed),
      ];
    });
}

function table() {
  const logs = readAuthorsLogs();
  const rows = readdirSync(results)
    .filter((file) => file.endsWith('.json') && file !== 'soak.json') // the kernel's soak test is no training run
    .sort()
    .flatMap((file) => {
      const name = basename(file, '.json');
      const authors = logs.get(name);
      if (!authors) throw new Error(`docs/results/${file}: the authors' log has no run ${name}; it has ${[...logs.keys()].join(', ')}`);
      return rowsOf(name, JSON.parse(readFileSync(join(results, file), 'utf8')), authors);
    });
  if (rows.length === 0) return '(No run record in `docs/results/` yet.)';
  const head = ['run', 'test accuracy, authors', 'Spikelab', 'mean cost E, authors (half of the sum they log)', 'Spikelab', 'time per training sample, authors (GPU, Titan Xp)', 'Spikelab (CPU)', 'threads', 'seed'];
  return [head, head.map((_, column) => (column === 0 ? '---' : '--:')), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

const text = readFileSync(readme, 'utf8');
const [from, to] = marks.map((mark) => text.indexOf(mark));
if (from < 0 || to < from) throw new Error(`README.md needs the lines ${marks.join(' and ')}: the table goes between them`);
const wanted = `${text.slice(0, from)}${marks[0]}\n${table()}\n${text.slice(to)}`;
if (!process.argv.includes('--check')) writeAtomically(readme, wanted);
else if (wanted !== text) {
  console.error('error: the table in README.md is not the one of docs/results: run node scripts/readme-table.mjs');
  process.exitCode = 1;
}
