import { inspect } from 'node:util';

export interface Bundle {
  readonly data: Record<string, unknown>;
  readonly metadata: Record<string, unknown>;
}

const displaySymbol = Symbol.for('Jupyter.display');
const inspectOptions = { depth: 4, maxArrayLength: 100, maxStringLength: 10_000, breakLength: 100, colors: false } as const;
/** Characters of text that a result may have. */
const textLimit = 100_000;

/** How a value shows as a cell's result: by its own display bundle, else as text. */
export async function present(value: unknown): Promise<Bundle> {
  const method = (typeof value === 'object' || typeof value === 'function') && value !== null ? (value as Record<symbol, unknown>)[displaySymbol] : undefined;
  if (typeof method === 'function') {
    const data = (await method.call(value)) as unknown;
    if (typeof data !== 'object' || data === null) throw new TypeError(`[Symbol.for('Jupyter.display')]() must return an object from MIME type to data, it returned ${typeof data}.`);
    return { data: data as Record<string, unknown>, metadata: {} };
  }
  return { data: { 'text/plain': presentText(value) }, metadata: {} };
}

/** The `text/plain` of a value, without colour codes, cut at a limit with a notice. */
export function presentText(value: unknown): string {
  const text = inspect(value, inspectOptions);
  if (text.length <= textLimit) return text;
  return `${text.slice(0, textLimit)}\n… ${text.length - textLimit} more characters not shown; console.log(value) prints all`;
}
