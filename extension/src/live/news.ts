import type { Liveness } from '../../../src/plot/drawing/curves/values.js';
import { endedAt, kernelState, onHostChange } from './host.js';
import { firstHeard, livenessOf, patience } from './liveness.js';

/** What may be under way: see `PlotLive`. */
interface Going {
  isLive(): boolean;
  made(): number | undefined;
}

/** Follows whether a live plot lives, by its news and by its kernel, and tells when that changes. */
export class News {
  /** When the last news came, milliseconds since 1970; `undefined` for a plot that is not live. */
  #last?: number;
  #first = true;
  #told?: string;
  #silence?: number;

  constructor(
    /** Stands in the notebook whose kernel makes the news. */
    private readonly node: HTMLElement,
    private readonly tell: (liveness: Liveness) => void,
  ) {}

  /** News has come, of a plot that may be under way. */
  heard(plot: Going | undefined): void {
    const now = Date.now();
    this.#last = !plot?.isLive() ? undefined : this.#first ? firstHeard(plot.made(), now, kernelState(this.node)) : now;
    this.#first = false;
    this.#check();
  }

  /** Checks while the plot is on the page; returns what ends that. */
  watch(): () => void {
    const ignore = onHostChange(() => this.#check());
    this.#check();
    return () => {
      ignore();
      window.clearTimeout(this.#silence);
    };
  }

  /** Says how it is now, and once more when the next news is overdue. */
  #check(): void {
    window.clearTimeout(this.#silence);
    if (this.#last === undefined) return;
    const now = Date.now();
    if (this.#last <= endedAt(this.node)) this.#last = -Infinity; // another kernel does not go on with it
    const liveness = livenessOf(this.#last, now, kernelState(this.node));
    // Only what changes: each telling draws, and draws are at most so many a second.
    if (JSON.stringify(liveness) !== this.#told) this.tell(liveness);
    this.#told = JSON.stringify(liveness);
    if (now - this.#last < patience)
      this.#silence = window.setTimeout(() => this.#check(), this.#last + patience - now);
  }
}
