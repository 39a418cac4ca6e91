/** A stretch of an axis, `from` < `to`, in the units of the axis (steps, rows, epochs). */
export interface Range {
  readonly from: number;
  readonly to: number;
}

export const span = (range: Range): number => range.to - range.from;

/** Moves `range` inside `limits`, shortening it only when it is longer than they are. */
export function clampRange(range: Range, limits: Range): Range {
  const length = Math.min(span(range), span(limits));
  const from = Math.min(Math.max(range.from, limits.from), limits.to - length);
  return { from, to: from + length };
}

/**
 * Magnifies by `factor` (> 1 shows less) around `anchor`, which stays where it is on the screen.
 * @param shortest the least length to show, so that zooming in ends somewhere
 */
export function zoomRange(range: Range, factor: number, anchor: number, limits: Range, shortest: number): Range {
  const length = Math.max(span(range) / factor, Math.min(shortest, span(limits)));
  const from = anchor - ((anchor - range.from) / span(range)) * length;
  return clampRange({ from, to: from + length }, limits);
}

/** Shifts by `distance` and stops at the limits. */
export function panRange(range: Range, distance: number, limits: Range): Range {
  return clampRange({ from: range.from + distance, to: range.to + distance }, limits);
}

export const sameRange = (a: Range, b: Range): boolean => a.from === b.from && a.to === b.to;

/** An axis on the screen: the value `range.from` stands at pixel `start`, `range.to` at pixel `end`. */
export interface Scale {
  readonly range: Range;
  readonly start: number;
  readonly end: number;
  /** Equal factors are equally far apart; the range must be positive. */
  readonly log?: boolean;
}

/** Positive values on logarithmic axes are at least so large. */
export const leastLog = 1e-300;

/** A value of 0 or less on a logarithmic axis stands an axis below its end. */
export function toPixel({ range, start, end, log }: Scale, value: number): number {
  const share = !log
    ? (value - range.from) / span(range)
    : value <= 0
      ? -1
      : (Math.log(Math.max(value, leastLog)) - Math.log(range.from)) / (Math.log(range.to) - Math.log(range.from));
  return start + share * (end - start);
}

export function toValue({ range, start, end, log }: Scale, pixel: number): number {
  const share = (pixel - start) / (end - start);
  return log ? range.from ** (1 - share) * range.to ** share : range.from + share * span(range);
}

/** CSS pixels from the top left corner of the picture. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
