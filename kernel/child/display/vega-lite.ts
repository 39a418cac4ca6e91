import { inspect } from 'node:util';
import { displaySymbol, type DisplayBundle, type Picture } from '../../../src/plot/display.js';
import { vegaLiteMime } from '../../../src/plot/payload.js';
import { JSON, Object, Promise } from '../../common/intrinsics.js';

/** A Vega-Lite specification, or what makes one: `toSpec()` or `toJSON()`, as the packages that build them have. */
export type VegaLiteSource =
  | Readonly<Record<string, unknown>>
  | { toSpec(): Readonly<Record<string, unknown>> }
  | { toJSON(): Readonly<Record<string, unknown>> };

/**
 * A Vega-Lite chart, as the last value of a cell or for `display` and `show`: interactive in front ends that know
 * Vega-Lite 5, with a PNG for all others, unless its data come from a URL.
 */
export function vegaLite(source: VegaLiteSource): Picture {
  return new VegaLiteChart(specOf(source));
}

class VegaLiteChart implements Picture {
  private bundle: Promise<DisplayBundle> | undefined;

  constructor(private readonly spec: Readonly<Record<string, unknown>>) {}

  displayBundle(): Promise<DisplayBundle> {
    return (this.bundle ??= this.make());
  }

  async [displaySymbol](): Promise<DisplayBundle['data']> {
    return (await this.displayBundle()).data;
  }

  toString(): string {
    const { title, mark } = this.spec;
    const name = typeof title === 'string' ? title : (title as { text?: unknown } | undefined)?.text;
    const kind = typeof mark === 'string' ? mark : (mark as { type?: unknown } | undefined)?.type;
    return `Vega-Lite chart${typeof name === 'string' ? ` "${name}"` : ''}${typeof kind === 'string' ? ` (${kind})` : ''}`;
  }

  [inspect.custom](): string {
    return this.toString();
  }

  private async make(): Promise<DisplayBundle> {
    const light = { [vegaLiteMime]: this.spec };
    if (hasUrl(this.spec)) return { data: { ...light, 'text/plain': this.toString() } };
    const [{ Plot }, { drawVegaLite }] = await Promise.all([
      import('../../../src/plot/picture.js'),
      import('../../../src/plot/vega.js'),
    ]);
    return new Plot({
      text: this.toString(),
      light,
      draw: () => drawVegaLite({ background: 'white', ...this.spec }),
    }).displayBundle();
  }
}

function specOf(source: VegaLiteSource): Readonly<Record<string, unknown>> {
  const made = 'toSpec' in source && typeof source.toSpec === 'function' ? (source.toSpec as () => object)() : source;
  // A copy: what is shown is what was given, also when that changes later.
  const copy = JSON.parse(JSON.stringify(made)) as Record<string, unknown>;
  return { $schema: 'https://vega.github.io/schema/vega-lite/v5.json', ...copy };
}

/** Whether some of the data must be fetched, which is the front end's to do. */
function hasUrl(part: unknown): boolean {
  if (typeof part !== 'object' || part === null) return false;
  const { data } = part as { readonly data?: { readonly url?: unknown } | null };
  return data?.url !== undefined || Object.entries(part).some(([name, inner]) => name !== 'values' && hasUrl(inner));
}
