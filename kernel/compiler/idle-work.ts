import { setFlagsFromString } from 'node:v8';
import { isGrading } from '../common/grading.js';
import { collectWhenIdle } from '../common/idle-collection.js';

/** Milliseconds without a request until the compiler rehearses, and how often it does so in its life. */
const rehearseMs = 150;
const rehearsals = 30;

/** Milliseconds without a request until the heap is cleaned up, and the bytes of garbage that make it worth while. */
const collectMs = 1000;
const muchGarbage = 16 * 2 ** 20;
/**
 * Bytes of garbage that a busy compiler does not go beyond, and a new space that does not grow any more once a check
 * was made (V8 would double it to 32 MiB; what it begins with makes checks a third longer): a room of 40 students
 * shares one machine. With both a compiler of 500 cells holds about 245 MiB, 80 of them alive.
 */
const mostGarbage = 20 * 2 ** 20;
const noGrowth = '--semi-space-growth-factor=1';

/**
 * What the compiler process does while nobody waits for it. Returns what to call after each request.
 *
 * It rehearses: V8 first interprets code and compiles only what has run often, and a process started from a snapshot
 * has run nothing. That costs processor seconds, so not where nobody types: under a grader, and with
 * `SPIKELAB_REHEARSE=off`, as `spikelab run-notebook` sets it. And it collects its garbage: a check leaves much behind.
 * @param rehearse does once what the next request will ask for; takes some ms, for which a request may have to wait
 */
export function workWhenIdle(rehearse: () => void): () => void {
  setFlagsFromString('--no-flush-bytecode'); // collections would throw away the code that was not used since the last ones
  const collection = collectWhenIdle(collectMs, muchGarbage, Infinity, mostGarbage);
  let grows = true;
  let left = process.env['SPIKELAB_REHEARSE'] === 'off' || isGrading() ? 0 : rehearsals;
  let rehearsing: NodeJS.Timeout | undefined;

  const goOnRehearsing = (): void => {
    if (left === 0) return;
    rehearse();
    if (--left === 0) collection.now();
    else rehearsing = setTimeout(goOnRehearsing, 0); // requests that came meanwhile are first
  };
  return () => {
    if (grows) setFlagsFromString(noGrowth);
    grows = false;
    clearTimeout(rehearsing);
    rehearsing = setTimeout(goOnRehearsing, rehearseMs);
    collection.touch();
  };
}
