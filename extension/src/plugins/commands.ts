import { ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, showErrorMessage } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { exportsOfPlots } from '../plot/exports.js';
import { plotAt, type PlotHandle } from '../plot/registry.js';
import { tabs } from './tabs.js';
import { category, commandIds, pluginIds } from './tokens.js';

/** What a command does with a plot. */
interface Action {
  readonly id: string;
  readonly label: string;
  enabled?(plot: PlotHandle): boolean;
  run(plot: PlotHandle, node: Element): void | Promise<void>;
}

const actions: readonly Action[] = [
  {
    id: commandIds.showAll,
    label: 'Show Everything',
    enabled: (plot) => plot.isZoomed(),
    run: (plot) => plot.showAll(),
  },
  ...exportsOfPlots.map(({ id, label, run }) => ({ id: commandIds[id], label, run })),
];

/** Commands for the plot that was clicked on, had the focus, or had its menu opened last. */
export const commands: JupyterFrontEndPlugin<void> = {
  id: pluginIds.commands,
  description: 'Commands for plots, in the palette and in the menu of an output.',
  autoStart: true,
  optional: [ICommandPalette, INotebookTracker, ILayoutRestorer],
  activate: (
    app: JupyterFrontEnd,
    palette: ICommandPalette | null,
    notebooks: INotebookTracker | null,
    restorer: ILayoutRestorer | null,
  ) => {
    const openInTab = tabs(app, notebooks, restorer);
    const all: Action[] = [
      { id: commandIds.openInTab, label: 'Open Plot in a Tab', run: (_, node) => openInTab(node) },
      ...actions,
    ];
    all.forEach(({ id, label, enabled = () => true, run }, rank) => {
      app.commands.addCommand(id, {
        label,
        isEnabled: () => {
          const plot = currentPlot();
          return plot !== undefined && enabled(plot);
        },
        execute: async () => {
          const plot = currentPlot();
          try {
            if (plot && used) await run(plot, used);
          } catch (error) {
            await showErrorMessage(label, error); // of a command nobody else says it
          }
        },
      });
      palette?.addItem({ command: id, category });
      app.contextMenu.addItem({ command: id, selector: '.sl-Plot', rank: 100 + rank });
    });
  },
};

/**
 * The plot that was used last: opening the palette takes the focus away, and JupyterLab never forgets where its menu
 * was opened.
 */
let used: Element | undefined;
for (const type of ['focusin', 'pointerdown', 'contextmenu'])
  document.addEventListener(
    type,
    ({ target }) => {
      if (target instanceof Element) used = target.closest('.sl-Plot') ?? used;
    },
    true,
  );

const currentPlot = (): PlotHandle | undefined => (used?.isConnected ? plotAt(used) : undefined);
