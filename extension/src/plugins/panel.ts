import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { INotebookTracker } from '@jupyterlab/notebook';
import { Widget } from '@lumino/widgets';
import { stateText } from '../../../src/plot/drawing/curves/values.js';
import { CurvesPlot } from '../curves/plot.js';
import { Surface } from '../plot/surface.js';
import { readTheme } from '../plot/theme.js';
import { askTrainings } from './told.js';
import { pluginIds } from './tokens.js';
import { trainings, type Training } from './trainings.js';

/** Milliseconds between two looks at the notebooks, while the panel is seen. */
const interval = 1000;

/** The trainings of all open notebooks in the left side bar. */
export const panel: JupyterFrontEndPlugin<void> = {
  id: pluginIds.panel,
  description: 'A side panel of the trainings in all open notebooks.',
  autoStart: true,
  requires: [INotebookTracker],
  activate: (app: JupyterFrontEnd, tracker: INotebookTracker) => {
    app.shell.add(new TrainingsPanel(app, tracker), 'left', { rank: 700 });
  },
};

class TrainingsPanel extends Widget {
  readonly #list = document.createElement('div');
  #timer?: number;
  /** What the list was made from. */
  #shown = '';

  constructor(
    private readonly app: JupyterFrontEnd,
    private readonly tracker: INotebookTracker,
  ) {
    super();
    this.id = 'spikelab-trainings';
    this.title.caption = 'Trainings';
    this.title.iconClass = 'sl-TrainingsIcon jp-SideBar-tabIcon';
    this.addClass('sl-Trainings');
    const heading = document.createElement('h2');
    heading.textContent = 'Trainings';
    this.node.append(heading, this.#list);
  }

  protected override onAfterShow(): void {
    this.#refresh();
    this.#timer = window.setInterval(() => this.#refresh(), interval);
  }

  protected override onBeforeHide(): void {
    window.clearInterval(this.#timer);
  }

  protected override onBeforeDetach(): void {
    window.clearInterval(this.#timer);
  }

  #refresh(): void {
    if (this.#list.querySelector(':active')) return; // a button is being pressed
    const now = Date.now();
    const all = trainings(this.tracker, now);
    this.tracker.forEach((panel) => {
      // Who hears of a training need not ask.
      const heard = all.some((one) => one.panel === panel && one.liveness === 'training' && one.cell !== undefined);
      if (!heard) void askTrainings(panel, now);
    });
    // Nothing moves below a reader or a pointer, and nothing is drawn, while nothing changes.
    const look = [readTheme(this.node), this.node.clientWidth];
    const shown = JSON.stringify([look, all.map(({ panel, ...one }) => [panel.id, panel.context.path, one])]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    // The focus stays on the button that has it.
    const focused = this.#list.contains(document.activeElement) ? document.activeElement?.id : undefined;
    this.#list.replaceChildren(...all.map((one, k) => this.#entry(one, k)));
    if (all.length === 0) this.#list.textContent = 'No training in an open notebook.';
    this.#list.setAttribute('role', all.length === 0 ? 'status' : 'list');
    if (focused) document.getElementById(focused)?.focus();
  }

  #entry(training: Training, index: number): HTMLElement {
    const { panel: notebook, payload, liveness, cell } = training;
    const entry = document.createElement('div');
    entry.className = 'sl-Training';
    entry.setAttribute('role', 'listitem');
    const name = document.createElement('div');
    name.className = 'sl-Training-name';
    name.textContent = `${payload.title ?? 'Training'} · ${notebook.context.path}`;
    const state = document.createElement('div');
    state.textContent = stateText(payload, liveness);
    const go = button(`sl-training-go-${index}`, 'Go to cell', () => {
      this.app.shell.activateById(notebook.id);
      if (cell === undefined) return;
      notebook.content.activeCellIndex = cell;
      void notebook.content.scrollToItem(cell);
    });
    const id = payload.state?.id;
    const stop =
      id === undefined
        ? button(`sl-training-stop-${index}`, 'Interrupt', () => {
            void notebook.sessionContext.session?.kernel?.interrupt();
          })
        : button(`sl-training-stop-${index}`, 'Stop', () => {
            void askTrainings(notebook, Date.now(), id).then(() => this.#refresh());
          });
    stop.disabled = liveness === 'stopped';
    entry.append(name, state, this.#picture(training), go, stop);
    return entry;
  }

  /** The accuracy, as wide as the panel. */
  #picture({ payload, liveness }: Training): HTMLElement {
    const theme = readTheme(this.node);
    const width = Math.max(160, this.node.clientWidth - 24);
    const plot = new CurvesPlot();
    plot.setPayload({
      version: 1,
      live: false,
      plannedEpochs: payload.plannedEpochs,
      axes: payload.axes,
      series: payload.series.filter((one) => one.panel === 'accuracy'),
    });
    plot.setLiveness(liveness);
    const surface = new Surface('sl-Training-curves');
    surface.context.font = `${theme.fontSize}px ${theme.fontFamily}`;
    const height = Math.ceil(plot.layout(width, (text) => surface.context.measureText(text).width, theme.fontSize));
    plot.paint(surface.prepare(width, height, window.devicePixelRatio), theme);
    return surface.canvas;
  }
}

function button(id: string, label: string, action: () => void): HTMLButtonElement {
  const node = document.createElement('button');
  node.type = 'button';
  node.id = id;
  node.className = 'jp-mod-styled';
  node.textContent = label;
  node.addEventListener('click', action);
  return node;
}
