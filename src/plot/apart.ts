/** Names that are cut and shall still be told apart. */

/** Characters before the place where names part: words there may be shown as well, or else these letters. */
const longestLead = 100;
const lead = 3;

/**
 * Texts as `cut` shortens them; those that would become equal are shown from a word before the place where they part.
 * @param cut shortens the text of place k
 */
export function cutApart(texts: readonly string[], cut: (text: string, k: number) => string): string[] {
  const cuts = texts.map(cut);
  const part = (places: readonly number[]): void => {
    for (const alike of groupsOf(places, (k) => cuts[k])) {
      const { words, near } = beginsOf([...new Set(alike.map((k) => texts[k]))]);
      const separate = (begin: number): boolean =>
        groupsOf(alike, (k) => cut(shownFrom(texts[k], begin), k)).length > 1;
      const whole = (begin: number): boolean =>
        alike.every((k) => cut(shownFrom(texts[k], begin), k) === shownFrom(texts[k], begin));
      const from = words.find(whole) ?? near.find(separate);
      if (from === undefined) continue;
      for (const k of alike) cuts[k] = cut(shownFrom(texts[k], from), k);
      part(alike); // three names may part in two places
    }
  };
  const places = texts.map((_, k) => k);
  part(places);
  // Names that begin differently may go on alike: these are numbered.
  const different = [...new Set(texts)];
  for (const alike of groupsOf(places, (k) => cuts[k]))
    if (new Set(alike.map((k) => texts[k])).size > 1)
      for (const k of alike) cuts[k] = cut(`(${different.indexOf(texts[k]) + 1}) ${cuts[k]}`, k);
  return cuts;
}

const shownFrom = (text: string, from: number): string => `…${text.slice(from)}`;

function groupsOf(places: readonly number[], keyOf: (place: number) => string): number[][] {
  const groups = new Map<string, number[]>();
  for (const place of places) {
    const key = keyOf(place);
    groups.set(key, [...(groups.get(key) ?? []), place]);
  }
  return [...groups.values()];
}

/**
 * Where texts that begin alike may be shown from: words before the place where they part, the farthest first; and near
 * it the last of these words, else the letters before.
 */
function beginsOf([first, ...others]: readonly string[]): { words: number[]; near: number[] } {
  if (others.length === 0) return { words: [], near: [] };
  let shared = 0;
  while (shared < first.length && others.every((other) => other[shared] === first[shared])) shared++;
  const words = Array.from({ length: Math.min(shared, longestLead) }, (_, k) => shared - k)
    .filter((begin) => ' ,;.'.includes(first[begin - 1]))
    .reverse();
  return { words, near: [...words.slice(-1), shared - lead, shared].filter((begin) => begin > 0) };
}
