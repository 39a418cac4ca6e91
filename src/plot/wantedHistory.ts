/** Checks of the histories that curves are drawn from. */
import { requireKnown } from '../network/known.js';
import { describe, requireList, requireNumber, requireObject } from '../network/require.js';
import type { TrainingState } from './curvesPayload.js';
import type { HistoryLike, ReferenceCurve } from './curvesSeries.js';
import { requireString } from './wanted.js';

/** What `fit` gives, or what a report keeps of it. @throws TypeError, RangeError */
export function requireHistory(history: HistoryLike): void {
  const { epochs, progress, plannedEpochs } = requireObject(
    'curves()',
    history,
    'a history, as net.fit() gives it, or a list of them',
  );
  requireRecords('epochs of a history', epochs);
  if (progress !== undefined) requireRecords('progress of a history', progress);
  if (plannedEpochs !== undefined) requireNumber('plannedEpochs of a history', plannedEpochs, 0, 1e9);
  for (const [k, { layers }] of epochs.entries()) {
    if (layers === undefined) continue;
    requireList(`layers of epochs[${k}]`, layers, 'a list of { name, silent, rate, weightNorm }');
    layers.forEach((layer, j) =>
      requireString(`the name of layers[${j}] of epochs[${k}]`, requireObject(`layers[${j}]`, layer, 'a layer').name),
    );
  }
}

/** How a training goes. @throws TypeError, RangeError */
export function requireState(state: TrainingState): void {
  requireObject('state of curves()', state, '{ made, samplesPerSecond, secondsLeft }');
  requireKnown('state of curves()', state, ['made', 'samplesPerSecond', 'secondsLeft', 'id']);
  requireNumber('made in the state of curves()', state.made, 0, 8.64e15);
  for (const key of ['samplesPerSecond', 'secondsLeft'] as const)
    if (state[key] !== undefined) requireNumber(`${key} in the state of curves()`, state[key], 0, 1e12);
  if (state.id !== undefined) requireString('id in the state of curves()', state.id);
}

/** Another run to compare with. @throws TypeError, RangeError */
export function requireReference(reference: ReferenceCurve): void {
  const { label, points } = requireObject('reference of curves()', reference, '{ label, points }');
  requireString('the label of a reference', label);
  requireRecords(`points of the reference ${label}`, points);
}

const values = ['trainAccuracy', 'testAccuracy', 'cost', 'learningRate'];

/** Records with an epoch each; their values are numbers, or null where a report has no number. */
function requireRecords(name: string, records: readonly { readonly epoch: number }[]): void {
  requireList(name, records, 'a list of { epoch, … }');
  Array.from(records, (one, k) => {
    const record = requireObject(`${name}, entry ${k},`, one, '{ epoch, … }') as Readonly<Record<string, unknown>>;
    requireNumber(`epoch of ${name}, entry ${k},`, record.epoch, 0, 1e9);
    for (const key of values)
      if (record[key] !== undefined && record[key] !== null && typeof record[key] !== 'number')
        throw new TypeError(`${key} of ${name}, entry ${k}, takes a number, not ${describe(record[key])}`);
  });
}
