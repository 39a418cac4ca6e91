import { span, type Range } from './range.js';

/** An axis of less than this is taken for one value: powers of ten end near 1e-308. */
const leastSpan = 1e-304;

/** The round number (1, 2 or 5 times a power of ten) at or above `value` > 0. */
export function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const lead = value / power;
  return (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10) * power;
}

/**
 * Ticks at round numbers inside `range`, ascending.
 * @param most how many there is room for (at least 1)
 * @param least the finest step: 1 for things that are counted
 */
export function ticks(range: Range, most: number, least = 0): number[] {
  if (!(span(range) > 0) || !Number.isFinite(span(range))) return [range.from];
  const step = Math.max(tickStep(range, most), least);
  const first = Math.ceil(range.from / step - 1e-9);
  const last = Math.floor(range.to / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, k) => multiple(first + k, step));
}

/** `count` steps, without the dust of binary fractions. */
const multiple = (count: number, step: number): number =>
  Math.abs(count) < 1e9 ? Number((count * step).toPrecision(12)) : count * step;

/** Ticks of a logarithmic axis: 1, 2 and 5 times powers of ten, or powers alone where there is room for fewer. */
export function logTicks({ from, to }: Range, most: number): number[] {
  const first = Math.floor(Math.log10(from));
  const last = Math.ceil(Math.log10(to));
  const all = (leads: readonly number[], every: number): number[] =>
    Array.from({ length: last - first + 1 }, (_, k) => k)
      .filter((k) => (first + k) % every === 0)
      .flatMap((k) => leads.map((lead) => Number(`${lead}e${first + k}`)))
      .filter((value) => value >= from * 0.999 && value <= to * 1.001);
  for (const leads of [[1, 2, 5], [1, 3], [1]]) {
    const found = all(leads, 1);
    if (found.length <= most) return found;
  }
  for (let every = 2; ; every++) {
    const found = all([1], every);
    if (found.length <= most) return found;
  }
}

/** Distance between the ticks that `ticks` gives. */
export function tickStep(range: Range, most: number): number {
  return roundUp(span(range) / Math.max(1, most));
}

/** The range widened to round ends, for an axis that should not twitch with each point. */
export function roundRange(range: Range, most: number): Range {
  const step = tickStep(
    span(range) > leastSpan ? range : { from: range.from, to: range.from + Math.max(1e-9, Math.abs(range.from)) },
    most,
  );
  const from = multiple(Math.floor(range.from / step + 1e-9), step);
  const to = multiple(Math.ceil(range.to / step - 1e-9), step);
  return { from, to: to > from ? to : from + step };
}

/** A number by itself: four significant digits, thousands apart. */
export function formatNumber(value: number): string {
  if (value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e7))
    return value.toExponential(2).replace('-', '−');
  return groupDigits(String(Number(value.toPrecision(4))));
}

/** `1 spike`, `1 234 spikes`. */
export function plural(count: number, noun: string): string {
  return `${groupDigits(String(count))} ${noun}${count === 1 ? '' : 's'}`;
}

/** Writes a number with as many decimals as the distance to the next tick needs, thousands apart by thin spaces. */
export function formatTick(value: number, step: number): string {
  if (value !== 0 && (Math.abs(value) >= 1e7 || Math.abs(value) < 1e-5))
    return value.toExponential(1).replace('-', '−');
  const decimals = Math.max(0, Math.min(8, -Math.floor(Math.log10(step) + 1e-9)));
  return groupDigits(value.toFixed(decimals));
}

/** `1234567` as `1 234 567` (thin no-break spaces), the decimals left alone. */
export function groupDigits(text: string): string {
  const [whole, decimals] = text.replace('-', '−').split('.');
  const grouped = whole.length <= 4 ? whole : whole.replace(/\B(?=(\d{3})+$)/g, '\u202f');
  return decimals === undefined ? grouped : `${grouped}.${decimals}`;
}
