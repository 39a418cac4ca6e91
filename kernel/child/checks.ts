/**
 * Checks for a course: each one passes silently, or fails with a sentence that says what was expected, what came and
 * what to look at. They use only what they took from JavaScript and the library before the first cell.
 */
import type { Dataset, SpikingNetwork } from '../../src/index.js';
import { awaitAdvice, difference, exactly, isPromise, shown, within } from './compare.js';
import { sendText } from './pipe.js';
import { awaited } from './unawaited.js';
import { Error, Math, Number, Object, RangeError, Reflect, RegExp, structuredClone } from '../common/intrinsics.js';

/** What a check that failed throws: the cell has none of its points. */
export class CheckFailed extends Error {
  override readonly name = 'CheckFailed';
}
Object.freeze(CheckFailed);

/** Either advice on what to look at, or also how exact numbers must be. */
export type CloseOptions = string | { readonly tolerance?: number; readonly hint?: string };
/** A part of a test: what it looks at, its points, and checks that throw when it is not right. */
export type Part = readonly [title: string, points: number, check: () => unknown];

const { isFinite } = Number;
const { round } = Math;
const test = RegExp.prototype.test;
const { apply } = Reflect;

function fail(sentence: string, hint = ''): never {
  throw new CheckFailed(hint === '' ? sentence : `${sentence} ${hint}`);
}

/** What was thrown, as text, whatever it is. */
function messageOf(thrown: unknown): string {
  try {
    if (thrown instanceof CheckFailed) return thrown.message;
    return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : shown(thrown);
  } catch {
    return 'What was thrown cannot be shown.';
  }
}

function requirePattern(thrown: unknown, pattern: RegExp | undefined, hint?: string): void {
  if (pattern && !apply(test, pattern, [messageOf(thrown)]))
    fail(`expected an error whose message matches ${shown(pattern)}, got ${messageOf(thrown)}.`, hint);
}

let createNetwork: typeof SpikingNetwork.create | undefined;
let evaluate: SpikingNetwork['evaluate'] | undefined;

/** Takes from the library what checks need of it, once: a cell that imports this file changes nothing. */
export function takeFromLibrary(library: Readonly<Record<string, unknown>>): void {
  if (createNetwork) return;
  const { SpikingNetwork: Network } = library as { SpikingNetwork?: typeof SpikingNetwork };
  createNetwork = Network?.create;
  evaluate = Network?.prototype.evaluate;
}

/**
 * Accuracy of a network on a data set, by a fresh network with the same description and weights: what a cell made of
 * its methods does not count.
 */
async function accuracyOf(net: SpikingNetwork, data: Dataset): Promise<number> {
  if (!createNetwork || !evaluate) throw new Error('checks.accuracy needs the library, and it could not be loaded');
  const { network, rule, seed } = net;
  if (!network || !rule || typeof net.weights !== 'function')
    fail(`expected a network made by classifier or sequential, got ${shown(net)}.`);
  const copy = structuredClone({ network, rule, weights: await net.weights() });
  const fresh = createNetwork(copy.network, copy.rule, { seed, weights: copy.weights });
  return (await apply(evaluate, fresh, [data])).accuracy;
}

/**
 * Checks with sentences that teach. A check that fails throws; the cell then has none of its points, see {@link
 * checks.points} for parts.
 */
export const checks = Object.freeze({
  /**
   * The same value: numbers, texts, arrays and typed arrays element by element, plain objects field by field.
   * @param hint what to look at when it differs
   */
  equal(actual: unknown, expected: unknown, hint?: string): void {
    const found = difference(actual, expected, exactly);
    if (found !== undefined) fail(found, hint);
  },

  /**
   * The same numbers within a tolerance: 1e-6, or that part of the expected number where it is larger than 1. Arrays
   * and objects as in `equal`.
   */
  close(actual: unknown, expected: unknown, options: CloseOptions = {}): void {
    const { tolerance = 1e-6, hint } = typeof options === 'string' ? { hint: options } : options;
    const found = difference(actual, expected, within(tolerance));
    if (found !== undefined) fail(`${found} (Tolerance ${tolerance}.)`, hint);
  },

  /** Exactly `true`. */
  ok(condition: unknown, hint: string): void {
    if (isPromise(condition)) fail(`expected true, got a promise. ${awaitAdvice}`, hint);
    if (condition !== true) fail(`expected true, got ${shown(condition)}.`, hint);
  },

  /** A number from `low` to `high`. */
  between(actual: unknown, low: number, high: number, hint?: string): void {
    if (isPromise(actual)) fail(`expected a number, got a promise. ${awaitAdvice}`, hint);
    if (typeof actual !== 'number' || !(actual >= low && actual <= high))
      fail(`expected a number from ${low} to ${high}, got ${shown(actual)}.`, hint);
  },

  /** A function that throws, with a message that matches `pattern`. */
  throws(action: () => unknown, pattern?: RegExp, hint?: string): void {
    let result: unknown;
    try {
      result = action();
    } catch (thrown) {
      return requirePattern(thrown, pattern, hint);
    }
    fail(
      `expected an error, got ${shown(result)}. ${isPromise(result) ? 'Use `await checks.rejects(…)` for it.' : ''}`,
      hint,
    );
  },

  /** An asynchronous function whose promise is rejected, with a message that matches `pattern`. To be awaited. */
  rejects(action: () => unknown, pattern?: RegExp, hint?: string): Promise<void> {
    return awaited('checks.rejects(…)', async () => {
      let result: unknown;
      try {
        result = await action();
      } catch (thrown) {
        return requirePattern(thrown, pattern, hint);
      }
      fail(`expected an error, got ${shown(result)}.`, hint);
    });
  },

  /** A network that is right for at least `atLeast` (0 .. 1) of the samples. To be awaited; returns the accuracy. */
  accuracy(net: SpikingNetwork, data: Dataset, atLeast: number, hint?: string): Promise<number> {
    return awaited('checks.accuracy(…)', async () => {
      if (isPromise(net)) fail(`expected a network, got a promise. ${awaitAdvice}`, hint);
      const accuracy = await accuracyOf(net, data);
      if (!(accuracy >= atLeast))
        fail(`expected at least ${100 * atLeast} % of ${data.length} samples right, got ${100 * accuracy} %.`, hint);
      return accuracy;
    });
  },

  /**
   * Points of the parts that are right; each part is run, and what is wrong with the others is printed. To be awaited,
   * for `partialCredit`.
   * @example partialCredit(await checks.points(['silence', 1, () => checks.equal(count([]), 0)], ['two spikes', 2, ()
   * => …]))
   */
  points(...parts: readonly Part[]): Promise<number> {
    return awaited('checks.points(…)', async () => {
      let sum = 0;
      for (let n = 0; n < parts.length; n++) {
        const { 0: title, 1: points, 2: check } = parts[n];
        if (typeof points !== 'number' || !isFinite(points))
          throw new RangeError(`points of "${title}": ${shown(points)}`);
        try {
          await check();
          sum += points;
          sendText('stdout', `✓ ${title}: ${points} of ${points}\n`);
        } catch (thrown) {
          sendText('stdout', `✗ ${title}: 0 of ${points}. ${messageOf(thrown)}\n`);
        }
      }
      return round(sum * 1e9) / 1e9; // of fractions, too: 0.1 and 0.2 are 0.3 points
    });
  },
});
for (const check of Object.values(checks)) Object.freeze(check);
