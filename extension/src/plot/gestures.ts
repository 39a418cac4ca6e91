import { preferences } from '../live/preferences.js';
import type { Box, Plot, Point } from './plot.js';
import type { DragMode, Toolbar } from './toolbar.js';

/** What the widget does after a gesture. */
export interface GestureEffects {
  /** The view moved: draw again. */
  viewChanged(): void;
  cursorMoved(point: Point | undefined): void;
  selecting(box: Box | undefined): void;
}

/** A drag shorter than this is a click, CSS pixels. */
const clickSlop = 4;
/** After zooming out to the end the wheel still does not scroll the page for this long, milliseconds. */
const wheelGrace = 500;

/**
 * Mouse, pen and touch: hover reads, a click pins, drag selects (or moves, on an axis, with Alt, or brushes, with
 * Shift, or what the toolbar says), double click shows everything. The wheel zooms only when the plot has the focus or
 * Ctrl/Cmd is held, so that a notebook scrolls past its plots.
 */
export function addGestures<P>(
  stage: HTMLElement,
  { moves, work }: Plot<P>,
  toolbar: Toolbar,
  effects: GestureEffects,
): void {
  let drag: { start: Point; last: Point; pointer: number; mode: DragMode } | undefined;
  let lastZoom = 0;
  const point = (event: MouseEvent): Point => {
    const box = stage.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const onTools = (event: Event): boolean => toolbar.node.contains(event.target as Node);

  stage.addEventListener('pointerdown', (event) => {
    if (!moves || event.button !== 0 || onTools(event)) return;
    const start = point(event);
    drag = {
      start,
      last: start,
      pointer: event.pointerId,
      mode: moves.isAxis(start) || event.altKey ? 'pan' : event.shiftKey && work ? 'brush' : toolbar.drag,
    };
    stage.setPointerCapture(event.pointerId);
  });
  stage.addEventListener('pointermove', (event) => {
    const at = point(event);
    if (!moves || !drag) {
      effects.cursorMoved(onTools(event) ? undefined : at);
    } else if (drag.mode === 'pan') {
      if (moves.pan(at.x - drag.last.x, at.y - drag.last.y, drag.start)) effects.viewChanged();
      drag.last = at;
    } else {
      effects.cursorMoved(undefined);
      effects.selecting(far(drag.start, at) ? moves.selection(drag.start, at) : undefined);
    }
  });
  stage.addEventListener('pointerup', (event) => {
    const ended = drag;
    drag = undefined;
    effects.selecting(undefined);
    if (!moves || !ended) return;
    const at = point(event);
    const changed = !far(ended.start, at)
      ? moves.click(at)
      : ended.mode === 'brush'
        ? work?.brush(ended.start, at)
        : ended.mode === 'select' && moves.zoomTo(ended.start, at);
    if (changed) effects.viewChanged();
  });
  stage.addEventListener('pointercancel', () => {
    drag = undefined;
    effects.selecting(undefined);
  });
  stage.addEventListener('pointerleave', () => {
    if (!drag) effects.cursorMoved(undefined);
  });
  stage.addEventListener('dblclick', (event) => {
    if (!onTools(event) && moves?.reset()) effects.viewChanged();
  });
  stage.addEventListener(
    'wheel',
    (event) => {
      const asked = event.ctrlKey || event.metaKey;
      const { wheel } = preferences();
      if (!moves) return;
      if (!asked && (wheel === 'ctrl' || (wheel === 'focus' && !stage.contains(document.activeElement)))) return;
      const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
      const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY);
      const changed = sideways
        ? moves.pan(-event.deltaX * pixels, 0)
        : moves.zoom(Math.exp(Math.max(-1, Math.min(1, -event.deltaY * pixels * 0.003))), point(event));
      if (changed) {
        lastZoom = event.timeStamp;
        effects.viewChanged();
      }
      if (changed || asked || event.timeStamp - lastZoom < wheelGrace) event.preventDefault();
    },
    { passive: false },
  );
}

function far(a: Point, b: Point): boolean {
  return Math.hypot(a.x - b.x, a.y - b.y) > clickSlop;
}
