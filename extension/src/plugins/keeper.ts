import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import {
  INotebookTracker,
  type Cell,
  type Message,
  type NotebookPanel,
  type OutputAreaModel,
} from '@jupyterlab/notebook';
import { curvesMime, rasterMime } from '../../../src/plot/payload.js';
import { pluginIds } from './tokens.js';

/**
 * After "Clear All Outputs" while a cell runs, JupyterLab drops all further updates of what was cleared, the final one
 * too. This gives a live plot its place in the running cell back with its next update.
 */
export const keeper: JupyterFrontEndPlugin<void> = {
  id: pluginIds.keeper,
  description: 'Brings live plots back that were cleared while their cell still runs.',
  autoStart: true,
  requires: [INotebookTracker],
  activate: (_app: JupyterFrontEnd, tracker: INotebookTracker) => {
    tracker.forEach(keep);
    tracker.widgetAdded.connect((_, panel) => keep(panel));
  },
};

interface Sent {
  readonly data?: Readonly<Record<string, unknown>>;
  readonly transient?: { readonly display_id?: string };
}

function keep(panel: NotebookPanel): void {
  /** Displays of each cell's outputs that were cleared since they were last placed. */
  const cleared = new WeakMap<OutputAreaModel, { known: Set<string>; lost: Set<string> }>();
  const follow = (outputs: OutputAreaModel): { known: Set<string>; lost: Set<string> } => {
    let displays = cleared.get(outputs);
    if (!displays) {
      displays = { known: new Set(), lost: new Set() };
      cleared.set(outputs, displays);
      const { known, lost } = displays;
      outputs.changed.connect(() => {
        if (outputs.length === 0) for (const id of known) lost.add(id);
      });
    }
    return displays;
  };
  panel.sessionContext.iopubMessage.connect((_, message) => {
    const { data, transient } = message.content as Sent;
    const id = transient?.display_id;
    if (id === undefined || !data || !(curvesMime in data || rasterMime in data)) return;
    const area = panel.content.widgets.find((cell) => isRunning(cell, message))?.outputArea;
    if (!area?.future) return;
    const { known, lost } = follow(area.model);
    known.add(id);
    // As a new display, so that JupyterLab itself places it and knows it for the updates to come.
    if (message.header.msg_type === 'update_display_data' && lost.delete(id))
      area.future.onIOPub({ ...message, header: { ...message.header, msg_type: 'display_data' } });
  });
}

function isRunning({ outputArea }: Cell, { parent_header }: Message): boolean {
  return outputArea?.future?.msg.header.msg_id === parent_header.msg_id;
}
