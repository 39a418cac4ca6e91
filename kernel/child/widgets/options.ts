import type { State } from './model.js';
import type { WidgetOptions } from './widget.js';
import { Math, Number, String, TypeError } from '../../common/intrinsics.js';

export interface ControlOptions extends WidgetOptions {
  /** Words before the control. */
  readonly label?: string;
  readonly disabled?: boolean;
  /** Shown while the pointer rests on it. */
  readonly tooltip?: string;
}

/** What every control with a label has. */
export function controlState({ label = '', disabled = false, tooltip }: ControlOptions): State {
  return { description: label, description_allow_html: false, disabled, tooltip: tooltip ?? null };
}

/** @throws TypeError */
export function finite(name: string, value: unknown): number {
  if (typeof value !== 'number' || !Number.isFinite(value))
    throw new TypeError(`A slider's ${name} must be a finite number, it is ${String(value)}.`);
  return value;
}

export function clamped(value: number, min: number, max: number): number {
  return Math.min(Math.max(value, min), max);
}
