/**
 * JSON that can be written as UTF-8: JavaScript's strings may have halves of characters, which no notebook can hold.
 */

/** Cells may replace it: what it was before the first. */
const { stringify } = JSON;

/** An escape of JSON: each is read whole, so that the `\\ud800` of a text about escapes stays. */
const escapes = /\\(?:u(?:d[89a-f][0-9a-f]{2})?|.)/g;

/** A value as JSON that every reader can write again: halves of characters, which JSON would escape, are U+FFFD. */
export function wellFormedJson(value: unknown): string {
  const text = stringify(value);
  // JSON.stringify escapes no character from there but the halves.
  if (!text.includes('\\ud')) return text;
  return text.replace(escapes, (escape) => (escape.length === 6 ? '\ufffd' : escape));
}
