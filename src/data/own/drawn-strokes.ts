/** Stroke digits drawn a few at a time: many take minutes, in which one sees how far they are and can stop them. */
import { progressLine, silentLine } from '../registry/progress.js';
import type { Dataset } from '../sets/dataset.js';
import { drawing, type StrokeOptions } from '../strokes/strokes.js';

/** What takes no longer shows no progress. */
const unseenMs = 5000;
/** Digits between two looks at interrupts and output, some tenths of a second. */
const together = 1000;

/** @throws RangeError as `strokeDigits`; the signal's reason when it fires */
export async function drawnStrokes(
  options: StrokeOptions,
  { quiet, signal }: { quiet?: boolean | undefined; signal?: AbortSignal | undefined } = {},
): Promise<Dataset> {
  const line = quiet ? silentLine : progressLine();
  const begun = Date.now();
  const told = (n: number): string =>
    `strokes: ${n.toLocaleString('en')} of ${options.count.toLocaleString('en')} digits drawn`;
  const digits = drawing(options);
  for (;;) {
    const { done, value } = digits.next();
    if (done) {
      line.end(told(options.count));
      return value;
    }
    if (value % together > 0) continue;
    await new Promise((resume) => setTimeout(resume));
    signal?.throwIfAborted();
    if (Date.now() > begun + unseenMs) line.show(told(value));
  }
}
