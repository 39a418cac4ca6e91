import type { Liveness } from '../../../src/plot/drawing/curves/values.js';
import { kernelState, onHostChange } from './host.js';
import { firstHeard, livenessOf, patience } from './liveness.js';

/** Follows whether a live plot lives, by its news and by its kernel, and tells when that changes. */
export class News {
  /** When the last news came, milliseconds since 1970; `undefined` for a plot that is not live. */
  private last?: number;
  private first = true;
  private silence?: number;

  constructor(
    private readonly node: HTMLElement,
    private readonly tell: (liveness: Liveness) => void,
  ) {}

  /**
   * News has come. @param live whether it says that more will @param made when it says it was made, milliseconds since
   * 1970
   */
  heard(live: boolean, made: number | undefined): void {
    const now = Date.now();
    this.last = !live ? undefined : this.first ? firstHeard(made, now, kernelState(this.node)) : now;
    this.first = false;
    this.check();
  }

  /** Checks while the plot is on the page; returns what ends that. */
  watch(): () => void {
    const ignore = onHostChange(() => this.check());
    this.check();
    return () => {
      ignore();
      window.clearTimeout(this.silence);
    };
  }

  /** Says how it is now, and once more when the next news is overdue. */
  private check(): void {
    window.clearTimeout(this.silence);
    if (this.last === undefined) return;
    const now = Date.now();
    this.tell(livenessOf(this.last, now, kernelState(this.node)));
    if (now - this.last < patience) this.silence = window.setTimeout(() => this.check(), this.last + patience - now);
  }
}
