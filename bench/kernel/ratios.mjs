/**
 * Our times over a peer's, round by round. Machines of one kind differ by a factor of three, ratios by far less:
 * targets of speed are ratios.
 */
import { row } from '../report.mjs';

/** At most these: the larger of what a slow and a fast machine had measured before the targets became ratios. */
const targets = {
  tslab: { 'cold.info': 0.5, 'cold.result': 0.5, warm: 2.2, loop: 0.5, display: 1.5, shutdown: 1.5 },
  deno: { 'cold.info': 1.6, 'cold.result': 3.8, loop: 2.3, lines: 0.5, display: 1.5, shutdown: 0.5 },
};

/**
 * @returns a row for each pair of a peer and a measure that both have: the median over the rounds, lowest and highest
 */
export function ratios(measured) {
  return Object.entries(targets).flatMap(([peer, names]) =>
    Object.entries(names).flatMap(([name, target]) => {
      const theirs = measured[peer].measures[name] ?? [];
      const pairs = (measured.spikelab.measures[name] ?? []).map((value, round) => [value, theirs[round]]);
      const known = pairs.filter((pair) => pair.every((value) => value !== null && value !== undefined));
      if (known.length === 0) return [];
      const quotients = known.map(([ours, others]) => ours / others);
      return [row(`spikelab/${peer}.${name}`, 'times', quotients, { target })];
    }),
  );
}

/** @returns Markdown: what {@link ratios} made, a line each */
export function ratioTable(rows) {
  const number = (value) => value.toPrecision(2);
  return [
    '| Spikelab over | median | lowest to highest round | at most |',
    '|---|---|---|---|',
    ...rows.map(({ id, median, low, high, target, met }) => {
      const [peer, ...name] = id.slice('spikelab/'.length).split('.');
      const range = `${number(low)} to ${number(high)}`;
      return `| ${peer}, ${name.join('.')} | ${number(median)} | ${range} | ${target}${met ? '' : ' (missed)'} |`;
    }),
    '',
  ].join('\n');
}
