/** Jupyter counts a cursor's position in Unicode code points, JavaScript in UTF-16 units. */
export function toUtf16(text: string, codePoints: number): number {
  let index = 0;
  for (let left = codePoints; left > 0 && index < text.length; left--)
    index += text.codePointAt(index)! > 0xffff ? 2 : 1;
  return index;
}

export function toCodePoints(text: string, utf16: number): number {
  let count = 0;
  for (let index = 0; index < Math.min(utf16, text.length); count++) index += text.codePointAt(index)! > 0xffff ? 2 : 1;
  return count;
}
