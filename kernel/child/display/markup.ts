import { escapeHtml } from './escape.js';
import { MimeValue } from './mime-value.js';
import { Array, String } from '../../common/intrinsics.js';

/** Markup that shows as what it describes. Within another `html` or `svg` template it stays markup. */
export class Markup extends MimeValue {
  constructor(
    readonly mime: string,
    readonly source: string,
  ) {
    super({ [mime]: source, 'text/plain': source });
  }
}

/** Takes a text as it is, or stands before a template. */
export interface MarkupTag {
  (source: string): Markup;
  (template: TemplateStringsArray, ...values: readonly unknown[]): Markup;
}

/**
 * HTML, as the last value of a cell or for `display` and `show`. `html(text)` takes the text as it is; in a template,
 * html`<b>${name}</b>`, values are escaped, except other `html` and `svg` values and arrays of them.
 */
export const html: MarkupTag = tag('text/html', (template, values) =>
  String.raw({ raw: cooked(template) }, ...values.map(asHtml)),
);

/** SVG, as {@link html}. */
export const svg: MarkupTag = tag('image/svg+xml', (template, values) =>
  String.raw({ raw: cooked(template) }, ...values.map(asHtml)),
);

/**
 * Markdown: md`**${count}** spikes, $\tau_m = ${tauM}$`. In a template, backslashes are Markdown's, except before a
 * backtick and `$`.
 */
export const md: MarkupTag = tag('text/markdown', (template, values) =>
  String.raw({ raw: unescaped(template) }, ...values),
);

/**
 * LaTeX: latex`$\frac{dv}{dt} = -\frac{v}{\tau_m}$`. In a template, backslashes are LaTeX's. Without any `$` the whole
 * is a formula.
 */
export const latex: MarkupTag = tag(
  'text/latex',
  (template, values) => String.raw({ raw: unescaped(template) }, ...values),
  asFormula,
);

function tag(
  mime: string,
  join: (template: TemplateStringsArray, values: readonly unknown[]) => string,
  finish: (source: string) => string = (source) => source,
): MarkupTag {
  return (first: string | TemplateStringsArray, ...values: readonly unknown[]) =>
    new Markup(mime, finish(typeof first === 'string' ? first : join(first, values)));
}

/** A template's text as JavaScript reads it; where it cannot (`\u` of LaTeX), as it is written. */
function cooked(template: TemplateStringsArray): string[] {
  return template.map((text: string | undefined, n) => text ?? template.raw[n]);
}

function unescaped({ raw }: TemplateStringsArray): string[] {
  return raw.map((text) => text.replace(/\\([`$])/g, '$1'));
}

function asHtml(value: unknown): string {
  if (value instanceof Markup && value.mime !== 'text/markdown' && value.mime !== 'text/latex') return value.source;
  if (Array.isArray(value)) return value.map(asHtml).join('');
  return value === undefined || value === null ? '' : escapeHtml(String(value));
}

/** Front ends typeset only what stands between `$`, or in an environment. */
function asFormula(source: string): string {
  return /\$|\\\(|\\\[|\\begin\{/.test(source) ? source : `$$${source.trim()}$$`;
}
