import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import { hostChanged, setHost, type KernelState } from '../live/host.js';
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
