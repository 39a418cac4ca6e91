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
  activate: (app: JupyterFrontEnd, tracker: INotebookTracker) => {
    const panelOf = (node: HTMLElement): NotebookPanel | undefined => {
      // JupyterLab's "New View for Output" and a notebook's console know it by its path; another console has a kernel.
      const main = [...app.shell.widgets('main')].find((one) => one.node.contains(node));
      const { content, sessionContext } = main ?? {};
      const path = content?.path ?? sessionContext?.path;
      return (
        tracker.find((one) => one.node.contains(node) || one.context.path === path) ??
        (sessionContext && (main as NotebookPanel))
      );
    };
    setHost({
      kernelState: (node) => {
        const panel = panelOf(node);
        return panel && stateOf(panel);
      },
      endedAt: (node) => {
        const panel = panelOf(node);
        return panel ? endedAt(panel) : 0;
      },
      ask: (node, target, question) => ask(panelOf(node), target, question),
    });
    const watch = (panel: NotebookPanel): void => {
      const { statusChanged, iopubMessage } = panel.sessionContext;
      statusChanged.connect((_, status) => {
        if (over.test(status)) {
          ended.set(panel, Date.now());
          executing.delete(panel);
        }
        hostChanged();
      });
      iopubMessage.connect((_, { header, parent_header, content }) => {
        if (header.msg_type !== 'status' || parent_header.msg_type !== 'execute_request') return;
        executing.set(panel, (content as { readonly execution_state: string }).execution_state);
        hostChanged();
      });
    };
    tracker.forEach(watch);
    tracker.widgetAdded.connect((_, panel) => watch(panel));
  },
};

/** What was computed in such a kernel has ended. */
const over = /restarting|dead|terminating/;
/** When a notebook's kernel was restarted, or died. */
const ended = new WeakMap<NotebookPanel, number>();
/** What the kernel does with cells: it also calls itself busy, then idle, for each question while a cell runs. */
const executing = new WeakMap<NotebookPanel, string>();

/** What the kernel has said of itself. */
export function computes(panel: NotebookPanel, now: boolean): void {
  if (now) executing.set(panel, 'busy');
  else executing.delete(panel);
  hostChanged();
}

/** Milliseconds since 1970; nothing that was computed before goes on. */
export const endedAt = (panel: NotebookPanel): number => ended.get(panel) ?? 0;

export function stateOf(panel: NotebookPanel): KernelState | undefined {
  const kernel = panel.sessionContext.session?.kernel;
  if (!kernel || over.test(kernel.status)) return 'gone';
  const status = executing.get(panel) ?? kernel.status;
  return status === 'idle' || status === 'busy' ? status : undefined;
}

/**
 * One comm for each question: opened with it, answered by one message, closed. A kernel that does not know the target
 * closes it at once.
 */
export function ask(panel: NotebookPanel | undefined, target: string, question: Question): Promise<unknown> {
  const kernel = panel?.sessionContext.session?.kernel;
  if (!panel || !kernel || stateOf(panel) === 'gone') return Promise.reject(new Error('no kernel is connected'));
  if (!executing.has(panel) && /busy|unknown/.test(kernel.status)) executing.set(panel, kernel.status);
  const comm = kernel.createComm(target);
  return new Promise((resolve) => {
    const { statusChanged } = panel.sessionContext;
    const done = (value?: unknown): void => {
      statusChanged.disconnect(lost);
      resolve(value);
    };
    // A restarted or dead kernel answers nothing more.
    const lost = (): void => {
      if (stateOf(panel) === 'gone') done();
    };
    statusChanged.connect(lost);
    comm.onMsg = ({ content }) => done((content as { readonly data?: unknown }).data);
    comm.onClose = () => done();
    // Over a subshell it is answered while a cell runs.
    const open = (): unknown => comm.open({ ...question });
    void Promise.resolve(kernel.info)
      .then(() => (kernel.supportsSubshells ? comm.subshellStarted : undefined))
      .then(open, open);
  });
}
