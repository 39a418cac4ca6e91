/** What docs/results holds: records of runs, and replications. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { root } from '../setup/files.mjs';

const results = join(root, 'docs/results');

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
