import { inspect } from 'node:util';
import { displaySymbol, type Picture } from '../../../src/plot/display.js';
import { WidgetModel, type Accept, type State } from './model.js';
import { Object, String } from '../../common/intrinsics.js';

/** Which of the front end's classes a widget is. */
export interface WidgetClass {
  readonly module: string;
  readonly version: string;
  readonly model: string;
  readonly view: string | null;
}

const baseModule = { module: '@jupyter-widgets/base', version: '2.0.0' };
const controlsModule = { module: '@jupyter-widgets/controls', version: '2.0.0' };

/** A control of ipywidgets' front end, by its name. */
export function control(name: string, view: string | null = `${name}View`): WidgetClass {
  return { ...controlsModule, model: `${name}Model`, view };
}

/** The state that names a class of the front end. */
export function classState({ module, version, model, view }: WidgetClass): State {
  return {
    _model_module: module,
    _model_module_version: version,
    _model_name: model,
    _view_module: view === null ? null : module,
    _view_module_version: view === null ? '' : version,
    _view_name: view,
    _view_count: null,
  };
}

/** CSS of a widget's box, in CSS's words with underscores: `{ width: '400px', margin: '0 0 8px' }`. */
export type Layout = Readonly<Record<string, string>>;

export interface WidgetOptions {
  readonly layout?: Layout;
}

/** A state beside the widget's own, which the front end keeps as a model: its box, its colours. */
function partOf(widgetClass: WidgetClass, state: State): { readonly model: WidgetModel } {
  return { model: new WidgetModel({ ...classState(widgetClass), ...state }) };
}

const layoutClass: WidgetClass = { ...baseModule, model: 'LayoutModel', view: 'LayoutView' };
const styleView = { ...baseModule, view: 'StyleView' };

/** The colours and widths that a control can have. */
export function stylePart(name: string, state: State = {}): { readonly model: WidgetModel } {
  const { module, version, model } = control(name);
  return partOf(
    { module, version, model, view: styleView.view },
    { ...state, _view_module: styleView.module, _view_module_version: styleView.version },
  );
}

/**
 * Something of the front end under a cell, with a state that both sides know. It shows as a cell's last value, by
 * `display` and by `show`.
 */
export abstract class Widget implements Picture {
  /** @internal */
  readonly model: WidgetModel;
  private readonly parts: readonly WidgetModel[];

  protected constructor(widgetClass: WidgetClass, state: State, { layout = {} }: WidgetOptions = {}, accept?: Accept) {
    const box = partOf(layoutClass, layout);
    const parts = [box, state['style']].filter(isPart);
    this.parts = parts.map(({ model }) => model);
    this.model = new WidgetModel(
      { ...classState(widgetClass), _dom_classes: [], tabbable: null, tooltip: null, layout: box, ...state },
      accept,
    );
  }

  /** Takes the widget away: its views vanish, and it changes no more. */
  close(): void {
    this.model.close();
    for (const part of this.parts) part.close();
  }

  /** What stands where no front end draws it: a saved notebook, a run without a browser. */
  abstract toString(): string;

  [displaySymbol](): Readonly<Record<string, unknown>> {
    const text = { 'text/plain': this.toString() };
    if (this.model.isClosed) return text;
    return {
      'application/vnd.jupyter.widget-view+json': { version_major: 2, version_minor: 0, model_id: this.model.id },
      ...text,
    };
  }

  [inspect.custom](): string {
    return this.toString();
  }
}

function isPart(value: unknown): value is { readonly model: WidgetModel } {
  return typeof value === 'object' && value !== null && 'model' in value && value.model instanceof WidgetModel;
}

/** A widget with words of its own, which can be disabled. */
export abstract class LabelledWidget extends Widget {
  /** Words on a button, before a value. */
  get label(): string {
    return String(this.model.get('description') ?? '');
  }
  set label(label: string) {
    this.model.set({ description: label });
  }

  get disabled(): boolean {
    return this.model.get('disabled') === true;
  }
  set disabled(disabled: boolean) {
    this.model.set({ disabled });
  }
}

/** A widget with a value of type `T`. */
export abstract class ValueWidget<T> extends LabelledWidget {
  /** The value, in the kernel and in every front end. */
  abstract get value(): T;
  abstract set value(next: T);

  /**
   * Calls `listener` with each new value, whoever set it, and the one before. What it prints and shows stands under the
   * cell that called this. The front end sends its newest value when the listener, awaited, is done.
   * @returns ends the calls
   */
  onChange(listener: (value: T, before: T) => void | Promise<void>): () => void {
    let before = this.value;
    return this.model.onChange(() => {
      const [value, previous] = [this.value, before];
      if (Object.is(value, previous)) return;
      before = value;
      return listener(value, previous);
    });
  }

  toString(): string {
    const value = typeof this.value === 'string' ? this.value : inspect(this.value, { depth: 1, maxArrayLength: 10 });
    return this.label === '' ? value : `${this.label}: ${value}`;
  }
}
