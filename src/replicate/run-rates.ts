/** The learning rates of a run in a folder: what it was trained with, beside what it is planned with. */
import { otherwiseTrained, sameRates } from '../experiment/rates.js';
import type { RatePart } from '../network/history.js';
import { learningRateAt } from '../network/rule.js';
import type { SpikingNetwork } from '../train/model.js';
import { partsOnward, rateAt, ratesText, trainedRates } from '../train/rates.js';

type Planned = (epoch: number) => readonly RatePart[];

/** Of each epoch of the run, so many in all: as they were trained, then as planned. */
export function ratesOfRun(net: SpikingNetwork, planned: Planned, epochs: number): (readonly RatePart[])[] {
  const done = net.history.epochs.map(trainedRates);
  const open = openEpoch(net);
  const later = Array.from({ length: Math.max(0, epochs - done.length) }, (_, n) => {
    const k = done.length + n;
    return n === 0 && open ? partsOnward(open.rates, open.place, planned(k)) : planned(k);
  });
  return [...done, ...later];
}

/** What of a run that is to go on as planned was trained otherwise, in words; undefined where nothing was. */
export function otherRates(net: SpikingNetwork, planned: Planned): string | undefined {
  const { epochs } = net.history;
  const other = otherwiseTrained(epochs, planned, net.runRecord.samples);
  if (other) return otherText(other.epoch, trainedRates(other), planned(other.epoch - 1));
  const open = openEpoch(net);
  const expected = open && planned(epochs.length).filter(({ from }) => from < open.place);
  return open && expected && !sameRates(open.rates, expected)
    ? otherText(epochs.length + 1, open.rates, expected)
    : undefined;
}

const otherText = (epoch: number, found: readonly RatePart[], expected: readonly RatePart[]): string =>
  `epoch ${epoch} trained with learning rate ${ratesText(found)}, not ${ratesText(expected)}`;

/** How far an epoch that was begun is, and its rates so far. */
function openEpoch(net: SpikingNetwork): { place: number; rates: readonly RatePart[] } | undefined {
  const k = net.history.epochs.length;
  const { samples, openRates } = net.runRecord;
  const place = Math.round((net.trainedEpochs - k) * samples);
  if (place === 0) return undefined;
  return { place, rates: openRates ?? [{ from: 0, learningRate: learningRateAt(net.rule.optimizer, k) }] };
}

/** Whether the last epoch was trained as planned, so that nothing is left to do. */
export function lastAsPlanned(net: SpikingNetwork, planned: Planned): boolean {
  const last = net.history.epochs.at(-1);
  if (!last) return true;
  // Where the rate changed inside the epoch, the last one counts, wherever it began.
  const rates = [last, rateAt(planned(last.epoch - 1), Infinity)];
  const [trained, plan] = rates.map(({ learningRate }): RatePart[] => [{ from: 0, learningRate }]);
  return sameRates(trained, plan);
}
