import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import { hostChanged, setHost, type KernelState, type Question } from '../live/host.js';
import { pluginIds } from './tokens.js';

/** Tells the plots whether the kernel of their notebook lives: what says `training` must be training. */
export const kernels: JupyterFrontEndPlugin<void> = {
  id: pluginIds.kernels,
  description: 'Tells live curves whether their kernel computes, idles or is gone.',
  autoStart: true,
  requires: [INotebookTracker],
  activate: (_app: JupyterFrontEnd, tracker: INotebookTracker) => {
    setHost({
      kernelState: (node) => {
        const panel = tracker.find((one) => one.node.contains(node));
        return panel && stateOf(panel);
      },
      ask: (node, target, question) =>
        ask(
          tracker.find((one) => one.node.contains(node)),
          target,
          question,
        ),
    });
    const watch = (panel: NotebookPanel): void => {
      panel.sessionContext.statusChanged.connect(() => hostChanged());
    };
    tracker.forEach(watch);
    tracker.widgetAdded.connect((_, panel) => watch(panel));
  },
};

export function stateOf({ sessionContext }: NotebookPanel): KernelState | undefined {
  const kernel = sessionContext.session?.kernel;
  if (!kernel) return 'gone';
  if (kernel.status === 'idle') return 'idle';
  if (kernel.status === 'dead' || kernel.status === 'terminating') return 'gone';
  return kernel.status === 'busy' ? 'busy' : undefined;
}

/**
 * One comm for each question: opened with it, answered by one message, closed. A kernel that does not know the target
 * closes it at once.
 */
function ask(panel: NotebookPanel | undefined, target: string, question: Question): Promise<unknown> {
  const kernel = panel?.sessionContext.session?.kernel;
  if (!panel || !kernel || stateOf(panel) === 'gone') return Promise.reject(new Error('no kernel is connected'));
  const comm = kernel.createComm(target);
  return new Promise((resolve) => {
    comm.onMsg = ({ content }) => resolve((content as { readonly data?: unknown }).data);
    comm.onClose = () => resolve(undefined);
    // A restarted or dead kernel answers nothing more.
    const ended = (): void => {
      if (stateOf(panel) !== 'gone' && panel.sessionContext.session?.kernel?.status !== 'restarting') return;
      panel.sessionContext.statusChanged.disconnect(ended);
      resolve(undefined);
    };
    panel.sessionContext.statusChanged.connect(ended);
    comm.open({ ...question });
  });
}
