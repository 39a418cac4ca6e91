/** One entry of a source map; lines and columns count from 0. */
export interface Mapping {
  readonly generatedLine: number;
  readonly generatedColumn: number;
  readonly line: number;
  readonly column: number;
}

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const valueOf = new Map([...digits].map((digit, value) => [digit, value]));

/**
 * The entries of a map's `mappings`, in the order of the generated code. Needed beside Node's `SourceMap`, which finds
 * the place in the source but not the way back. Maps of one source only, as cells and single files have. Source:
 * ECMA-426, "Source map format".
 */
export function decodeMappings(mappings: string): Mapping[] {
  const entries: Mapping[] = [];
  let [line, column] = [0, 0];
  for (const [generatedLine, group] of mappings.split(';').entries()) {
    let generatedColumn = 0;
    for (const segment of group.split(',')) {
      const fields = decodeSegment(segment);
      if (fields.length === 0) continue;
      generatedColumn += fields[0];
      if (fields.length < 4) continue; // code that nobody wrote
      line += fields[2];
      column += fields[3];
      entries.push({ generatedLine, generatedColumn, line, column });
    }
  }
  return entries;
}

/**
 * Base64 VLQ: five bits a digit, the lowest first; the sixth says that more follow; the last bit of the number is its
 * sign.
 */
function decodeSegment(segment: string): number[] {
  const fields: number[] = [];
  let [value, shift] = [0, 0];
  for (const digit of segment) {
    const bits = valueOf.get(digit) ?? 0;
    value |= (bits & 31) << shift;
    shift += 5;
    if ((bits & 32) !== 0) continue;
    fields.push((value & 1) === 1 ? -(value >>> 1) : value >>> 1);
    [value, shift] = [0, 0];
  }
  return fields;
}
