/** Guesses what a mistyped name was meant to be. */

/** Names of the field that mean the same and are spelt too differently to be near. */
const synonyms = [['lr', 'rate', 'learningRate']];

/**
 * The names nearest to `typed` (all at the same distance), or none when nothing is near: at most a third of the letters
 * may differ. Another word for the same is near too.
 */
export function nearest(typed: string, names: readonly string[]): string[] {
  const short = typed.slice(0, 100).toLowerCase();
  const distances = names.map((name) => editDistance(short, name.toLowerCase()));
  const least = Math.min(...distances);
  if (least <= Math.max(1, Math.floor(short.length / 3))) return names.filter((_, n) => distances[n] === least);
  const same = synonymsOf(short);
  return names.filter((name) => same.includes(name));
}

/** Other words for the same, itself among them; none where there are no others. */
export function synonymsOf(typed: string): readonly string[] {
  const plain = typed.toLowerCase().replaceAll('_', '');
  return synonyms.find((words) => words.some((word) => word.toLowerCase() === plain)) ?? [];
}

/**
 * `did you mean rate or range? `, to stand before the names that there are; empty where there is nothing to propose.
 */
export function proposal(names: readonly string[]): string {
  return names.length > 0 ? `did you mean ${names.join(' or ')}? ` : '';
}

/** The same with the names nearest to `typed`, whatever a caller without types gave. */
export function guess(typed: string, names: readonly string[]): string {
  return proposal(nearest(String(typed), names));
}

/**
 * Optimal string alignment: insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`, no
 * letter edited twice. Levenshtein's distance would count a swap, the commonest slip, as two.
 */
export function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      next.push(
        Math.min(
          next[j - 1] + 1,
          row[j] + 1,
          row[j - 1] + Number(a[i - 1] !== b[j - 1]),
          swapped ? before[j - 2] + 1 : Infinity,
        ),
      );
    }
    [before, row] = [row, next];
  }
  return row[b.length];
}
