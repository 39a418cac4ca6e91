/** What docs/results holds: records of runs, replications, and the logs of the authors. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { root } from '../setup/files.mjs';

const results = join(root, 'docs/results');

/** The authors' log: run -> epoch -> { test accuracy in %, mean cost, seconds on a Titan Xp }. */
export function readAuthorsLogs() {
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

const readJson = (...path) => JSON.parse(readFileSync(join(results, ...path), 'utf8'));

/** `[name, record]` of every run record that is a file; other files of the folder are not of interest here. */
export function readRecords() {
  return readdirSync(results)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => [basename(file, '.json'), readJson(file)])
    .filter(([, record]) => typeof record.preset === 'string' && Array.isArray(record.epochs));
}

/** Every replication: a folder with a report, and a record of each seed that was kept. */
export function readReplications() {
  return readdirSync(results)
    .filter((name) => existsSync(join(results, name, 'report.json')))
    .sort()
    .map((name) => ({
      name,
      report: readJson(name, 'report.json'),
      records: readdirSync(join(results, name))
        .filter((seed) => seed.startsWith('seed-'))
        .map((seed) => readJson(name, seed, 'report.json')),
    }));
}
