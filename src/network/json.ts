/** JSON from elsewhere: `JSON.parse` keeps the last of two equal keys, and takes a depth at which other code breaks. */

/** Records, experiments and metadata need fewer than ten. */
const deepest = 100;

/** @throws SyntaxError for what is no JSON, has a key twice in one object, or is nested deeper than 100 levels */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  checkNesting(text);
  return value;
}

/** @param text JSON */
function checkNesting(text: string): void {
  const inside: Set<string>[] = []; // keys of each object or list that is open
  for (let at = 0; at < text.length; at++) {
    const mark = text[at];
    if (mark === '{' || mark === '[') {
      inside.push(new Set());
      if (inside.length > deepest)
        throw new SyntaxError(`it is nested deeper than ${deepest} levels at position ${at}: write fewer`);
    } else if (mark === '}' || mark === ']') inside.pop();
    else if (mark === '"') {
      const end = endOfText(text, at);
      const key = keyAt(text, at, end);
      const keys = inside.at(-1);
      if (key !== undefined && keys?.has(key))
        throw new SyntaxError(`${text.slice(at, Math.min(end, at + 80))} stands twice in one object: leave one out`);
      if (key !== undefined) keys?.add(key);
      at = end - 1;
    }
  }
}

/** The place behind the closing quote. */
function endOfText(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

/** The key that a text is; undefined for a value. */
function keyAt(text: string, start: number, end: number): string | undefined {
  let next = end;
  while (' \t\r\n'.includes(text[next] ?? '.')) next++;
  return text[next] === ':' ? (JSON.parse(text.slice(start, end)) as string) : undefined;
}
