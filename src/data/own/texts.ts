/** What a text of a table stands for: a number, a missing value, or itself. */

/** As programs write numbers. */
export const isDecimal = (text: string): boolean => /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text);

/** As pandas, R and ARFF write that there is no value. */
const missing = new Set(['', 'NA', '<NA>', '#NA', '#N/A', 'N/A', 'n/a', 'NaT', 'NULL', 'Null', 'null', 'None', '?']);

/** Whether a text says that there is no value. Case counts: `none` and `Na` (sodium) are names. */
export const isMissing = (text: string): boolean => missing.has(text.trim()) || /^[-+]?nan$/i.test(text.trim());

/**
 * The same for all spellings of one number (`1`, `1.0`, `01`), else the text itself; so too for more digits than a
 * double holds, of which two may differ and be the same double.
 */
export function numberKey(text: string): string {
  if (!isDecimal(text)) return text;
  const digits = text
    .replace(/e.*$/i, '')
    .replace(/\D/g, '')
    .replace(/^0+|0+$/g, '');
  const value = digits.length <= 15 ? Number(text) : NaN;
  return Number.isFinite(value) ? String(value + 0) : text; // -0 + 0 is 0
}
