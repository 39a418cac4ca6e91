/** Which part of a panel of curves a point lies in. */
import type { PanelBox } from '../../../src/plot/drawing/curves/layout.js';
import type { Point } from '../../../src/plot/drawing/range.js';

/** On the curves, or a little beside them. */
export function isInside({ x, y }: PanelBox, at: Point): boolean {
  return at.x >= x.from - 4 && at.x <= x.to + 4 && at.y >= y.from - 4 && at.y <= y.to + 4;
}

/** On the axis of the epochs. */
export function isBelow({ x, y, axisTitle }: PanelBox, at: Point): boolean {
  return at.y > y.to && at.y < axisTitle && at.x >= x.from && at.x <= x.to;
}

/** On what names the values: the panel's heading, or the numbers of its axis. @param em size of labels */
export function isOnScale({ heading, x, y }: PanelBox, at: Point, em: number): boolean {
  const onHeading = at.y > heading - 1.2 * em && at.y < heading + 4 && at.x >= x.from && at.x <= x.to;
  const onAxis = at.x < x.from - 4 && at.x > x.from - 60 && at.y >= y.from && at.y <= y.to;
  return onHeading || onAxis;
}
