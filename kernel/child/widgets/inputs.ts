import { type ControlOptions, controlState } from './options.js';
import { control, LabelledWidget, stylePart, ValueWidget } from './widget.js';
import { Array, Number, Object, RangeError, String } from '../../common/intrinsics.js';

const describedStyle = { description_width: '' };

export interface CheckboxOptions extends ControlOptions {
  readonly value?: boolean;
}

export class Checkbox extends ValueWidget<boolean> {
  constructor(options: CheckboxOptions = {}) {
    const state = {
      ...controlState(options),
      ...{
        value: options.value ?? false,
        indent: true,
        style: stylePart('CheckboxStyle', { ...describedStyle, background: null }),
      },
    };
    super(control('Checkbox'), state, options, (name, given, before) => (name === 'value' ? given === true : before));
  }

  get value(): boolean {
    return this.model.get('value') as boolean;
  }
  set value(value: boolean) {
    this.model.set({ value: Boolean(value) });
  }
}

export interface TextOptions extends ControlOptions {
  readonly value?: string;
  readonly placeholder?: string;
  /** Whether the value follows every key, not only Enter and leaving the field. Default `false`. */
  readonly continuous?: boolean;
  /** Lines of a field for longer texts. Default 1. */
  readonly rows?: number;
}

export class TextInput extends ValueWidget<string> {
  constructor(options: TextOptions = {}) {
    const { value = '', placeholder = '', continuous = false, rows = 1 } = options;
    const style = stylePart('TextStyle', { ...describedStyle, background: null, font_size: null, text_color: null });
    const state = { ...controlState(options), value, placeholder, continuous_update: continuous, style };
    super(
      control(rows > 1 ? 'Textarea' : 'Text'),
      rows > 1 ? { ...state, rows } : state,
      options,
      (name, given, before) => (name === 'value' && typeof given === 'string' ? given : before),
    );
  }

  get value(): string {
    return this.model.get('value') as string;
  }
  set value(value: string) {
    this.model.set({ value: String(value) });
  }
}

export interface DropdownOptions<T> extends ControlOptions {
  /** Values to choose from, or an object from label to value. */
  readonly options: readonly T[] | Readonly<Record<string, T>>;
  /** Default the first. */
  readonly value?: T;
}

export class Dropdown<T> extends ValueWidget<T> {
  private readonly choices: readonly T[];

  constructor(options: DropdownOptions<T>) {
    const isList = Array.isArray(options.options);
    const choices = (isList ? options.options : Object.values(options.options)) as readonly T[];
    const labels = isList ? choices.map(String) : Object.keys(options.options);
    if (choices.length === 0) throw new RangeError('A dropdown needs at least one option.');
    const index = options.value === undefined ? 0 : indexIn(choices, options.value);
    const state = {
      ...controlState(options),
      _options_labels: labels,
      index,
      style: stylePart('DescriptionStyle', describedStyle),
    };
    super(control('Dropdown'), state, options, (name, given, before) =>
      name === 'index' && Number.isInteger(given) && choices[given as number] !== undefined ? given : before,
    );
    this.choices = choices;
  }

  get value(): T {
    return this.choices[this.model.get('index') as number];
  }
  set value(value: T) {
    this.model.set({ index: indexIn(this.choices, value) });
  }
}

/** @throws RangeError */
function indexIn<T>(choices: readonly T[], value: T): number {
  const index = choices.findIndex((choice) => Object.is(choice, value));
  if (index < 0)
    throw new RangeError(`${String(value)} is none of the dropdown's options: ${choices.map(String).join(', ')}.`);
  return index;
}

export interface ButtonOptions extends ControlOptions {
  /** Called with each click. */
  readonly onClick?: () => void | Promise<void>;
  /** Colour by meaning. */
  readonly look?: 'primary' | 'success' | 'info' | 'warning' | 'danger';
  /** Name of a Font Awesome icon, for instance `play`. */
  readonly icon?: string;
}

export class Button extends LabelledWidget {
  constructor(options: ButtonOptions = {}) {
    const { label = '', disabled = false, tooltip, look = '', icon = '' } = options;
    const style = stylePart('ButtonStyle', { button_color: null, font_weight: null, text_color: null });
    const state = { description: label, disabled, tooltip: tooltip ?? null, button_style: look, icon, style };
    super(control('Button'), state, options, (_name, _given, before) => before);
    if (options.onClick) this.onClick(options.onClick);
  }

  /** Calls `listener` with each click. @returns ends the calls */
  onClick(listener: () => void | Promise<void>): () => void {
    return this.model.onCustom((content) => {
      if ((content as { event?: unknown } | null)?.event === 'click') return listener();
    });
  }

  toString(): string {
    return `[${this.label}]`;
  }
}
