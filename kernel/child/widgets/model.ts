import { currentCell } from '../cell.js';
import { comms, type Comm, type CommBuffer, type CommMessage } from '../comms.js';
import { runAt } from '../output-place.js';
import { sendMessage } from '../pipe.js';
import { reportError } from '../traceback.js';
import { likeBefore, packState, unpackState } from './buffers.js';
import { Array, JSON, Map, Object, Set, Uint8Array } from '../../common/intrinsics.js';

/**
 * Version of the messages between widgets and their models,
 * https://github.com/jupyter-widgets/ipywidgets/blob/main/packages/schema/messages.md
 */
const protocolVersion = '2.1.0';

export type State = Record<string, unknown>;

/** What makes a value of the front end one of the model's, or refuses it by an exception. */
export type Accept = (name: string, value: unknown, before: unknown) => unknown;

type Change = (changed: readonly string[]) => void | Promise<void>;
type Custom = (content: unknown, buffers: readonly Uint8Array[]) => void | Promise<void>;

/** Somebody who wants to know, and the cell under which shows what he prints. */
interface Listener<T> {
  readonly cell: number;
  readonly call: T;
}

/** The models that are open, by id. */
export const models = new Map<string, WidgetModel>();

/** The state of one widget, the same here and in every front end. */
export class WidgetModel {
  private readonly comm: Comm;
  private readonly changes = new Set<Listener<Change>>();
  private readonly customs = new Set<Listener<Custom>>();
  private closed = false;

  constructor(
    private readonly state: State,
    private readonly accept: Accept = (_name, value) => value,
  ) {
    const { buffers, ...data } = pack(state);
    this.comm = comms.open('jupyter.widget', data, { metadata: { version: protocolVersion }, buffers });
    this.comm.onMessage = (message) => this.receive(message);
    this.comm.onClose = () => this.forget();
    models.set(this.id, this);
  }

  get id(): string {
    return this.comm.id;
  }

  get isClosed(): boolean {
    return this.closed;
  }

  get(name: string): unknown {
    return this.state[name];
  }

  /** All of the state, with its binary parts in place. */
  snapshot(): State {
    return { ...this.state };
  }

  /** Changes the state here and in the front ends, then tells who listens here. */
  set(changes: State): void {
    const changed = Object.keys(changes).filter((name) => !Object.is(this.state[name], changes[name]));
    Object.assign(this.state, changes);
    if (changed.length === 0) return;
    this.sendState(changed);
    for (const listener of this.changes) void this.tell(listener, () => listener.call(changed));
  }

  onChange(call: Change): () => void {
    return listen(this.changes, call);
  }

  onCustom(call: Custom): () => void {
    return listen(this.customs, call);
  }

  /** Sends a message of the widget's own to its front ends. */
  send(content: unknown, buffers: readonly CommBuffer[] = []): void {
    if (!this.closed) this.comm.send({ method: 'custom', content }, { buffers });
  }

  /** Ends the widget: its views vanish. */
  close(): void {
    this.forget();
    this.comm.close();
  }

  private forget(): void {
    this.closed = true;
    models.delete(this.id);
  }

  private sendState(names: readonly string[], method: 'update' | 'echo_update' = 'update', from = this.state): void {
    if (this.closed) return;
    const { buffers, ...data } = pack(Object.fromEntries(names.map((name) => [name, from[name]])));
    this.comm.send({ method, ...data }, { buffers });
  }

  private async receive({ data, buffers }: CommMessage): Promise<void> {
    if (data['method'] === 'request_state') return this.sendState(Object.keys(this.state));
    if (data['method'] === 'custom') {
      for (const listener of [...this.customs])
        await this.tell(listener, () => listener.call(data['content'], buffers));
      return;
    }
    const sent = data['state'];
    if (data['method'] !== 'update' || typeof sent !== 'object' || sent === null) return;
    unpackState(sent as State, data['buffer_paths'], buffers);
    await this.take(sent as State);
  }

  /**
   * Takes over what a front end changed. Every front end hears of it first, so that each knows whose value is the
   * newest.
   */
  private async take(sent: State): Promise<void> {
    const names = Object.keys(sent).filter((name) => Object.hasOwn(this.state, name) && !name.startsWith('_model'));
    this.sendState(names, 'echo_update', sent);
    const changed: string[] = [];
    const corrected: string[] = [];
    for (const name of names) {
      const before = this.state[name];
      const given = sent[name] instanceof Uint8Array ? likeBefore(sent[name], before) : sent[name];
      let accepted: unknown;
      try {
        accepted = this.accept(name, given, before);
      } catch {
        accepted = before;
      }
      if (!same(accepted, given)) corrected.push(name);
      if (same(accepted, before)) continue;
      this.state[name] = accepted;
      changed.push(name);
    }
    if (corrected.length > 0) this.sendState(corrected);
    if (changed.length > 0)
      for (const listener of [...this.changes]) await this.tell(listener, () => listener.call(changed));
  }

  /** Calls a listener; what it shows and throws stands under the cell that set it. */
  private async tell({ cell }: Listener<unknown>, call: () => void | Promise<void>): Promise<void> {
    try {
      await runAt({ cell }, call);
    } catch (error) {
      sendMessage({ op: 'error', background: true, ...reportError(error) }, cell);
    }
  }
}

function listen<T>(listeners: Set<Listener<T>>, call: T): () => void {
  const listener = { cell: currentCell()?.id ?? 0, call };
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

function same(a: unknown, b: unknown): boolean {
  return Object.is(a, b) || (Array.isArray(a) && Array.isArray(b) && JSON.stringify(a) === JSON.stringify(b));
}

/** State for the wire; other widgets in it by their ids. */
export function pack(state: Readonly<State>): ReturnType<typeof packState> {
  return packState(state, (value) => (isModelOwner(value) ? `IPY_MODEL_${value.model.id}` : undefined));
}

/** A widget, as others name it in their state. */
function isModelOwner(value: object): value is { readonly model: WidgetModel } {
  return 'model' in value && value.model instanceof WidgetModel;
}
