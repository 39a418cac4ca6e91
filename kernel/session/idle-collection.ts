import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** V8 gives emptied memory back to the system only over several collections, this many milliseconds apart. */
const collections = 3;
const betweenMs = 300;

/**
 * Runs V8's full garbage collection when nothing was asked for a while: what requests leave behind V8 would keep for long.
 * Returns what to call when a request begins to be worked at (`hold`) and after it (`rest`); `now` collects at once.
 * @param idleMs milliseconds without a request
 * @param muchGarbage bytes that make it worth while
 * @param largeHeap bytes of a heap whose collection would take so long that somebody might notice
 */
export function collectWhenIdle(idleMs: number, muchGarbage: number, largeHeap = Infinity): { hold(): void; rest(): void; now(): void } {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  let live = 0;
  let timer: NodeJS.Timeout | undefined;

  const goOn = (times: number): void => {
    clearTimeout(timer);
    const { heapUsed } = process.memoryUsage();
    if (heapUsed > largeHeap || (times === collections && heapUsed < live + muchGarbage)) return;
    collect();
    live = process.memoryUsage().heapUsed;
    if (times > 1) timer = setTimeout(goOn, betweenMs, times - 1).unref();
  };
  return {
    hold: () => clearTimeout(timer),
    rest: () => {
      clearTimeout(timer);
      timer = setTimeout(goOn, idleMs, collections).unref();
    },
    now: () => goOn(collections),
  };
}
