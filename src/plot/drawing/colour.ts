/** Colours as numbers: mixing, and the contrast that WCAG 2 asks for. */

/** Red, green, blue, 0..255. */
export type Colour = readonly [number, number, number];

/** Red, green and blue of `#rrggbb`, `rgb(…)` or `rgba(…)`; mid-grey for any other notation. */
export function toRgb(css: string): Colour {
  const hex = /^#([\da-f]{2})([\da-f]{2})([\da-f]{2})$/i.exec(css);
  if (hex) return [Number.parseInt(hex[1], 16), Number.parseInt(hex[2], 16), Number.parseInt(hex[3], 16)];
  const numbers = /^rgba?\(\s*([\d.]+)[\s,]+([\d.]+)[\s,]+([\d.]+)/.exec(css);
  return numbers ? [Number(numbers[1]), Number(numbers[2]), Number(numbers[3])] : [128, 128, 128];
}

export const toCss = (colour: Colour): string => `rgb(${colour.map(Math.round).join(', ')})`;

/** The same colour with another opacity. */
export function fade(css: string, opacity: number): string {
  const [r, g, b] = toRgb(css);
  return `rgba(${r}, ${g}, ${b}, ${opacity})`;
}

/** `share` of the one colour, the rest of the other. */
export function mix(one: string, other: string, share: number): string {
  const b = toRgb(other);
  return toCss(toRgb(one).map((channel, k) => channel * share + b[k] * (1 - share)) as unknown as Colour);
}

/** Contrast ratio, 1..21. @see https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
export function contrast(one: string, other: string): number {
  const [a, b] = [luminance(one), luminance(other)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

/**
 * The colour, moved towards black or white (what stands out more from the background) until its contrast is at least
 * `least`.
 */
export function readable(css: string, background: string, least: number): string {
  const end = contrast('#000000', background) >= contrast('#ffffff', background) ? '#000000' : '#ffffff';
  for (let share = 1; share > 0; share -= 0.05) {
    const tried = mix(css, end, share);
    if (contrast(tried, background) >= least) return tried;
  }
  return end;
}

function luminance(css: string): number {
  const [r, g, b] = toRgb(css).map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
