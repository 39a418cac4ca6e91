/** What a verification found: comparisons with what was made again, and what none of them tells. */
import { whole } from './differing.js';

/** One comparison. */
export interface Check {
  readonly what: string;
  readonly recorded: string;
  readonly found: string;
  readonly same: boolean;
}

/** Keeps a comparison. @returns whether they are the same */
export type Compare = (what: string, recorded: string, found: string) => boolean;

export interface Findings {
  readonly checks: readonly Check[];
  readonly notes: string[];
  /** What was neither repeated nor computed anew, whatever files say alike: one author wrote them. */
  readonly open: string[];
  /** With what was repeated or computed anew. */
  readonly compare: Compare;
  /** A difference that was found: of files that agree nothing is kept. */
  readonly differ: (what: string, recorded: unknown, expected: unknown) => void;
}

/** Comparisons, kept in their order. */
export function comparisons(): Findings {
  const checks: Check[] = [];
  const compare: Compare = (what, recorded, found) => {
    const same = recorded === found;
    checks.push({ what, recorded, found, same });
    return same;
  };
  const differ: Findings['differ'] = (what, recorded, expected) => {
    const texts = [recorded, expected].every((value) => typeof value === 'string');
    const [said, found] = [recorded, expected].map(texts ? String : whole);
    checks.push({ what, recorded: said, found, same: false });
  };
  return { checks, notes: [], open: [], compare, differ };
}

export interface VerifiedRun {
  readonly folder: string;
  readonly same: boolean;
  readonly checks: readonly Check[];
  /** What differs in versions and machine, and what could not be compared. */
  readonly notes: readonly string[];
}
