/** All presets: as objects for notebooks, by name for the command line. */
import { requireText } from '../network/require.js';
import { bestFashionDense, bestMnistDense } from './best.js';
import type { Preset } from './preset.js';
import { fashionDense, saccadesDense, shd, spokenDigits, ssc, strokesDense } from './followups.js';
import {
  emnistDense200,
  emnistDense800,
  mnistCnn,
  mnistDense,
  nmnistDense,
  ti46Dense400x400,
  ti46Dense800,
  ti46Dense800x800,
} from './jin2018.js';
import { guess } from '../network/nearest.js';

export type { FinalTest, Preset, ReportedAccuracy } from './preset.js';

export const presets = {
  /** The paper's own experiments. */
  jin2018: {
    mnistDense,
    nmnistDense,
    mnistCnn,
    emnistDense200,
    emnistDense800,
    ti46Dense800,
    ti46Dense400x400,
    ti46Dense800x800,
  },
  /** The same method on open data. */
  followups: { fashionDense, spokenDigits, strokesDense, saccadesDense, shd, ssc },
  /** Beyond the paper: with options that it does not have. */
  best: { mnistDense: bestMnistDense, fashionDense: bestFashionDense },
} as const;

const all: readonly Preset[] = Object.values(presets).flatMap((group) => Object.values<Preset>(group));

/** Names of all presets, as on the command line. */
export const presetNames: readonly string[] = all.map((preset) => preset.name);

/** @throws RangeError with the nearest names */
export function presetByName(name: string): Preset {
  requireText('presetByName()', name, `a name such as ${presetNames[0]}`);
  const found = all.find((preset) => preset.name === name);
  if (found) return found;
  const near = guess(name, presetNames);
  throw new RangeError(`there is no preset ${JSON.stringify(name)}: ${near}All of them: ${presetNames.join(', ')}`);
}
