import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import type { Widget } from '@lumino/widgets';

/** Draws an output; again with each call. */
export type PlotView = Widget & IRenderMime.IRenderer;

/** What commands may ask of the plot below a cell. */
export interface PlotHandle {
  readonly mimeType: string;
  /** Its title, or what it is. */
  readonly name: string;
  /** The output's line of text. */
  readonly text: string;
  isZoomed(): boolean;
  showAll(): void;
  /** Another view of the same plot, for a tab of its own. @param home stands in the notebook whose kernel it asks */
  copy(home?: HTMLElement): PlotView;
  /** As it is seen, in the theme's colours or in those of paper. @param white black on white */
  png(white: boolean): Promise<Blob>;
  /** @throws PayloadError for a raster of too many spikes */
  svg(): string;
  /** @param all everything, not only what is in view */
  csv(all: boolean): string;
}

const plots = new WeakMap<Node, PlotHandle>();

export function register(node: Node, plot: PlotHandle): void {
  plots.set(node, plot);
}

export function plotAt(node: Node | undefined): PlotHandle | undefined {
  return node && plots.get(node);
}
