/** The state of a checkpoint, from which its run goes on, against that of the repetition at the same place. */
import { pick } from '../network/known.js';
import { sha256Of } from '../train/digest.js';
import type { Position, TrainingState } from '../train/state.js';
import { differing, firstOfEach } from './differing.js';
import type { Findings } from './verified.js';

export function checkState(found: TrainingState, repeated: TrainingState, { compare, differ }: Findings): void {
  const [own, made] = [found, repeated].map(({ engine, sampleWeights, predictions, position }) => ({
    'moments of the optimiser': sha256Of([...engine.moment1, ...engine.moment2]),
    'powers of the optimiser': engine.powers,
    'weights of the samples': sha256Of([sampleWeights]),
    'predictions of the present epoch': sha256Of([predictions]),
    ...pick(position, ofTraining),
  }));
  // A file of an earlier version may not have the rates of the present epoch.
  const others = differing(own, made).filter((one) => one.path !== 'rates' || one.found !== undefined);
  for (const { path, ...other } of firstOfEach(others))
    differ(`${path} in the last checkpoint`, other.found, other.expected);
  const all = sha256Of([...found.engine.moment1, ...found.engine.moment2, found.sampleWeights]);
  if (others.length === 0) compare('state of the last checkpoint: moments, sample weights, place, curve', all, all);
}

/** What of a position follows from the record's seed and settings; its other parts stand in the report, too. */
const ofTraining: readonly (keyof Position)[] = [
  'epoch',
  'place',
  'rates',
  'epochTally',
  'pointTally',
  'progress',
  'dataset',
];
