/**
 * How a run is stopped: by the caller's `AbortSignal`, or by the notebook's stop button. The kernel keeps the signal of
 * the present cell at `globalThis[Symbol.for('spikelab.interrupt')]`.
 */
import { describe } from '../network/require.js';

const interruptKey = Symbol.for('spikelab.interrupt');

/** Thrown after a run stopped at a batch boundary with everything saved. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** The notebook's signal for the present cell, if this runs in one. */
export function notebookSignal(): AbortSignal | undefined {
  const holder = (globalThis as Record<symbol, unknown>)[interruptKey];
  const signal = (holder as { signal?: unknown } | undefined)?.signal;
  return signal instanceof AbortSignal ? signal : undefined;
}

/** Calls `stop` when any of the signals fires (at once if one already has); returns how to unsubscribe. */
export function onStop(signals: readonly (AbortSignal | undefined)[], stop: () => void): () => void {
  const live = signals.filter((signal) => signal !== undefined);
  for (const signal of live)
    // By what is used of it: a notebook's may be of another realm.
    if (typeof (signal as Partial<AbortSignal> | null)?.addEventListener !== 'function' || !('aborted' in signal))
      throw new TypeError(`signal takes an AbortSignal, such as new AbortController().signal, not ${describe(signal)}`);
  for (const signal of live) {
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  }
  return () => live.forEach((signal) => signal.removeEventListener('abort', stop));
}
