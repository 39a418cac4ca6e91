/** Plots in tabs of their own, which follow the output that they show and come back after a reload of the page. */
import type { ILayoutRestorer, JupyterFrontEnd } from '@jupyterlab/application';
import { MainAreaWidget, WidgetTracker } from '@jupyterlab/apputils';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { plotAt, type PlotView } from '../plot/registry.js';
import { commandIds } from './tokens.js';

/** Which output of a notebook a tab shows. */
interface Shown {
  /** Of the tab. */
  readonly id: string;
  readonly panel: NotebookPanel;
  readonly cell: string;
  readonly output: number;
  readonly mimeType: string;
}

/** The same as JupyterLab keeps it with the layout of the page. */
type Place = Omit<Shown, 'panel'> & { readonly path: string };

type Tab = MainAreaWidget<PlotView>;

/** @returns opens the plot of a node in a tab of its own */
export function tabs(
  app: JupyterFrontEnd,
  notebooks: INotebookTracker | null,
  restorer: ILayoutRestorer | null,
): (node: Element) => void {
  const tracker = new WidgetTracker<Tab>({ namespace: 'spikelab-plots' });
  const shown = new WeakMap<Tab, Shown>();

  const add = (content: PlotView, id = newId()): Tab => {
    const tab = new MainAreaWidget({ content });
    tab.id = id;
    name(tab);
    tab.title.closable = true;
    app.shell.add(tab, 'main', { mode: 'split-right' });
    return tab;
  };

  const show = (what: Shown): Tab => {
    const { panel, mimeType } = what;
    const plot = plotAt(panel.content.rendermime.createRenderer(mimeType).node);
    if (!plot) throw new Error(`no plot: ${mimeType}`);
    const tab = add(plot.copy(panel.node), what.id);
    shown.set(tab, what);
    void tracker.add(tab);
    const { pathChanged, ready } = panel.context;
    const save = (): void => void tracker.save(tab);
    pathChanged.connect(save);
    tab.disposed.connect(() => pathChanged.disconnect(save));
    void ready.then(() => follow(tab, what));
    return tab;
  };

  if (notebooks && restorer) {
    app.commands.addCommand(commandIds.restoreTab, {
      execute: (place) => {
        const panel = notebooks.find(({ context }) => context.path === place.path);
        if (!panel) throw new Error(`not open: ${String(place.path)}`); // JupyterLab forgets the tab
        return show({ ...(place as Place), panel });
      },
    });
    void restorer.restore(tracker, {
      command: commandIds.restoreTab,
      args: (tab) => {
        const { panel, ...place } = shown.get(tab) as Shown;
        return { ...place, path: panel.context.path };
      },
      name: ({ id }) => id,
      when: notebooks.restored,
    });
  }

  return (node) => {
    const from = tracker.find((tab) => tab.node.contains(node));
    const other = from && shown.get(from);
    const what = other ? { ...other, id: newId() } : placeOf(node, notebooks);
    const plot = plotAt(node);
    const tab = what ? show(what) : plot && add(plot.copy());
    if (tab) app.shell.activateById(tab.id);
  };
}

const newId = (): string => `spikelab-plot-${Date.now()}`;

/** Nothing for a plot that stands in no notebook, but in a console or in JupyterLab's own view of an output. */
function placeOf(node: Element, notebooks: INotebookTracker | null): Shown | undefined {
  const has = (one: { readonly node: HTMLElement }): boolean => one.node.contains(node);
  const panel = notebooks?.find(has);
  const cell = panel?.content.widgets.find(has);
  const output = cell?.outputArea?.widgets.findIndex(has) ?? -1;
  const mimeType = plotAt(node)?.mimeType;
  return panel && cell && output >= 0 && mimeType
    ? { id: newId(), panel, cell: cell.model.id, output, mimeType }
    : undefined;
}

/** Shows what comes in the output's place, as long as it is of the same kind; closes a tab that has nothing to show. */
function follow(tab: Tab, { panel, cell, output, mimeType }: Shown): void {
  const outputs = panel.content.widgets.find(({ model }) => model.id === cell)?.model.outputs;
  let last: unknown;
  const update = (): void => {
    const model = outputs && output < outputs.length ? outputs.get(output) : undefined;
    if (!model || model === last || !(mimeType in model.data)) return;
    last = model;
    void tab.content.renderModel(model);
    name(tab);
  };
  update();
  if (!outputs || !last) return tab.dispose();
  outputs.changed.connect(update);
  tab.disposed.connect(() => outputs.changed.disconnect(update));
}

function name({ content, title }: Tab): void {
  const plot = plotAt(content.node);
  title.label = plot?.name ?? '';
  title.caption = plot?.text ?? '';
}
