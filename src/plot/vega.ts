/**
 * A Vega-Lite specification to pixels: Vega lays it out as SVG, which `svg.ts` renders. Vega is loaded by the first
 * such picture.
 */
import type { TopLevelSpec } from 'vega-lite';
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

/**
 * Width of a line in the bundled font, from the mean widths of its classes of characters; Vega's own guess without a
 * canvas is 60 % too wide.
 */
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
