/** The short table of bench:peers, for README.md and docs/performance.md. */
import { median } from '../report.mjs';
import { ratio, reference } from './targets.mjs';

const digits = (value) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));
const trainMs = ({ turns }) => median(turns.train.map(({ ms }) => ms));
/** Ours of MNIST dense; of each peer the batch size with which it trains faster. */
const isShown = (one, all) =>
  one.ours
    ? one.preset === 'mnist-dense'
    : all.every((other) => other.name !== one.name || trainMs(other) >= trainMs(one));

/** @param docs path to docs/, from the page */
export function summaryOf({ date, machine, workload, competitors }, docs) {
  const own = competitors.find(({ id }) => id === reference);
  const lines = competitors
    .filter((one) => isShown(one, competitors))
    .map((one) => {
      const times = (action) => [
        digits(median(one.turns[action].map(({ ms }) => ms))),
        one.id === reference ? '' : `${digits(ratio(one, own, action))}×`,
      ];
      const cells = [one.name.replace(', mnist-dense', ''), one.batch, one.threads, ...times('train')];
      return `| ${[...cells, ...times('evaluate'), one.peakMB ?? '?'].join(' | ')} |`;
    });
  const ms = `ms a sample, ${machine.cpu}`;
  return `| | batch | threads | train, ${ms} | | evaluate, ${ms} | | peak MB |
|---|--:|--:|--:|--:|--:|--:|--:|
${lines.join('\n')}

![Milliseconds a sample, logarithmic](${docs}results/peers.svg)

784-800-10, T ${workload.steps ?? 400}, the same input spikes for all; each peer with the batch size (1 or 64) with which it trains faster. Medians of ${workload.rounds} rounds in turn,
and how many times the first row's; ${machine.cores} cores, ${date.slice(0, 10)}.
[All rows, spread, versions, and what was wanted and missed](${docs}results/peers.md).
`;
}
