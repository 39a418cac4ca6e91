/**
 * Where the live curve of an epoch has its points: places that depend on the number of samples and the batch size
 * alone, never on time.
 */

/** Points of the live curve in one epoch. */
const pointsPerEpoch = 50;
/** Points of the curve after which the weights are hashed. */
export const markedPoints: readonly number[] = [1, 5, 25, 50];

/** First place after `place` at which the curve gets a point: a batch boundary. */
export function nextPoint(place: number, length: number, batchSize: number): number {
  const batches = Math.ceil(length / batchSize);
  const batch = place / batchSize;
  let point = Math.floor((batch * pointsPerEpoch) / batches);
  while (Math.ceil((point * batches) / pointsPerEpoch) <= batch) point++;
  return Math.min(length, Math.ceil((point * batches) / pointsPerEpoch) * batchSize);
}
