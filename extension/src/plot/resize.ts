/** A handle at the lower edge of a plot: a drag or the arrows make it higher and lower. */
import { keepKeys } from './keys.js';
import type { PlotWork } from './plot.js';

/** An arrow key changes the height by so many CSS pixels. */
const keyStep = 20;

export function newResizeHandle(work: PlotWork, changed: () => void): HTMLElement {
  const handle = document.createElement('div');
  handle.className = 'sl-Plot-resize';
  handle.tabIndex = 0;
  handle.title = 'Drag, or press Up and Down, to change the height';
  handle.setAttribute('role', 'separator');
  handle.setAttribute('aria-orientation', 'horizontal');
  handle.setAttribute('aria-label', 'Height of the plot');
  handle.setAttribute('aria-valuemin', '80');
  handle.setAttribute('aria-valuemax', '2000');
  keepKeys(handle);
  const tell = (): void => handle.setAttribute('aria-valuenow', String(Math.round(work.height())));
  const set = (pixels: number): void => {
    if (work.setHeight(pixels)) changed();
    tell();
  };
  let drag: { readonly y: number; readonly height: number } | undefined;
  handle.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    drag = { y: event.clientY, height: work.height() };
    handle.setPointerCapture(event.pointerId);
  });
  handle.addEventListener('pointermove', (event) => {
    if (drag) set(drag.height + event.clientY - drag.y);
  });
  for (const end of ['pointerup', 'pointercancel']) handle.addEventListener(end, () => (drag = undefined));
  handle.addEventListener('focus', tell);
  handle.addEventListener('keydown', (event) => {
    const step = event.key === 'ArrowDown' ? keyStep : event.key === 'ArrowUp' ? -keyStep : 0;
    if (step === 0) return;
    event.preventDefault();
    event.stopPropagation();
    set(work.height() + step);
  });
  tell();
  return handle;
}
