/** Units of times, and what tells that one is wrong: recordings of a length that nobody simulates. */
import { requireInteger } from '../../network/require.js';

export const timeUnits = ['s', 'ms', 'us', 'steps'] as const;
export type TimeUnit = (typeof timeUnits)[number];
export const perMs: Record<Exclude<TimeUnit, 'steps'>, number> = { s: 1000, ms: 1, us: 0.001 };

/** The last step that can be simulated. */
const most = 4095;

/** Steps of a recording's events, never falling. */
interface Timed {
  readonly at: Float64Array;
}
interface Times {
  readonly unit: TimeUnit;
  readonly binMs?: number;
  readonly cut?: number;
}

/** T of both parts. @throws RangeError when the unit is likely to be wrong */
export function stepsOf(
  name: string,
  recordings: readonly Timed[],
  others: readonly Timed[] | undefined,
  times: Times,
): number {
  const { cut } = times;
  if (cut !== undefined) requireInteger(`${name}: cut`, cut, 2, most + 1);
  const both = [...recordings, ...(others ?? [])];
  // A test set of one recording cannot tell by itself: the unit is that of both parts.
  const parts: [string, readonly Timed[]][] =
    others && others.length > 1
      ? [
          [name, recordings],
          [`${name}/test`, others],
        ]
      : [[name, both]];
  for (const [part, own] of parts) {
    requireSpread(part, own, times);
    if (cut !== undefined) requireLeft(part, own, times.unit, cut);
  }
  return cut ?? Math.max(2, latestOf(both) + 1);
}

const latestOf = (recordings: readonly Timed[]): number =>
  recordings.reduce((last, { at }) => Math.max(last, at.at(-1) ?? 0), 0);

function requireSpread(name: string, recordings: readonly Timed[], { unit, binMs = 1, cut }: Times): void {
  const latest = latestOf(recordings);
  const several = recordings.some(({ at }) => at.length > 1);
  if (unit !== 'steps' && several && latest === 1)
    throw new RangeError(
      `${name}: all events lie in the first bin of ${binMs} ms: is unit '${unit}' right? Another unit or a smaller binMs spreads them`,
    );
  if (cut === undefined && latest > most)
    throw new RangeError(
      `${name}: the longest recording needs ${latest + 1} steps, at most ${most + 1} are simulated: is unit '${unit}' right? A larger binMs makes fewer, cut leaves out the end`,
    );
}

/** How many times as long as what is kept recordings may be: a wrong unit makes them a thousand times as long. */
const mostCut = 250;

/** A wrong unit puts nearly all events behind `cut`, where nobody would miss them. */
function requireLeft(name: string, recordings: readonly Timed[], unit: TimeUnit, cut: number): void {
  const filled = recordings.filter(({ at }) => at.length > 0);
  const emptied = filled.filter(({ at }) => at[0] >= cut);
  const fix = `is unit '${unit}' right, and do times begin with each recording? A larger binMs or cut keeps more`;
  if (2 * emptied.length > filled.length)
    throw new RangeError(
      `${name}: cut ${cut} leaves no event of ${emptied.length} of ${filled.length} recordings; the first of recording ${recordings.indexOf(emptied[0])} is at step ${emptied[0].at[0]}: ${fix}`,
    );
  // The files of cameras count microseconds and may be long; steps have no unit to be wrong in.
  if (unit === 'us' || unit === 'steps') return;
  const ends = filled.map(({ at }) => at[at.length - 1]).sort((a, b) => a - b);
  const usual = ends[ends.length >> 1] ?? 0;
  const onlyFirst = cut > 2 && filled.every(({ at }) => at.every((step) => step === 1 || step >= cut));
  if (usual > most && onlyFirst)
    throw new RangeError(
      `${name}: cut ${cut} leaves the events of the first step alone; recordings last ${usual} steps: ${fix}`,
    );
  if (usual > Math.max(most, mostCut * cut))
    throw new RangeError(
      `${name}: cut ${cut} leaves less than 1/${mostCut} of recordings of ${usual} steps: ${fix}; if all is right, leave the later events out yourself`,
    );
}
