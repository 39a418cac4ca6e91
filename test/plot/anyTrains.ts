/** For tests: the same questions answered by looking at every spike. */
import fc from 'fast-check';
import { packSpikeTrains, type SpikeTrains } from '../../src/network/spikes.js';

/** Any trains of up to 12 neurons and 60 steps. */
export const anyTrains: fc.Arbitrary<SpikeTrains> = fc.integer({ min: 1, max: 60 }).chain((steps) =>
  fc.array(fc.uniqueArray(fc.integer({ min: 0, max: steps - 1 })), { minLength: 1, maxLength: 12 }).map((trains) =>
    packSpikeTrains(
      'any',
      steps,
      trains.map((times) => times.sort((a, b) => a - b)),
    ),
  ),
);

/** All spikes as `[row, step]`. */
export function allSpikes(trains: SpikeTrains): [row: number, step: number][] {
  return Array.from({ length: trains.neurons }, (_, row) => row).flatMap((row) =>
    Array.from(trains.times.subarray(trains.offsets[row], trains.offsets[row + 1]), (step): [number, number] => [
      row,
      step,
    ]),
  );
}
