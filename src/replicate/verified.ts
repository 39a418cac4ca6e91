/** What a repetition found: each comparison with what was recorded. */

/** One comparison. */
export interface Check {
  readonly what: string;
  readonly recorded: string;
  readonly found: string;
  readonly same: boolean;
}

/** Keeps a comparison. @returns whether they are the same */
export type Compare = (what: string, recorded: string, found: string) => boolean;

/** Comparisons, kept in their order. */
export function comparisons(): { readonly checks: readonly Check[]; readonly compare: Compare } {
  const checks: Check[] = [];
  const compare: Compare = (what, recorded, found) => {
    const same = recorded === found;
    checks.push({ what, recorded, found, same });
    return same;
  };
  return { checks, compare };
}

export interface VerifiedRun {
  readonly folder: string;
  readonly same: boolean;
  readonly checks: readonly Check[];
  /** What differs in versions and machine, and what could not be compared. */
  readonly notes: readonly string[];
}
