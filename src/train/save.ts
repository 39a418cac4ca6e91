/** Writes a network to a file. */
import { requireKnown } from '../network/known.js';
import { requireFlag, requireText } from '../network/require.js';
import { type Checkpoint, writeCheckpoint } from './checkpoint.js';
import type { SaveOptions } from './options.js';
import { type StartingPoint, writeStartingPoint } from './weights-file.js';

/**
 * @param parts of the network; weights and state are asked for when they are written
 * @throws TypeError for what is no name of a file, RangeError for an option that there is not
 */
export async function saveNetwork(
  file: string,
  options: SaveOptions,
  parts: Pick<Checkpoint, 'network' | 'rule' | 'seed'>,
  weights: () => Promise<StartingPoint['weights']>,
  state: () => Promise<Checkpoint['state']>,
): Promise<void> {
  requireText('save()', file, 'the name of a file, such as "net.safetensors"');
  const { weightsOnly = false } = requireKnown('save()', options, ['weightsOnly']);
  if (requireFlag('weightsOnly', weightsOnly)) await writeStartingPoint(file, { ...parts, weights: await weights() });
  else await writeCheckpoint(file, { ...parts, state: await state() });
}
