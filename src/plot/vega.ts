/** A Vega-Lite specification to pixels: Vega lays it out as SVG, which `svg.ts` renders. Vega is loaded by the first such picture. */
import type { TopLevelSpec } from 'vega-lite';
import { plainText } from './payload.js';
import type { Pixels } from './png.js';
import { colors, pixelScale, vegaConfig } from './style.js';
import { renderSvg } from './svg.js';

/** A Vega-Lite 5 specification as plain JSON. */
export type VegaLiteSpec = Readonly<Record<string, unknown>>;

/** Adds what all specifications share. */
export function vegaLite(spec: VegaLiteSpec): VegaLiteSpec {
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
    ...spec,
    background: colors.background,
    config: vegaConfig,
  };
}

/** The title part of a specification, when there is one. */
export function titled({ title, subtitle }: { readonly title?: string; readonly subtitle?: string }): VegaLiteSpec {
  if (title === undefined) return {};
  return { title: { text: plainText(title), ...(subtitle !== undefined && { subtitle: plainText(subtitle) }) } };
}

/** Height of a picture whose caller may choose it, CSS pixels: 60 .. 600, usually 220. */
export const heightOf = ({ height = 220 }: { readonly height?: number }): number => Math.min(600, Math.max(60, height));

/** The part of an axis that shows all names, aslant where they have not the room; `step` is that of one, CSS pixels. */
export function namesAxis(names: readonly string[], step: number): VegaLiteSpec {
  const long = Math.max(...names.map((name) => [...name].length)) * 7 > step;
  return { labelAngle: long ? -35 : 0, labelOverlap: false, ticks: false, grid: false };
}

/** Labels of an axis whose values are the places of texts in a list. */
export const labelExpr = (texts: readonly string[]): string =>
  `[${texts.map((text) => JSON.stringify(text)).join(',')}][datum.value]`;

/** Draws a specification at the resolution of the PNGs. */
export async function drawVegaLite(spec: VegaLiteSpec): Promise<Pixels> {
  return renderSvg(await vegaLiteToSvg(spec), pixelScale);
}

/** Compiles a specification and lays it out as SVG. */
export async function vegaLiteToSvg(spec: VegaLiteSpec): Promise<string> {
  const [vega, { compile }] = await Promise.all([import('vega'), import('vega-lite')]);
  const view = new vega.View(vega.parse(compile(spec as unknown as TopLevelSpec).spec), {
    renderer: 'none',
    logLevel: vega.Error,
  });
  const metrics = (vega as unknown as VegaInternals).textMetrics;
  const before = metrics.width;
  metrics.width = textWidth;
  try {
    return await view.toSVG();
  } finally {
    metrics.width = before;
    view.finalize();
  }
}

/** Exported by Vega for hosts that measure text themselves, but missing in its types. */
interface VegaInternals {
  readonly textMetrics: { width: (item: TextItem, line?: unknown) => number };
}

interface TextItem {
  readonly text?: unknown;
  readonly fontSize?: number;
}

/** Width of a line in the bundled font, from the mean widths of its classes of characters; Vega's own guess without a canvas is 60 % too wide. */
function textWidth(item: TextItem, line?: unknown): number {
  let em = 0;
  for (const c of String(line ?? item.text ?? '')) {
    if (/[ilIjft.,:;|'()[\] ]/.test(c)) em += 0.27;
    else if (/[mwMW%@]/.test(c)) em += 0.8;
    else if (/[A-Z]/.test(c)) em += 0.6;
    else if (c > '\u2fff') em += 1;
    else em += 0.5;
  }
  return em * (item.fontSize ?? 11);
}
