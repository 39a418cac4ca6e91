import type { State } from './model.js';
import { clamped, finite, type ControlOptions, controlState } from './options.js';
import { control, stylePart, ValueWidget } from './widget.js';
import { Array, Math, Number, Object, RangeError } from '../../common/intrinsics.js';

export interface SliderOptions<T> extends ControlOptions {
  /** Default 0. */
  readonly min?: number;
  /** Default 100. */
  readonly max?: number;
  /** Default 1 between whole numbers, else a hundredth of the range. */
  readonly step?: number;
  readonly value?: T;
  /** Whether the value follows while the handle is dragged, not only when it is let go. Default `true`. */
  readonly continuous?: boolean;
  /** Format of the number beside it, as d3-format has them: `.2f`, `d`. */
  readonly format?: string;
  readonly orientation?: 'horizontal' | 'vertical';
}

/** The class and state that every slider has; `values` are those that decide whether it counts in whole numbers. */
function sliderState(options: SliderOptions<unknown>, values: readonly number[]): { whole: boolean; state: State } {
  const { min = 0, max = 100, continuous = true, orientation = 'horizontal' } = options;
  for (const [name, value] of Object.entries({ min, max })) finite(name, value);
  if (min > max) throw new RangeError(`A slider from ${min} to ${max}: its min must not be greater than its max.`);
  const whole = [min, max, options.step ?? 1, ...values].every(Number.isInteger);
  const step = finite('step', options.step ?? (whole ? 1 : stepFor(max - min)));
  if (step <= 0) throw new RangeError(`A slider's step of ${step}: it must be greater than 0.`);
  const decimals = Math.min(6, Math.max(0, -Math.floor(Math.log10(step) + 1e-9)));
  const format = options.format ?? (whole ? 'd' : `.${decimals}f`);
  const state = {
    ...controlState(options),
    ...{ min, max, step, orientation, readout: true, readout_format: format },
    ...{
      continuous_update: continuous,
      behavior: 'drag-tap',
      style: stylePart('SliderStyle', { description_width: '', handle_color: null }),
    },
  };
  return { whole, state };
}

/** A hundredth of a range, rounded down to 1, 2 or 5 times a power of ten. */
export function stepFor(range: number): number {
  if (!(range > 0)) return 0.01;
  const power = 10 ** Math.floor(Math.log10(range / 100) + 1e-9);
  const digit = [5, 2, 1].find((one) => one * power <= (range / 100) * (1 + 1e-9)) ?? 1;
  return Number((digit * power).toPrecision(1));
}

export class Slider extends ValueWidget<number> {
  constructor(options: SliderOptions<number> = {}) {
    const { min = 0, max = 100 } = options;
    const value = clamped(finite('value', options.value ?? min), min, max);
    const { whole, state } = sliderState(options, [value]);
    super(control(whole ? 'IntSlider' : 'FloatSlider'), { ...state, value }, options, (name, given, before) =>
      name === 'value' ? this.fit(given) : before,
    );
  }

  get value(): number {
    return this.model.get('value') as number;
  }
  set value(value: number) {
    this.model.set({ value: this.fit(value) });
  }

  get min(): number {
    return this.model.get('min') as number;
  }

  get max(): number {
    return this.model.get('max') as number;
  }

  private fit(value: unknown): number {
    const number = clamped(finite('value', value), this.min, this.max);
    return this.model.get('_model_name') === 'IntSliderModel' ? Math.round(number) : number;
  }
}

export class RangeSlider extends ValueWidget<readonly [low: number, high: number]> {
  constructor(options: SliderOptions<readonly [number, number]> = {}) {
    const { min = 0, max = 100 } = options;
    const value = fitRange(options.value ?? [min, max], min, max);
    const { whole, state } = sliderState(options, value);
    super(
      control(whole ? 'IntRangeSlider' : 'FloatRangeSlider'),
      { ...state, value },
      options,
      (name, given, before) => (name === 'value' ? this.fit(given) : before),
    );
  }

  get value(): readonly [low: number, high: number] {
    return this.model.get('value') as readonly [number, number];
  }
  set value(value: readonly [low: number, high: number]) {
    this.model.set({ value: this.fit(value) });
  }

  private fit(value: unknown): readonly [number, number] {
    return fitRange(value, this.model.get('min') as number, this.model.get('max') as number);
  }
}

function fitRange(value: unknown, min: number, max: number): readonly [number, number] {
  const [first, second] = Array.isArray(value) ? (value as unknown[]) : [];
  const [low, high] = [clamped(finite('low value', first), min, max), clamped(finite('high value', second), min, max)];
  return low <= high ? [low, high] : [high, low];
}
