import type { Liveness } from '../../../src/plot/drawing/curves/values.js';
import type { KernelState } from './host.js';

/** Without news for this long a training is not called live, milliseconds. */
export const patience = 6000;

/**
 * When the first news of a plot came, which may be those of a file: as old as they say. Those that do not say are
 * believed while their kernel computes.
 * @returns milliseconds since 1970; -Infinity for news of unknown age
 */
export function firstHeard(made: number | undefined, now: number, kernel: KernelState | undefined): number {
  if (made !== undefined) return Math.min(made, now);
  return kernel === 'busy' ? now : -Infinity;
}

/**
 * Whether a training lives: news of the last seconds say so; without them an idle or dead kernel says that it stopped.
 * @param heard when the last news came, milliseconds since 1970
 */
export function livenessOf(heard: number, now: number, kernel: KernelState | undefined, clock = clockTime): Liveness {
  if (now - heard < patience && kernel !== 'gone') return 'training';
  if (kernel === 'idle' || kernel === 'gone') return 'stopped';
  return Number.isFinite(heard) ? { noNewsSince: clock(heard, now) } : 'unknown';
}

/** `21:05:13`, with the day when that is not today. */
function clockTime(time: number, now: number): string {
  const date = new Date(time);
  const clock = date.toLocaleTimeString('en-GB');
  return date.toDateString() === new Date(now).toDateString()
    ? clock
    : `${date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })}, ${clock}`;
}
