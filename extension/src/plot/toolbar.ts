/** Icons on a 16 x 16 grid, drawn with strokes. */
const icons = {
  zoomIn: 'M3 8h10M8 3v10',
  zoomOut: 'M3 8h10',
  reset: 'M3 6V3h3M10 3h3v3M13 10v3h-3M6 13H3v-3',
  pan: 'M8 2v12M2 8h12M6 4l2-2 2 2M6 12l2 2 2-2M4 6L2 8l2 2M12 6l2 2-2 2',
};

export interface ToolbarActions {
  zoomIn(): void;
  zoomOut(): void;
  reset(): void;
}

/** Buttons in the corner of a plot; they show while the pointer or the focus is on it. */
export class Toolbar {
  readonly node = document.createElement('div');
  private readonly panButton: HTMLButtonElement;
  private readonly resetButton: HTMLButtonElement;

  constructor(actions: ToolbarActions) {
    this.node.className = 'sl-Plot-tools';
    this.panButton = button('pan', 'Drag moves the view', () => this.setPanning(!this.panning));
    this.resetButton = button('reset', 'Show everything (0)', () => actions.reset());
    this.node.append(
      this.panButton,
      button('zoomOut', 'Zoom out (-)', () => actions.zoomOut()),
      button('zoomIn', 'Zoom in (+)', () => actions.zoomIn()),
      this.resetButton,
    );
    this.setPanning(false);
    this.setZoomed(false);
  }

  /** Whether a drag moves the view; otherwise it selects a part. */
  get panning(): boolean {
    return this.panButton.getAttribute('aria-pressed') === 'true';
  }

  setZoomed(zoomed: boolean): void {
    this.resetButton.disabled = !zoomed;
  }

  private setPanning(panning: boolean): void {
    this.panButton.setAttribute('aria-pressed', String(panning));
  }
}

function button(icon: keyof typeof icons, label: string, action: () => void): HTMLButtonElement {
  const node = document.createElement('button');
  node.type = 'button';
  node.className = 'sl-Plot-tool';
  node.title = label;
  node.setAttribute('aria-label', label);
  const namespace = 'http://www.w3.org/2000/svg';
  const picture = document.createElementNS(namespace, 'svg');
  picture.setAttribute('viewBox', '0 0 16 16');
  picture.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(namespace, 'path');
  path.setAttribute('d', icons[icon]);
  picture.append(path);
  node.append(picture);
  node.addEventListener('click', action);
  return node;
}
