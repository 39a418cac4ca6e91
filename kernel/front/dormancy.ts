/**
 * Seconds without a request after which a process is given back, when `SPIKELAB_DORMANT` names no others; `off` keeps
 * it.
 */
const defaultSeconds = 600;

function dormantMs(wanted = process.env['SPIKELAB_DORMANT']): number | undefined {
  if (wanted === 'off') return undefined;
  const seconds = Number(wanted);
  return Math.min(1000 * (seconds > 0 ? seconds : defaultSeconds), 2 ** 31 - 1); // a timer's longest time
}

/** Calls `rest` when nothing stirred for long. */
export class Dormancy {
  private readonly ms = dormantMs();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly rest: () => void) {}

  /** Counts the time anew. */
  stir(): void {
    this.end();
    if (this.ms !== undefined) this.timer = setTimeout(this.rest, this.ms).unref();
  }

  end(): void {
    clearTimeout(this.timer);
  }
}
