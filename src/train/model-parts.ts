/** What a network says of itself, and how its options are checked. */
import { defaultThreads, mostThreads } from '#engine-platform';
import type { CallEnd, History } from '../network/history.js';
import type { Network } from '../network/network.js';
import type { LearningRule } from '../network/rule.js';
import { requireInteger } from '../network/require.js';
import { sha256Of } from './digest.js';
import { endText, presentEnd } from './call-end.js';
import { withSummary } from './inspect.js';
import { type Done, epochLine, historySummary } from './progress.js';
import { type Position, startPosition, type TrainingState } from './state.js';

/** The threads asked for; fewer where there are no more, because they change no result. */
export function threadsOf(wanted = defaultThreads()): number {
  return Math.min(requireInteger('threads', wanted, 1, 256), mostThreads);
}

/** @throws RangeError unless the rule has one weight for each output, or none */
export function requireClassWeights({ layers }: Network, { classWeights }: LearningRule): void {
  const classes = layers.at(-1)?.units;
  if (classWeights && classWeights.length !== classes)
    throw new RangeError(`${classWeights.length} classWeights for ${classes} classes: give one for each class`);
}

/** Where a network stands, and the hash of its weights: as a training left it, given weights, or not drawn yet. */
export function beginningOf(start: TrainingState | readonly Float32Array[] | undefined): {
  position: Position;
  digest: string;
} {
  if (start === undefined) return { position: startPosition, digest: '' };
  if (!('engine' in start)) return { position: startPosition, digest: sha256Of(start) };
  return { position: start.position, digest: sha256Of(start.engine.weights) };
}

/** The seed to go on with. @throws RangeError for another one than that a training began with */
export function seedAfter(current: number, wanted: number | undefined, began: boolean): number {
  if (wanted === undefined || wanted === current) return current;
  requireInteger('seed', wanted, 0, Number.MAX_SAFE_INTEGER);
  if (began)
    throw new RangeError(
      `this network began with seed ${current}, not ${wanted}: leave { seed } out to go on with it, or make a new one with { seed: ${wanted} }`,
    );
  return wanted;
}

/** One line: layers, steps, what training has reached. */
export function networkSummary({ inputs, layers, steps }: Network, seed: number, { epochs, ends }: Position): string {
  const end = presentEnd(ends, epochs.length);
  const last = epochs.at(-1);
  const reached =
    last === undefined
      ? 'not trained'
      : `${epochs.length} epochs, ${epochLine(last).replace(/^epoch \d+ +/, '')}${end ? `; now ${endText(end)}${tested(end)}` : ''}`;
  return `spiking network ${[inputs, ...layers.map(({ units }) => units)].join('-')}, ${steps} steps, seed ${seed}: ${reached}`;
}

const tested = ({ testAccuracy }: CallEnd): string =>
  testAccuracy === undefined ? '' : `, test ${(100 * testAccuracy).toFixed(2)} %`;

/** The curves of a position, with a line for each epoch in the console. */
export function historyOf({ epochs, progress, plannedEpochs }: Position): History {
  return withSummary({ epochs, progress, plannedEpochs }, () => historySummary(epochs));
}

/** How far a training is, for whoever watches it. */
export function doneOf({ epoch, place, plannedEpochs, dataset }: Position): Done {
  const samples = dataset?.samples ?? 0;
  return { samples: epoch * samples + place, planned: plannedEpochs * samples };
}
