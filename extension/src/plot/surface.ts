/** A canvas laid over its parent, sharp on any screen. */
export class Surface {
  readonly canvas = document.createElement('canvas');
  readonly context: CanvasRenderingContext2D;

  constructor(className: string) {
    this.canvas.className = className;
    this.canvas.setAttribute('aria-hidden', 'true');
    const context = this.canvas.getContext('2d');
    if (!context) throw new Error('this browser gives no 2D canvas');
    this.context = context;
  }

  /** Sets the size in CSS pixels, clears, and scales the context so that it draws in CSS pixels. */
  prepare(width: number, height: number, ratio: number): CanvasRenderingContext2D {
    const columns = Math.round(width * ratio);
    const rows = Math.round(height * ratio);
    if (this.canvas.width !== columns || this.canvas.height !== rows) {
      this.canvas.width = columns;
      this.canvas.height = rows;
      this.canvas.style.width = `${width}px`;
      this.canvas.style.height = `${height}px`;
    }
    this.context.setTransform(1, 0, 0, 1, 0, 0);
    this.context.clearRect(0, 0, columns, rows);
    this.context.setTransform(ratio, 0, 0, ratio, 0, 0);
    return this.context;
  }

  /** Gives the pixels back to the browser. */
  free(): void {
    this.canvas.width = 0;
    this.canvas.height = 0;
  }
}

/** The picture of a plot, and above it the cursor. */
export class Surfaces {
  readonly picture = new Surface('sl-Plot-canvas');
  readonly cursor = new Surface('sl-Plot-cursor');

  constructor(stage: HTMLElement) {
    stage.prepend(this.picture.canvas, this.cursor.canvas);
  }

  remove(): void {
    for (const surface of [this.picture, this.cursor]) {
      surface.free();
      surface.canvas.remove();
    }
  }
}
