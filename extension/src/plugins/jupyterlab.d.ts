/**
 * The few parts of JupyterLab's interfaces that the plugins use. The packages themselves come from the running
 * JupyterLab (they are shared, never bundled); installing them for their types alone would add 280 packages and 330 MB.
 * `test/browser` runs against the real ones.
 */
declare module '@jupyterlab/application' {
  import type { CommandRegistry } from '@lumino/commands';
  import type { SessionContext } from '@jupyterlab/notebook';
  import type { Token } from '@lumino/coreutils';
  import type { Widget } from '@lumino/widgets';

  /** A notebook or a console, which have a kernel, or another view of an output, which has its notebook's path. */
  export interface MainWidget extends Widget {
    readonly content?: { readonly path?: string };
    readonly sessionContext?: SessionContext;
  }
  export interface JupyterFrontEnd {
    readonly commands: CommandRegistry;
    readonly shell: {
      readonly currentWidget: Widget | null;
      add(widget: Widget, area?: string, options?: { rank?: number; mode?: string }): void;
      activateById(id: string): void;
      widgets(area: 'main'): Iterable<MainWidget>;
    };
    readonly contextMenu: {
      addItem(item: { command: string; selector: string; rank?: number }): unknown;
    };
  }
  import type { WidgetTracker } from '@jupyterlab/apputils';

  export interface ILayoutRestorer {
    /** Runs the command for each widget that the tracker had when the page was left. */
    restore<W extends Widget>(
      tracker: WidgetTracker<W>,
      options: {
        readonly command: string;
        args(widget: W): Readonly<Record<string, string | number>>;
        name(widget: W): string;
        readonly when: Promise<unknown>;
      },
    ): Promise<unknown>;
  }
  export const ILayoutRestorer: Token<ILayoutRestorer>;
  export interface JupyterFrontEndPlugin<T> {
    readonly id: string;
    readonly description: string;
    readonly autoStart: boolean;
    readonly requires?: readonly Token<unknown>[];
    readonly optional?: readonly Token<unknown>[];
    activate(app: JupyterFrontEnd, ...services: never[]): T | Promise<T>;
  }
}

declare module '@jupyterlab/apputils' {
  import type { Token } from '@lumino/coreutils';
  import type { Widget } from '@lumino/widgets';

  export interface ICommandPalette {
    addItem(item: { command: string; category: string }): unknown;
  }
  export const ICommandPalette: Token<ICommandPalette>;
  export function showErrorMessage(title: string, error: unknown): Promise<void>;
  export class MainAreaWidget<T extends Widget> extends Widget {
    constructor(options: { content: T });
    readonly content: T;
  }
  export class WidgetTracker<T extends Widget> {
    constructor(options: { namespace: string });
    add(widget: T): Promise<void>;
    save(widget: T): Promise<void>;
    find(test: (widget: T) => boolean): T | undefined;
  }
}

declare module '@jupyterlab/settingregistry' {
  import type { Token } from '@lumino/coreutils';
  import type { ISignal } from '@lumino/signaling';

  export interface Settings {
    readonly composite: Readonly<Record<string, unknown>>;
    readonly changed: ISignal<this, void>;
  }
  export interface ISettingRegistry {
    load(plugin: string): Promise<Settings>;
  }
  export const ISettingRegistry: Token<ISettingRegistry>;
}

declare module '@jupyterlab/notebook' {
  import type { Token } from '@lumino/coreutils';
  import type { ISignal } from '@lumino/signaling';
  import type { Widget } from '@lumino/widgets';
  import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';

  export interface Message {
    readonly header: { readonly msg_type: string };
    readonly parent_header: { readonly msg_id?: string; readonly msg_type?: string };
    readonly content: unknown;
  }
  export interface Kernel {
    readonly name: string;
    readonly status: string;
    /** Its first answer. */
    readonly info: Promise<unknown>;
    readonly supportsSubshells?: boolean;
    interrupt(): Promise<void>;
    createComm(targetName: string): Comm;
  }
  export interface Comm {
    onMsg: (message: Message) => void;
    onClose: (message: Message) => void;
    open(data: Record<string, string | number>): unknown;
    /** Pending for ever where the kernel has none. */
    readonly subshellStarted?: Promise<void>;
  }
  export interface SessionContext {
    readonly path: string;
    readonly session: { readonly kernel: Kernel | null } | null;
    readonly statusChanged: ISignal<unknown, string>;
    readonly iopubMessage: ISignal<unknown, Message>;
  }
  export type OutputModel = IRenderMime.IMimeModel;
  export interface OutputAreaModel {
    readonly length: number;
    readonly changed: ISignal<unknown, unknown>;
    get(index: number): OutputModel;
  }
  export interface Cell extends Widget {
    /** Of a cell that was never in sight, too, which has no `outputArea`. */
    readonly model: { readonly id: string; readonly type: string; readonly outputs?: OutputAreaModel };
    readonly outputArea?: {
      readonly model: OutputAreaModel;
      readonly widgets: readonly Widget[];
      readonly future?: {
        readonly msg: { readonly header: { readonly msg_id: string } };
        onIOPub(message: Message): void;
      } | null;
    };
  }
  export interface NotebookPanel extends Widget {
    readonly sessionContext: SessionContext;
    readonly context: {
      readonly path: string;
      readonly pathChanged: ISignal<unknown, string>;
      /** The file has been read. */
      readonly ready: Promise<void>;
    };
    readonly content: Widget & {
      readonly rendermime: { createRenderer(mimeType: string): IRenderMime.IRenderer };
      readonly widgets: readonly Cell[];
      activeCellIndex: number;
      scrollToItem(index: number): Promise<void>;
    };
  }
  export interface INotebookTracker {
    readonly widgetAdded: ISignal<unknown, NotebookPanel>;
    /** Those of the page that was left are open again. */
    readonly restored: Promise<void>;
    find(test: (panel: NotebookPanel) => boolean): NotebookPanel | undefined;
    forEach(visit: (panel: NotebookPanel) => void): void;
  }
  export const INotebookTracker: Token<INotebookTracker>;
}
