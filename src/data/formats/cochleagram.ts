import { requireText } from '../../network/require.js';
import { DataFormatError } from './idx.js';

/** Firing rates of the ear's channels. */
export interface Cochleagram {
  readonly channels: number;
  readonly frames: number;
  /** `[channels, frames]`, from the highest to the lowest frequency; about 0 .. 0.0008 each. */
  readonly rates: Float64Array;
}

/**
 * Reads a cochleagram made elsewhere: text, one line a channel, one number a frame, separated by blanks or commas (the
 * authors' speech files).
 * @param channels number of lines the caller is made for
 * @throws DataFormatError naming the line
 */
export function parseCochleagram(text: string, source = 'cochleagram', channels?: number): Cochleagram {
  requireText('parseCochleagram()', text, 'the text of a file');
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  while (lines.at(-1) === '') lines.pop();
  if (lines.length === 0) throw new DataFormatError(`${source}: empty: expected one line a channel`);
  if (channels !== undefined && lines.length !== channels)
    throw new DataFormatError(`${source}: ${lines.length} lines, expected ${channels}, one a channel`);
  const rows = lines.map((line) => line.split(/[\s,]+/).map((word) => (word === '' ? NaN : Number(word))));
  const frames = rows[0].length;
  rows.forEach((row, c) => {
    const bad = row.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) throw new DataFormatError(`${source}: line ${c + 1}: value ${bad + 1} is not a number`);
    if (row.length !== frames)
      throw new DataFormatError(
        `${source}: line ${c + 1} has ${row.length} frames, line 1 has ${frames}: the file is truncated or not a cochleagram`,
      );
  });
  return { channels: rows.length, frames, rates: Float64Array.from(rows.flat()) };
}
