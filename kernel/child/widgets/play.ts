import { clamped, finite, type ControlOptions, controlState } from './options.js';
import { control, stylePart, ValueWidget } from './widget.js';

export interface PlayOptions extends ControlOptions {
  readonly min?: number;
  readonly max?: number;
  readonly step?: number;
  readonly value?: number;
  /** Milliseconds between two values. Default 100. */
  readonly interval?: number;
  /** Whether it begins again at the end. Default `false`. */
  readonly repeat?: boolean;
}

/**
 * Buttons that count a value up, as an animation needs: the front end sends no new value before the last one's
 * listeners are done.
 */
export class Play extends ValueWidget<number> {
  constructor(options: PlayOptions = {}) {
    const { min = 0, max = 100, step = 1, interval = 100, repeat = false } = options;
    const value = clamped(finite('value', options.value ?? min), min, max);
    const state = {
      ...controlState(options),
      ...{ min, max, step, interval, value, playing: false, repeat, show_repeat: true },
      style: stylePart('DescriptionStyle', { description_width: '' }),
    };
    super(control('Play'), state, options, (name, given, before) => {
      if (name === 'playing' || name === 'repeat') return given === true;
      return name === 'value' ? this.fit(given) : before;
    });
  }

  get value(): number {
    return this.model.get('value') as number;
  }
  set value(value: number) {
    this.model.set({ value: this.fit(value) });
  }

  /** Whether it counts now. */
  get playing(): boolean {
    return this.model.get('playing') === true;
  }
  set playing(playing: boolean) {
    this.model.set({ playing });
  }

  private fit(value: unknown): number {
    return clamped(finite('value', value), this.model.get('min') as number, this.model.get('max') as number);
  }
}
