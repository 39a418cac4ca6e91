import { keepKeys } from './keys.js';
import type { Plot } from './plot.js';

/** Icons on a 16 x 16 grid, drawn with strokes. */
const icons = {
  zoomIn: 'M3 8h10M8 3v10',
  zoomOut: 'M3 8h10',
  reset: 'M3 6V3h3M10 3h3v3M13 10v3h-3M6 13H3v-3',
  brush: 'M5 2v12M11 2v12M5 5h6M5 8h6M5 11h6',
  export: 'M8 2v8M5 7l3 3 3-3M3 12v2h10v-2',
  pan: 'M8 2v12M2 8h12M6 4l2-2 2 2M6 12l2 2 2-2M4 6L2 8l2 2M12 6l2 2-2 2',
};

/** Of a button with its gap, and right of all of them, CSS pixels (style/index.css). */
const buttonWidth = 24;
const margin = 16;
/** A title has at least so much room beside the buttons. */
const leastTitle = 180;

/** What a drag does: selects a part to zoom to, moves the view, or brushes a window of time. */
export type DragMode = 'select' | 'pan' | 'brush';

/** Buttons in the corner of a plot; they show while the pointer or the focus is on it. */
export class Toolbar {
  readonly node = document.createElement('div');
  private readonly modes: { readonly mode: DragMode; readonly button: HTMLButtonElement }[];
  private readonly resetButton: HTMLButtonElement;

  /** @param changed the view of the plot has */
  constructor(
    { moves, work }: Plot<never>,
    changed: () => void,
    menu: { readonly node: HTMLElement; toggle(opener: HTMLElement): void },
  ) {
    const zoom = (factor: number) => (): void => void (moves?.zoom(factor) && changed());
    this.node.className = 'sl-Plot-tools';
    const mode = (one: DragMode & ('pan' | 'brush'), label: string) => ({
      mode: one,
      button: iconButton(icons[one], label, () => this.setDrag(this.drag === one ? 'select' : one)),
    });
    this.modes = [
      ...(moves ? [mode('pan', 'Drag moves the view')] : []),
      ...(work ? [mode('brush', 'Drag brushes a window of time and counts in it (Shift and drag)')] : []),
    ];
    this.resetButton = iconButton(icons.reset, 'Show everything (0)', () => moves?.reset() && changed());
    const exportButton = iconButton(icons.export, 'Export', () => menu.toggle(exportButton));
    exportButton.setAttribute('aria-haspopup', 'menu');
    this.node.append(
      ...this.modes.map(({ button }) => button),
      ...(moves
        ? [
            iconButton(icons.zoomOut, 'Zoom out (-)', zoom(1 / 1.5)),
            iconButton(icons.zoomIn, 'Zoom in (+)', zoom(1.5)),
            this.resetButton,
          ]
        : []),
      exportButton,
      menu.node,
    );
    this.setDrag('select');
    this.setZoomed(false);
  }

  get drag(): DragMode {
    return this.modes.find(({ button }) => button.getAttribute('aria-pressed') === 'true')?.mode ?? 'select';
  }

  /**
   * Puts the buttons beside the title, or where that would have no room into the lower corner; returns what the title
   * must leave free.
   */
  place(width: number): number {
    const own = buttonWidth * (this.node.childElementCount - 1) + margin;
    const below = width - own < leastTitle;
    this.node.classList.toggle('sl-mod-below', below);
    return below ? 0 : own;
  }

  setZoomed(zoomed: boolean): void {
    this.resetButton.disabled = !zoomed;
  }

  private setDrag(drag: DragMode): void {
    for (const { mode, button } of this.modes) button.setAttribute('aria-pressed', String(mode === drag));
  }
}

/** @param path of the icon, on a grid of 16 x 16 */
export function iconButton(path: string, label: string, action: () => unknown): HTMLButtonElement {
  const node = document.createElement('button');
  node.type = 'button';
  node.className = 'sl-Plot-tool';
  keepKeys(node);
  const namespace = 'http://www.w3.org/2000/svg';
  const picture = document.createElementNS(namespace, 'svg');
  picture.setAttribute('viewBox', '0 0 16 16');
  picture.setAttribute('aria-hidden', 'true');
  picture.append(document.createElementNS(namespace, 'path'));
  node.append(picture);
  node.addEventListener('click', action);
  setIcon(node, path, label);
  return node;
}

export function setIcon(button: HTMLButtonElement, path: string, label: string): void {
  button.title = label;
  button.setAttribute('aria-label', label);
  button.querySelector('path')?.setAttribute('d', path);
}
