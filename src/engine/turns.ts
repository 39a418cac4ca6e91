/**
 * Work that shares something runs one piece after the other, in the order it was asked for; a piece that fails ends no
 * other.
 */
export class Turns {
  private last: Promise<unknown> = Promise.resolve();

  /** Runs `work` when the turns before it are over. A turn inside a turn would wait for itself. */
  take<T>(work: () => T | Promise<T>): Promise<T> {
    const result = this.last.then(work);
    this.last = result.catch(() => undefined);
    return result;
  }
}
