/** Milliseconds after which a check that the user stopped may never end. */
const longCheckMs = 2000;

/** A check of a cell, from its request on. */
export interface Check {
  /** When the compiler was asked; not before it has started, because a start is no check. */
  asked?: number;
  /** Whether the user has stopped the cell. */
  stopped?: boolean;
}

/** Why a request was lost: its compiler was ended for a check that nobody waits for. Another one can answer it. */
export const checkGivenUp = new Error('The check was stopped.');

/** The checks under way: one that was stopped and goes on is given up, because later ones wait behind it. */
export class LongChecks {
  private readonly underWay = new Set<Check>();

  /** @param giveUp ends the compiler and starts another */
  constructor(private readonly giveUp: () => void) {}

  begin(): Check {
    const check = {};
    this.underWay.add(check);
    return check;
  }

  end(check: Check): void {
    this.underWay.delete(check);
  }

  /** A stop: nobody waits for the present checks any more. */
  stop(): void {
    for (const check of this.underWay) {
      check.stopped = true;
      if (check.asked === undefined) continue;
      const left = check.asked + longCheckMs - performance.now();
      setTimeout(() => this.underWay.has(check) && this.giveUp(), Math.max(0, left)).unref();
    }
  }
}
