import { currentCell } from '../cell.js';
import { display } from '../display/display.js';
import { OutputRegion } from '../display/region.js';
import { ShownAlready } from '../display/shown-already.js';
import { waitFor } from '../settled.js';
import { reportError } from '../traceback.js';
import { AnyWidget } from './anywidget.js';
import { Box } from './boxes.js';
import { Checkbox, Dropdown, TextInput } from './inputs.js';
import { Slider, type SliderOptions, stepFor } from './sliders.js';
import { ValueWidget, type Widget } from './widget.js';
import { Array, Math, Number, Object, String, TypeError } from '../../common/intrinsics.js';

/**
 * What a parameter of `interact` varies over: `[min, max]`, `[min, max, step]` or `{ min, max, value … }` is a slider
 * (in whole steps between whole numbers more than 1 apart), a list of other values or an object from label to value a
 * dropdown, a boolean a checkbox, a string a text field, a number a slider around it; or a widget, with its value.
 */
export type Control =
  | readonly [min: number, max: number]
  | readonly [min: number, max: number, step: number]
  | readonly string[]
  | SliderOptions<number>
  | boolean
  | string
  | number
  | ValueWidget<unknown>
  | AnyWidget<Record<string, unknown>>
  | { readonly [label: string]: unknown };

/** The widget that a control is. */
export type ControlOf<C> = C extends Widget
  ? C
  : C extends number | readonly [number, number] | readonly [number, number, number] | { min: number; max: number }
    ? Slider
    : C extends boolean
      ? Checkbox
      : C extends string
        ? TextInput
        : Dropdown<C extends readonly (infer T)[] ? T : C[keyof C]>;

/** The widgets of the parameters, and their values. */
export type Controls<C> = { readonly [K in keyof C]: ControlOf<C[K]> };
export type Values<C> = { readonly [K in keyof C]: ControlOf<C[K]> extends { value: infer V } ? V : never };

export interface InteractOptions {
  /** Whether to run while a handle is dragged, not only when it is let go. Default `true`. */
  readonly continuous?: boolean;
}

type Valued = ValueWidget<unknown> | AnyWidget<Record<string, unknown>>;

/** A function with the controls of its parameters. */
export class Interaction<C> extends ShownAlready {
  private readonly region = new OutputRegion(currentCell()?.id ?? 0);
  private running: Promise<void> | undefined;
  private again = false;
  private readonly box: Box;

  /** @internal */
  constructor(
    private readonly run: (values: Values<C>) => unknown,
    /** The controls, by parameter. */
    readonly controls: Controls<C>,
  ) {
    super();
    const all = Object.values(controls) as Valued[];
    this.box = new Box('VBox', all);
    display(this.box);
    waitFor(this.update());
    for (const control of all) {
      if (control instanceof ValueWidget) control.onChange(() => this.changed());
      else control.onChange('value', () => this.changed());
    }
  }

  /** The parameters as the controls have them now. */
  get values(): Values<C> {
    const values = Object.entries(this.controls).map(([name, control]) => [name, (control as Valued).value]);
    return Object.fromEntries(values) as Values<C>;
  }

  /**
   * Runs the function with the present values and shows its outputs in place of those before. While it runs, changes
   * are taken up in one more run, with the newest values; the promise resolves after that.
   */
  update(): Promise<void> {
    this.again = true;
    return (this.running ??= this.runUntilNew().finally(() => (this.running = undefined)));
  }

  /** Takes the controls away; the last outputs stay. */
  close(): void {
    this.box.close();
  }

  /** A control has another value: whoever began the run that is under way hears of its failure. */
  private async changed(): Promise<void> {
    if (!this.running) return this.update().catch((error: unknown) => this.report(error));
    this.again = true;
    return this.running.catch(() => {});
  }

  private async runUntilNew(): Promise<void> {
    while (this.again) {
      this.again = false;
      try {
        await this.region.replace(async () => {
          const shown = await this.run(this.values);
          if (shown !== undefined && !(shown instanceof ShownAlready)) display(shown);
        });
      } catch (error) {
        // What failed is old already: the newest values count.
        if (!this.again) throw error;
      }
    }
  }

  private report(error: unknown): Promise<void> {
    return this.region.replace(() => {
      const { ename, evalue, traceback } = reportError(error);
      const text = traceback.join('\n');
      display({ 'application/vnd.jupyter.stderr': text, 'text/plain': `${ename}: ${evalue}` }, { raw: true });
    });
  }
}

/** The control for a parameter. @throws TypeError for a description that means none */
export function controlFor(name: string, description: unknown, continuous: boolean): Widget {
  if (description instanceof ValueWidget && description.label === '') description.label = name;
  if (description instanceof ValueWidget || description instanceof AnyWidget) return description;
  const label = name;
  if (typeof description === 'boolean') return new Checkbox({ label, value: description });
  if (typeof description === 'string') return new TextInput({ label, value: description });
  if (typeof description === 'number') {
    const reach = description === 0 ? 1 : Math.abs(description);
    const [min, max] = description >= 0 ? [description === 0 ? -1 : 0, reach * 3] : [-reach * 3, 0];
    return new Slider({
      label,
      min,
      max,
      value: description,
      continuous,
      ...(!Number.isInteger(description) && { step: stepFor(max - min) }),
    });
  }
  if (Array.isArray(description)) {
    const numbers = description as readonly number[];
    if ((numbers.length === 2 || numbers.length === 3) && numbers.every((one) => typeof one === 'number')) {
      const [min, max] = numbers;
      const step = numbers[2] ?? ([min, max].every(Number.isInteger) && max - min > 1 ? 1 : stepFor(max - min));
      const middle = min + step * Math.floor((max - min) / step / 2 + 1e-9);
      return new Slider({ label, min, max, step, value: Number(middle.toPrecision(12)), continuous });
    }
    return new Dropdown<unknown>({ label, options: description });
  }
  if (isSlider(description)) return new Slider({ label, continuous, ...description });
  if (typeof description === 'object' && description !== null)
    return new Dropdown<unknown>({ label, options: description as Record<string, unknown> });
  throw new TypeError(
    `interact: ${name} is ${String(description)}, which describes no control. Give [min, max], a list or an object of options, a boolean, a string, a number, or a widget.`,
  );
}

function isSlider(description: unknown): description is SliderOptions<number> {
  const { min, max } = (description ?? {}) as SliderOptions<number>;
  return typeof min === 'number' && typeof max === 'number';
}
