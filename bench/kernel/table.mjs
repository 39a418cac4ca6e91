/** The table of docs/kernel.md from what bench/kernel/kernel.mjs measured. */
import { median } from '../report.mjs';

const columns = ['spikelab', 'tslab', 'deno', 'ipykernel'];

/** @returns Markdown with one column a kernel */
export function table(measured, conformance, versions) {
  /** Median; a value that did not come counts as infinitely late. */
  const value = (kernel, name) => median((measured[kernel].measures[name] ?? [null]).map((one) => one ?? Infinity));
  const number = (x) => (x >= 100 ? Math.round(x).toLocaleString('en') : x.toPrecision(2));
  const timed = (name, unit, missing) => (kernel) =>
    Number.isFinite(value(kernel, name)) ? `${number(value(kernel, name))} ${unit}` : missing;
  const fact = (name) => (kernel) => measured[kernel].facts[name] ?? '-';
  const stop = (name) => (kernel) =>
    `${fact(`stop.${name}`)(kernel)}${Number.isFinite(value(kernel, `stop.${name}`)) ? `, ${number(value(kernel, `stop.${name}`))} ms` : ''}`;
  const flood = (kernel) => {
    const [lost, late] = [value(kernel, 'lines.lost'), value(kernel, 'lines.afterIdle')];
    const how =
      lost > 0
        ? `${number(lost)} lost`
        : `all, ${number(value(kernel, 'lines'))} ms, ${number(value(kernel, 'lines.messages'))} messages`;
    return `${how}${Number.isFinite(late) ? (late > 0 ? `, ${number(late)} after idle` : '') : ', never idle'}`;
  };
  const rows = [
    ['jupyter_kernel_test, passed', (kernel) => `${conformance[kernel].passed} of ${conformance[kernel].run}`],
    ['value of the last expression', fact('value')],
    ['errors', fact('error')],
    ['type errors reported', fact('typeErrors')],
    ['stop button on `while (true) {}`', stop('forever')],
    ['stop button after an `await`', stop('forever_later')],
    ["loop of 2e7 over an earlier cell's variable", timed('loop', 'ms', 'over 60 s')],
    ['10,000 lines of output', flood],
    ['a display of 10 MB', (kernel) => timed('display', 'ms', fact('display')(kernel))(kernel)],
    ['completion, idle', timed('complete.idle', 'ms', 'none')],
    ['completion while a cell computes', timed('complete.computing', 'ms', 'blocked')],
    ['heartbeat while a cell computes', timed('heartbeat.computing', 'ms', 'blocked')],
    ['stdin', fact('stdin')],
    ['comms', fact('comms')],
    ['history', fact('history')],
    ['cold start to kernel_info', timed('cold.info', 'ms', '-')],
    ['cold start to the first result', timed('cold.result', 'ms', '-')],
    ['warm `1+1` round trip', timed('warm', 'ms', '-')],
    ['shutdown', timed('shutdown', 'ms', 'had to be killed')],
    ['memory of all processes, idle', timed('memory.proportional', 'MiB', '-')],
  ];
  const heads = columns.map((kernel) => (kernel === 'spikelab' ? 'Spikelab' : `${kernel} ${versions[kernel]}`));
  const slower = value('spikelab', 'cold.result') - value('spikelab-bare', 'cold.result');
  return [
    `| | ${heads.join(' | ')} |`,
    `|---|${columns.map(() => '---|').join('')}`,
    ...rows.map(([name, cell]) => `| ${name} | ${columns.map(cell).join(' | ')} |`),
    '',
    `Medians of ${measured.spikelab.measures['cold.info'].length} interleaved rounds, Node ${process.versions.node}. The preloaded library moves the first result by ${Math.round(slower)} ms. Memory counts what processes share once.`,
    '',
  ].join('\n');
}
