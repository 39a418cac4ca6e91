import {
  arrangeFigure,
  unpackFigure,
  type ArrangedFigure,
  type Unpacked,
} from '../../../src/plot/drawing/figure/figure.js';
import type { Pen } from '../../../src/plot/drawing/pen.js';
import type { Theme } from '../../../src/plot/drawing/theme.js';
import type { FigurePayload } from '../../../src/plot/figureParts.js';
import type { DataTable, Plot, Point, Reading } from '../plot/plot.js';
import { figureCsv } from './csv.js';
import { hovered, type Hovered } from './hover.js';
import { putOnCanvas } from './put.js';
import { figureTable } from './table.js';
import { valuesOf, type Value } from './values.js';

/** Bars, charts, matrices and images, in the theme's colours and as wide as the window; the pointer reads them. */
export class FigurePlot implements Plot<FigurePayload> {
  #payload: FigurePayload = {
    version: 1,
    content: { kind: 'tiles', columns: 1, scale: 'grey', tiles: [], pixels: '' },
  };
  #unpacked?: Unpacked;
  #values?: readonly Value[];
  #arranged?: ArrangedFigure;
  #cursor?: Hovered;

  setPayload(payload: FigurePayload): void {
    this.#payload = payload;
    this.release();
  }

  prepare(): void {
    this.#unpacked ??= unpackFigure(this.#payload);
  }

  release(): void {
    this.#unpacked = this.#values = this.#cursor = undefined;
  }

  summary(): string {
    return this.#payload.title ?? 'Figure';
  }

  table(): DataTable {
    const caption = [this.summary(), this.#payload.subtitle].filter(Boolean).join('; ');
    return figureTable(this.#payload, this.#unpacked ?? {}, caption);
  }

  layout(width: number, measure: (text: string) => number, em: number, corner = 0): number {
    this.#arranged = arrangeFigure(this.#payload, this.#unpacked ?? {}, width, measure, em, corner);
    return this.#arranged.height;
  }

  paint(pen: Pen, theme: Theme): void {
    this.#arranged?.draw(pen, theme, putOnCanvas);
  }

  paintSvg(pen: Pen, theme: Theme): void {
    this.paint(pen, theme);
  }

  csv(): string {
    return figureCsv(this.#payload, this.#unpacked ?? {});
  }

  inspect(point?: Point): Reading | undefined {
    const [payload, arranged, unpacked] = [this.#payload, this.#arranged, this.#unpacked ?? {}];
    if (point && payload.content.kind === 'chart') this.#values ??= valuesOf(payload.content);
    this.#cursor = point && arranged && hovered(payload, unpacked, arranged, this.#values ?? [], point);
    return this.#cursor?.reading;
  }

  paintCursor(pen: Pen, theme: Theme): void {
    if (!this.#cursor) return;
    const { x, y, width, height } = this.#cursor.frame;
    pen.strokeStyle = theme.selection;
    pen.lineWidth = 2;
    pen.strokeRect(x, y, width, height);
  }
}
