import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { after, afterTurn, cancel } from './own-timers.js';

/** V8 gives emptied memory back to the system only over several collections, this many milliseconds apart. */
const collections = 3;
const betweenMs = 300;

/** V8's full garbage collection, without a `gc` for the user. */
function collector(): () => void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  setFlagsFromString('--no-expose-gc');
  return collect;
}

/** Bytes in the heap and, of typed arrays, beside it. */
function used(): number {
  const { used_heap_size, external_memory } = getHeapStatistics(); // `process.memoryUsage` also reads /proc
  return used_heap_size + external_memory;
}

/**
 * Collects garbage when nothing was asked for a while: what requests leave behind V8 would keep for long. Returns what
 * to call when the work at a request begins (`hold`) and when it has ended (`release`), or at a request that is soon
 * answered (`touch`); `now` collects at once. When requests follow each other without a pause, it collects between two
 * of them as soon as `mostGarbage` has gathered.
 * @param idleMs milliseconds without a request
 * @param muchGarbage bytes that make it worth while
 * @param mostGarbage bytes that are not waited with
 * @param largeHeap bytes of a heap whose collection would take so long that somebody might notice
 */
export function collectWhenIdle(
  idleMs: number,
  muchGarbage: number,
  largeHeap = Infinity,
  mostGarbage = Infinity,
): { hold(): void; release(): void; touch(): void; now(): void } {
  let collect: (() => void) | undefined; // made when it is needed first: a start does not wait for it
  let live = 0;
  let first = 0; // bytes after the first request: before a collection nobody knows what of them is alive
  let held = 0;
  let timer: NodeJS.Timeout | undefined;

  const goOn = (times: number): void => {
    cancel(timer);
    if (getHeapStatistics().used_heap_size > largeHeap || (times === collections && used() < live + muchGarbage))
      return;
    (collect ??= collector())();
    live = used();
    if (times > 1) timer = after(goOn, betweenMs, times - 1).unref();
  };
  const hold = (): void => {
    held++;
    cancel(timer);
  };
  const release = (): void => {
    if (--held > 0) return;
    const now = mostGarbage < Infinity ? used() : 0;
    first ||= now;
    if (now > (live || first) + mostGarbage) afterTurn(goOn, 1);
    else timer = after(goOn, idleMs, collections).unref();
  };
  return {
    hold,
    release,
    touch: () => {
      hold();
      release();
    },
    now: () => goOn(collections),
  };
}
