/** Widgets of a notebook, as its global functions. */
import { AnyWidget, type AnyWidgetOptions } from './anywidget.js';
import { Box } from './boxes.js';
import {
  Button,
  type ButtonOptions,
  Checkbox,
  type CheckboxOptions,
  Dropdown,
  type DropdownOptions,
  TextInput,
  type TextOptions,
} from './inputs.js';
import { type Controls, type Control, controlFor, type InteractOptions, Interaction, type Values } from './interact.js';
import { answerFrontEnds } from './manager.js';
import { Play, type PlayOptions } from './play.js';
import { RangeSlider, Slider, type SliderOptions } from './sliders.js';
import type { Widget } from './widget.js';

answerFrontEnds();

/**
 * A number to drag. Its `value` can be read and set, `onChange` tells of changes.
 * @example const threshold = slider({ label: 'threshold', min: 1, max: 30, value: 8 }); threshold
 */
export function slider(options: SliderOptions<number> = {}): Slider {
  return new Slider(options);
}

/** Two numbers to drag, the ends of a range. */
export function rangeSlider(options: SliderOptions<readonly [number, number]> = {}): RangeSlider {
  return new RangeSlider(options);
}

/** One of several values: `options` is a list, or an object from label to value. */
export function dropdown<const T>(options: DropdownOptions<T>): Dropdown<T> {
  return new Dropdown<T>(options);
}

/** Yes or no. */
export function checkbox(options: CheckboxOptions = {}): Checkbox {
  return new Checkbox(options);
}

/** A field for text; with `rows`, of several lines. */
export function text(options: TextOptions = {}): TextInput {
  return new TextInput(options);
}

/** A button: `button('Train', async () => { … })`. */
export function button(label: string, onClick?: () => void | Promise<void>, options: ButtonOptions = {}): Button {
  return new Button({ ...options, label, ...(onClick && { onClick }) });
}

/** Buttons that count a value up, for animations. */
export function play(options: PlayOptions = {}): Play {
  return new Play(options);
}

/** Widgets side by side. */
export function row(...widgets: readonly Widget[]): Box {
  return new Box('HBox', widgets);
}

/** Widgets one under the other. */
export function column(...widgets: readonly Widget[]): Box {
  return new Box('VBox', widgets);
}

/**
 * Shows a control for each parameter and, below, what the function returns, shows and prints; runs it anew with each
 * change.
 * @example interact(({ threshold }) => raster(simulate(threshold)), { threshold: [1, 30] });
 * @returns the controls, the present values, and `update()` for one more run
 */
export function interact<const C extends Readonly<Record<string, Control>>>(
  run: (values: Values<C>) => unknown,
  controls: C,
  { continuous = true }: InteractOptions = {},
): Interaction<C> {
  const made = Object.entries(controls).map(
    ([name, control]) => [name, controlFor(name, control, continuous)] as const,
  );
  return new Interaction<C>(run, Object.fromEntries(made) as Controls<C>);
}

/**
 * A widget of one's own: any module for anywidget (https://anywidget.dev).
 * @example widget({ esm: 'export default { render({ model, el }) { el.textContent = model.get("count"); } }', state: {
 * count: 3 } })
 */
export function widget<S extends Record<string, unknown> = Record<string, never>>(
  options: AnyWidgetOptions<S>,
): AnyWidget<S> {
  return new AnyWidget<S>(options);
}
