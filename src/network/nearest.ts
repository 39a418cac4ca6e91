/** Guesses what a mistyped name was meant to be. */

/**
 * The names nearest to `typed` (all at the same distance), or none when nothing is near: at most a third of the letters
 * may differ.
 */
export function nearest(typed: string, names: readonly string[]): string[] {
  const short = typed.slice(0, 100).toLowerCase();
  const distances = names.map((name) => editDistance(short, name.toLowerCase()));
  const least = Math.min(...distances);
  return least <= Math.max(1, Math.floor(short.length / 3)) ? names.filter((_, n) => distances[n] === least) : [];
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

/** Levenshtein's distance: insertions, deletions and replacements that turn `a` into `b`. */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(next[j - 1] + 1, row[j] + 1, row[j - 1] + Number(a[i - 1] !== b[j - 1])));
    row = next;
  }
  return row[b.length];
}
