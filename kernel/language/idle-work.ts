import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Milliseconds without a request until the compiler rehearses, and how often it does so in its life. */
const rehearseMs = 150;
const rehearsals = 30;

/** Milliseconds without a request until the heap is cleaned up, and the bytes of garbage that make it worth while. */
const collectMs = 1000;
const muchGarbage = 16 * 2 ** 20;
/** V8 gives emptied memory back to the system only over several collections, this many milliseconds apart. */
const collections = 3;
const betweenMs = 300;

/**
 * What the compiler process does while nobody waits for it. Returns what to call after each request.
 *
 * It rehearses: V8 first interprets code and compiles only what has run often, and a process started from a snapshot has run nothing.
 * And it runs V8's full garbage collection: a check leaves much behind, which V8 would keep for long.
 * @param rehearse does once what the next request will ask for; takes some ms, for which a request may have to wait
 */
export function workWhenIdle(rehearse: () => void): () => void {
  setFlagsFromString('--no-flush-bytecode'); // collections would throw away the code that was not used since the last ones
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  let [live, left] = [0, rehearsals];
  let rehearsing: NodeJS.Timeout | undefined;
  let collecting: NodeJS.Timeout | undefined;

  const goOnRehearsing = (): void => {
    if (left === 0) return;
    rehearse();
    if (--left === 0) goOnCollecting(collections);
    else rehearsing = setTimeout(goOnRehearsing, 0); // requests that came meanwhile are first
  };
  const goOnCollecting = (times: number): void => {
    clearTimeout(collecting);
    if (times === collections && process.memoryUsage().heapUsed < live + muchGarbage) return;
    collect();
    live = process.memoryUsage().heapUsed;
    if (times > 1) collecting = setTimeout(goOnCollecting, betweenMs, times - 1);
  };
  return () => {
    clearTimeout(rehearsing);
    clearTimeout(collecting);
    rehearsing = setTimeout(goOnRehearsing, rehearseMs);
    collecting = setTimeout(goOnCollecting, collectMs, collections);
  };
}
