import { AsyncLocalStorage } from 'node:async_hooks';
import { Map, uncurryThis } from '../common/intrinsics.js';

/** What a message that shows something contains. */
export interface ShownContent {
  readonly data: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly transient?: { readonly display_id?: string };
  /** Of an `execute_result`. */
  readonly execution_count?: number;
}

/**
 * Where output goes that is not to stand under the running cell: a widget's handler shows under the cell that set it,
 * what `interact` runs replaces what it showed before.
 */
export interface OutputPlace {
  /** Id of the cell under which the output stands. */
  readonly cell: number;
  /** Takes text instead of the cell. */
  text?(stream: 'stdout' | 'stderr', text: string): void;
  /** Takes a display instead of the cell. */
  display?(content: ShownContent): void;
  /** Takes `clearOutput` instead of the cell. */
  clear?(): void;
}

const places = new AsyncLocalStorage<OutputPlace>();

const store = uncurryThis(AsyncLocalStorage.prototype.getStore) as (of: typeof places) => OutputPlace | undefined;

/** The place of the running code, if it has one of its own. */
export function outputPlace(): OutputPlace | undefined {
  return store(places);
}

/** Runs code whose output, also late output, goes to a place. */
export function runAt<T>(place: OutputPlace, code: () => T): T {
  return places.run(place, code);
}

/** Displays that took the place of another: their own ids, and those under which the front end knows them. */
export const displayAliases = new Map<string, string>();
