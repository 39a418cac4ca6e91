import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, MainAreaWidget } from '@jupyterlab/apputils';
import { exportsOfPlots } from '../plot/exports.js';
import { plotAt, type PlotHandle } from '../plot/registry.js';
import { category, commandIds, pluginIds } from './tokens.js';

/** What a command does with a plot. */
interface Action {
  readonly id: string;
  readonly label: string;
  enabled?(plot: PlotHandle): boolean;
  run(plot: PlotHandle, app: JupyterFrontEnd): void | Promise<void>;
}

const actions: readonly Action[] = [
  { id: commandIds.openInTab, label: 'Open Plot in a Tab', run: (plot, app) => openInTab(plot, app) },
  {
    id: commandIds.showAll,
    label: 'Show Everything',
    enabled: (plot) => plot.isZoomed(),
    run: (plot) => plot.showAll(),
  },
  ...exportsOfPlots.map(({ id, label, run }) => ({ id: commandIds[id], label, run })),
];

/** Commands for the plot below the pointer, or for the one that has the focus. */
export const commands: JupyterFrontEndPlugin<void> = {
  id: pluginIds.commands,
  description: 'Commands for plots, in the palette and in the menu of an output.',
  autoStart: true,
  optional: [ICommandPalette],
  activate: (app: JupyterFrontEnd, palette: ICommandPalette | null) => {
    actions.forEach(({ id, label, enabled = () => true, run }, rank) => {
      app.commands.addCommand(id, {
        label,
        isEnabled: () => {
          const plot = currentPlot(app);
          return plot !== undefined && enabled(plot);
        },
        execute: async () => {
          const plot = currentPlot(app);
          if (plot) await run(plot, app);
        },
      });
      palette?.addItem({ command: id, category });
      app.contextMenu.addItem({ command: id, selector: '.sl-Plot', rank: 100 + rank });
    });
  },
};

/** The last plot that had the focus: opening the palette takes it away. */
let lastFocused: Element | undefined;
document.addEventListener('focusin', ({ target }) => {
  if (target instanceof Element) lastFocused = target.closest('.sl-Plot') ?? lastFocused;
});

function currentPlot(app: JupyterFrontEnd): PlotHandle | undefined {
  const hit = app.contextMenuHitTest((node) => node.classList.contains('sl-Plot'));
  return plotAt(hit) ?? (lastFocused?.isConnected ? plotAt(lastFocused) : undefined);
}

function openInTab(plot: PlotHandle, app: JupyterFrontEnd): void {
  const tab = new MainAreaWidget({ content: plot.copy() });
  tab.id = `spikelab-plot-${crypto.randomUUID()}`;
  tab.title.label = plot.role;
  tab.title.caption = plot.text;
  tab.title.closable = true;
  app.shell.add(tab, 'main', { mode: 'split-right' });
  app.shell.activateById(tab.id);
}
