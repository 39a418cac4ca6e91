/**
 * Widths of characters from a TrueType font's own tables, so that what is laid out here fits what the renderer draws.
 */

/** Width of a text in font sizes (em). */
export type EmWidth = (text: string) => number;

/**
 * Reads the tables `head`, `hhea`, `hmtx` and `cmap` (format 4: the basic multilingual plane).
 * @throws RangeError for a file without them
 * @see https://learn.microsoft.com/typography/opentype/spec/cmap
 */
export function fontWidths(file: Uint8Array): EmWidth {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const tables = new Map<string, number>();
  for (let t = 0; t < view.getUint16(4); t++) {
    const entry = 12 + 16 * t;
    tables.set(String.fromCharCode(...file.subarray(entry, entry + 4)), view.getUint32(entry + 8));
  }
  const table = (name: string): number => {
    const at = tables.get(name);
    if (at === undefined) throw new RangeError(`the font has no table ${name}: give a TrueType font`);
    return at;
  };
  const unitsPerEm = view.getUint16(table('head') + 18);
  const metrics = view.getUint16(table('hhea') + 34);
  const widths = table('hmtx');
  const advance = (glyph: number): number => view.getUint16(widths + 4 * Math.min(glyph, metrics - 1)) / unitsPerEm;
  const glyphOf = characterMap(view, table('cmap'));
  const known = new Map<number, number>();
  const widthOf = (code: number): number => {
    let width = known.get(code);
    if (width === undefined) known.set(code, (width = code > 0x2fff ? 1 : advance(glyphOf(code))));
    return width;
  };
  return (text) => {
    let sum = 0;
    for (const character of text) sum += widthOf(character.codePointAt(0)!);
    return sum;
  };
}

/** Glyph of a code point, 0 for one that is missing. */
function characterMap(view: DataView, cmap: number): (code: number) => number {
  let at = -1;
  for (let k = 0; k < view.getUint16(cmap + 2); k++) {
    const subtable = cmap + view.getUint32(cmap + 4 + 8 * k + 4);
    if (view.getUint16(subtable) === 4) at = subtable;
  }
  if (at < 0) throw new RangeError('the font has no character map of format 4: give a TrueType font');
  const segments = view.getUint16(at + 6) / 2;
  const ends = at + 14;
  const starts = ends + 2 * segments + 2;
  const deltas = starts + 2 * segments;
  const offsets = deltas + 2 * segments;
  return (code) => {
    for (let s = 0; s < segments; s++) {
      if (view.getUint16(ends + 2 * s) < code) continue;
      const first = view.getUint16(starts + 2 * s);
      if (first > code) return 0;
      const offset = view.getUint16(offsets + 2 * s);
      const delta = view.getUint16(deltas + 2 * s);
      if (offset === 0) return (code + delta) & 0xffff;
      const glyph = view.getUint16(offsets + 2 * s + offset + 2 * (code - first));
      return glyph === 0 ? 0 : (glyph + delta) & 0xffff;
    }
    return 0;
  };
}
