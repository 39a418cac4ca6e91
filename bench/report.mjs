/** Writes `bench/results/<name>.json` and prints the same as a table. */
import { mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';

export const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
};

/**
 * One row from its measurements. With a target, `met` says whether the median is at most (or, for `atLeast`, at least)
 * it.
 */
export function row(id, unit, values, { target, atLeast = false } = {}) {
  const middle = median(values);
  const figures = { id, unit, median: middle, low: Math.min(...values), high: Math.max(...values) };
  return target === undefined ? figures : { ...figures, target, met: atLeast ? middle >= target : middle <= target };
}

/**
 * @param versions of whatever was measured
 * @param more what cannot be said in numbers, put beside the rows
 */
export function report(name, rows, versions = {}, more = {}) {
  const machine = {
    cpu: os.cpus()[0]?.model.trim() ?? 'unknown',
    cores: os.availableParallelism(),
    memoryGiB: Math.round(os.totalmem() / 2 ** 30),
  };
  const result = {
    date: new Date().toISOString(),
    machine,
    versions: { node: process.version, ...versions },
    load: os.loadavg(),
    rows,
    ...more,
  };
  const folder = new URL('./results/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL(`${name}.json`, folder), `${JSON.stringify(result, null, 2)}\n`);
  console.table(
    Object.fromEntries(
      rows.map(({ id, ...rest }) => [
        id,
        { ...rest, median: round(rest.median), low: round(rest.low), high: round(rest.high) },
      ]),
    ),
  );
  console.log(`load ${result.load.map((x) => x.toFixed(1)).join(' ')}; written to bench/results/${name}.json`);
}

const round = (value) => Number(value.toPrecision(4));
