import { gradedGiveUpMs, isGrading } from '../common/grading.js';

/** A second stop within this time is the same stop, pressed twice. */
const secondStopMs = 1000;
/** What has not ended so long after a second stop, or after a first one, takes the execution process with it. */
const secondGraceMs = 500;
const giveUpMs = 10_000;

/** Something that a stop should end: a cell, or the handler of a comm's message. */
export interface Stoppable {
  /** When the stop button was pressed first. */
  interruptedAt?: number;
}

/** The last rung of the stop button, when everything that the execution child can do itself was in vain. */
export class Stops {
  /**
   * @param underWay what goes on now
   * @param giveUp replaces the execution process
   */
  constructor(
    private readonly underWay: () => readonly Stoppable[],
    private readonly giveUp: () => void,
  ) {}

  /** The stop button was pressed. */
  pressed(): void {
    const now = performance.now();
    for (const work of this.underWay()) {
      if (work.interruptedAt === undefined) {
        work.interruptedAt = now;
        this.expect(work, isGrading() ? gradedGiveUpMs : giveUpMs);
      } else if (now - work.interruptedAt > secondStopMs) this.expect(work, secondGraceMs);
    }
  }

  private expect(work: Stoppable, milliseconds: number): void {
    setTimeout(() => this.underWay().includes(work) && this.giveUp(), milliseconds).unref();
  }
}
