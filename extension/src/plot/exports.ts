/** Files that a plot can be saved as: what the menu of its button and JupyterLab's commands offer. */
import { download } from './download.js';
import type { PlotHandle } from './registry.js';

export interface Export {
  readonly id: 'pngTheme' | 'pngWhite' | 'svg' | 'csvView' | 'csvAll';
  readonly label: string;
  run(plot: PlotHandle): void | Promise<void>;
}

/** Letters and digits of any language; of a long name its beginning. */
const fileName = ({ name }: PlotHandle): string => name.replace(/[^\p{L}\p{M}\p{N}]+/gu, '-').slice(0, 60);

const csv = (plot: PlotHandle, all: boolean): void =>
  download(new Blob([plot.csv(all)], { type: 'text/csv' }), `${fileName(plot)}.csv`);

export const exportsOfPlots: readonly Export[] = [
  {
    id: 'pngTheme',
    label: 'Export Plot as PNG',
    run: async (plot) => download(await plot.png(false), `${fileName(plot)}.png`),
  },
  {
    id: 'pngWhite',
    label: 'Export Plot as PNG on White',
    run: async (plot) => download(await plot.png(true), `${fileName(plot)}.png`),
  },
  {
    id: 'svg',
    label: 'Export Plot as SVG',
    run: (plot) => download(new Blob([plot.svg()], { type: 'image/svg+xml' }), `${fileName(plot)}.svg`),
  },
  { id: 'csvView', label: 'Export Data in View as CSV', run: (plot) => csv(plot, false) },
  { id: 'csvAll', label: 'Export All Data as CSV', run: (plot) => csv(plot, true) },
];
