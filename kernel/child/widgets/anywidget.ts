import { existsSync, readFileSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { inspect } from 'node:util';
import type { CommBuffer } from '../comms.js';
import type { State } from './model.js';
import { Widget, type WidgetClass, type WidgetOptions } from './widget.js';
import { Array, Error, Object, Set, String, TypeError } from '../../common/intrinsics.js';

/** The package's model and view; any version of it speaks the same way. */
const anywidgetClass: WidgetClass = { module: 'anywidget', version: '*', model: 'AnyModel', view: 'AnyView' };

export interface AnyWidgetOptions<S extends State> extends WidgetOptions {
  /** JavaScript of an ES module whose default export has `render({ model, el })`; or a file with it, or its address. */
  readonly esm: string;
  /** Its style sheet, a file with it, or its address. */
  readonly css?: string;
  /** What both sides know. Typed arrays and buffers travel as bytes; the front end gets them as `DataView`. */
  readonly state?: S;
  /** What the module can ask the kernel to do, by name. */
  readonly commands?: Readonly<Record<string, WidgetCommand>>;
}

/**
 * Answers what a module asks by `experimental.invoke(name, message, { buffers })`: the answer as JSON, or `{ response,
 * buffers }` with bytes beside it. What it throws stands under the cell; the module then waits until its own time-out,
 * for the protocol has no word for it.
 */
export type WidgetCommand = (message: unknown, buffers: readonly Uint8Array[]) => unknown;

/** A widget of one's own, as https://anywidget.dev describes. */
export class AnyWidget<S extends State> extends Widget {
  constructor({ esm, css, state, commands, ...options }: AnyWidgetOptions<S>) {
    const reserved = Object.keys(state ?? {}).find((name) => /^_(esm|css|anywidget_id|model|view|dom)/.test(name));
    if (reserved !== undefined)
      throw new TypeError(`The name ${reserved} is the widget's own: name that part of the state otherwise.`);
    super(
      anywidgetClass,
      {
        ...state,
        _esm: sourceOf(esm),
        ...(css !== undefined && { _css: sourceOf(css) }),
        _anywidget_id: `spikelab.widget.${++counter}`,
      },
      options,
    );
    if (commands !== undefined) this.answer(commands);
  }

  /**
   * The commands of anywidget's experimental protocol,
   * https://github.com/manzt/anywidget/blob/main/packages/anywidget/src/invoke.ts
   */
  private answer(commands: Readonly<Record<string, WidgetCommand>>): void {
    this.model.onCustom(async (content, buffers) => {
      const asked = content as { kind?: unknown; id?: unknown; name?: unknown; msg?: unknown } | null;
      if (typeof asked !== 'object' || asked?.kind !== 'anywidget-command') return;
      const name = String(asked.name);
      if (!Object.hasOwn(commands, name))
        throw new Error(`The widget has no command ${name}; it has ${Object.keys(commands).join(', ') || 'none'}.`);
      const answer = await commands[name](asked.msg, buffers);
      const [response, beside] = isWithBuffers(answer) ? [answer.response, answer.buffers] : [answer ?? null, []];
      this.send({ id: asked.id, kind: 'anywidget-command-response', response }, beside);
    });
  }

  /** One part of the state. */
  get<K extends keyof S & string>(name: K): S[K] {
    return this.model.get(name) as S[K];
  }

  /** Changes parts of the state, here and in every front end. */
  set(changes: Partial<S>): void {
    this.model.set(changes);
  }

  /** The part of the state that is named `value`: what the widget stands for among other controls. */
  get value(): S['value'] {
    return this.model.get('value') as S['value'];
  }
  set value(value: S['value']) {
    this.model.set({ value });
  }

  /**
   * Calls `listener` when a part of the state has changed, whoever changed it.
   * @returns ends the calls
   */
  onChange<K extends keyof S & string>(name: K, listener: (value: S[K]) => void | Promise<void>): () => void {
    return this.model.onChange((changed) => {
      if (changed.includes(name)) return listener(this.get(name));
    });
  }

  /** Calls `listener` with what the front end sends by `model.send(content, …, buffers)`. @returns ends the calls */
  onMessage(listener: (content: unknown, buffers: readonly Uint8Array[]) => void | Promise<void>): () => void {
    return this.model.onCustom(listener);
  }

  /** Sends a message to the front ends: `model.on('msg:custom', (content, buffers) => …)`. */
  send(content: unknown, buffers: readonly CommBuffer[] = []): void {
    this.model.send(content, buffers);
  }

  toString(): string {
    const own = Object.entries(this.model.snapshot()).filter(([name]) => !name.startsWith('_') && !ofEvery.has(name));
    return `widget ${inspect(Object.fromEntries(own), { depth: 1, breakLength: 100, maxArrayLength: 10 })}`;
  }
}

function isWithBuffers(answer: unknown): answer is { response: unknown; buffers: readonly CommBuffer[] } {
  return (
    typeof answer === 'object' &&
    answer !== null &&
    'response' in answer &&
    'buffers' in answer &&
    Array.isArray(answer.buffers)
  );
}

let counter = 0;

/** State that every widget has. */
const ofEvery: ReadonlySet<string> = new Set(['layout', 'tabbable', 'tooltip']);

/** The text of a file that is named, else the text itself; addresses are the front end's to load. */
function sourceOf(source: string): string {
  if (/\n/.test(source) || !/^\.(m?js|css)$/.test(extname(source)) || /^https?:/.test(source)) return source;
  const path = resolve(source);
  if (!existsSync(path)) throw new Error(`There is no file ${path}, which the widget names.`);
  return readFileSync(path, 'utf8');
}
