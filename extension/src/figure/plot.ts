import {
  arrangeFigure,
  unpackFigure,
  type ArrangedFigure,
  type Unpacked,
} from '../../../src/plot/drawing/figure/figure.js';
import type { FigurePayload } from '../../../src/plot/figureParts.js';
import type { Pen } from '../../../src/plot/drawing/pen.js';
import type { Theme } from '../../../src/plot/drawing/theme.js';
import type { DataTable, Plot } from '../plot/plot.js';
import { putOnCanvas } from './put.js';
import { figureCsv, figureTable } from './table.js';

const nothing = (): undefined => undefined;
const no = (): false => false;

/** Bars, charts, matrices and images: a picture that is looked at, in the theme's colours and as wide as its window. */
export class FigurePlot implements Plot<FigurePayload> {
  readonly still = true;
  private payload: FigurePayload = {
    version: 1,
    content: { kind: 'tiles', columns: 1, scale: 'grey', tiles: [], pixels: '' },
  };
  private unpacked?: Unpacked;
  private arranged?: ArrangedFigure;

  setPayload(payload: FigurePayload): void {
    this.payload = payload;
    this.unpacked = undefined;
  }

  prepare(): void {
    this.unpacked ??= unpackFigure(this.payload);
  }

  release(): void {
    this.unpacked = undefined;
  }

  summary(): string {
    return this.payload.title ?? 'Figure';
  }

  table(): DataTable {
    return figureTable(this.payload, [this.summary(), this.payload.subtitle ?? ''].filter(Boolean).join('; '));
  }

  layout(width: number, measure: (text: string) => number, em: number, corner = 0): number {
    this.arranged = arrangeFigure(this.payload, this.unpacked ?? {}, width, measure, em, corner);
    return this.arranged.height;
  }

  paint(pen: Pen, theme: Theme): void {
    this.arranged?.draw(pen, theme, putOnCanvas);
  }

  paintSvg(pen: Pen, theme: Theme): void {
    this.paint(pen, theme);
  }

  csv(): string {
    this.prepare();
    return figureCsv(this.payload, this.unpacked?.bytes);
  }

  paintCursor(): void {}
  setLiveness(): void {}
  readonly inspect = nothing;
  readonly step = nothing;
  readonly jump = nothing;
  readonly selection = nothing;
  readonly made = nothing;
  readonly click = no;
  readonly zoom = no;
  readonly pan = no;
  readonly isAxis = no;
  readonly zoomTo = no;
  readonly reset = no;
  readonly isZoomed = no;
  readonly isLive = no;
}
