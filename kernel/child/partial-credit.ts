/** Points for a cell that is right in part: the one value that a grader takes for a mark. */
import { displaySymbol } from '../../src/plot/display.js';
import { currentCell, type Cell } from './cell.js';
import type { Outcome } from './evaluator.js';
import { Error, Number, Object, RangeError, WeakSet } from '../common/intrinsics.js';

/** What {@link partialCredit} makes. As the last value of a test cell it is that cell's mark. */
export class PartialCredit {
  readonly #points: number;

  constructor(points: number) {
    this.#points = points;
    Object.freeze(this);
  }

  get points(): number {
    return this.#points;
  }

  /** Shows as the bare number, which is what nbgrader reads. */
  [displaySymbol](): Record<string, unknown> {
    return { 'text/plain': `${this.#points}` };
  }

  static is(value: unknown): value is PartialCredit {
    return typeof value === 'object' && value !== null && #points in value;
  }
}
Object.freeze(PartialCredit);
Object.freeze(PartialCredit.prototype);

const { isFinite } = Number;
/** Cells in which points were given. */
const credited = new WeakSet<Cell>();
/** Fractions of points add up to a little more than their sum. */
const rounding = 1e-9;

/** What is wrong with a cell that gave points and does not end with them: a grader would give all of its points. */
export function creditLost(cell: Cell, value: unknown): Outcome {
  if (!credited.has(cell) || PartialCredit.is(value)) return {};
  const advice = 'Make it the last line of the cell, alone: partialCredit(…), its number worked out before or inside.';
  return { thrown: { value: new Error(`The points of partialCredit(…) are not this cell's value. ${advice}`) } };
}

/**
 * The mark of a test cell that is right in part, as its last line. While a grader runs the notebook no other value is a
 * mark.
 * @param points from 0 to the points of the cell
 * @param of the points of the cell; nbgrader's configuration checks the limit also without it
 * @throws RangeError for anything but a number in that range; the cell then has none of its points
 * @example partialCredit(await checks.points(['silence', 1, () => …], ['two spikes', 2, () => …]))
 */
export function partialCredit(points: number, of = Infinity): PartialCredit {
  if (typeof points !== 'number' || !isFinite(points) || points < 0 || points > of + rounding)
    throw new RangeError(
      `partialCredit got ${typeof points === 'number' ? `${points}` : `a value of type ${typeof points}`}: it must be a number from 0 to ${of === Infinity ? 'the points of this cell' : `${of}`}. Is an \`await\` missing before what counts the points?`,
    );
  const cell = currentCell();
  if (cell) credited.add(cell);
  return new PartialCredit(points > of ? of : points);
}
