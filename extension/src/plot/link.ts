/** Rasters below one cell show the same stretch of time: what one is zoomed or moved to, the others follow. */
import { preferences } from '../live/preferences.js';
import type { PlotWork, TimeWindow } from './plot.js';

const members = new Set<TimeLink>();

/** The outputs that a plot is one of. */
const cellOf = (node: Element): Element | null => node.closest('.jp-OutputArea');

export class TimeLink {
  private last?: TimeWindow;

  /** @param moved the view has followed another plot's */
  constructor(
    private readonly node: Element,
    private readonly work: PlotWork,
    private readonly moved: () => void,
  ) {}

  /** Links it while it is on the page; returns what ends that. */
  join(): () => void {
    members.add(this);
    this.last = this.work.time();
    return () => members.delete(this);
  }

  /** The view may have changed: tells the others if the stretch of time has. */
  tell(): void {
    const { last } = this;
    const now = this.work.time();
    this.last = now;
    if (!preferences().linkTime || !members.has(this)) return;
    if (!last || last.steps !== now.steps || (last.from === now.from && last.to === now.to)) return;
    const cell = cellOf(this.node);
    if (cell) for (const other of members) if (other !== this && cellOf(other.node) === cell) other.follow(now);
  }

  private follow(window: TimeWindow): void {
    if (!this.work.showTime(window)) return;
    this.last = this.work.time();
    this.moved();
  }
}
