/** Test cells that end in every kind of value, with the marks (of 2 points) that they should get. */
import type { Cell, Notebook } from './submissions.js';

export const endings: readonly (readonly [source: string, mark: number])[] = [
  ['let passed = 0;\npassed = 42;', 2],
  ['42', 2],
  ['-1', 2],
  ['NaN', 2],
  ['"0"', 2],
  ["'full marks'", 2],
  ['[0]', 2],
  ['({ points: 0 })', 2],
  ['null', 2],
  ['undefined', 2],
  ['false', 2],
  ['0n', 2],
  ['Symbol("0")', 2],
  ['(x: number) => x', 2],
  ['Promise.resolve(0)', 0],
  ['await Promise.resolve(0)', 2],
  ['console.warn("0"); show(0)', 2],
  ['for (const x of [1]) checks.equal(x, 1);', 2],
  ['checks.equal(1, 2); 2', 0],
  ['throw 0', 0],
  ['throw undefined', 0],
  ['Promise.reject(new Error("late")); 1;', 0],
  ['partialCredit(2)', 2],
  ['partialCredit(0);', 0],
  ['partialCredit(0.5)', 0.5],
  ['partialCredit(1e-7)', 1e-7],
  ['partialCredit(0.1 + 0.2 + 1.7)', 2],
  ['partialCredit(2.5)', 0],
  ['partialCredit(-1)', 0],
  ['partialCredit(NaN)', 0],
  ['partialCredit(Infinity)', 0],
  ['// @ts-nocheck\npartialCredit("2")', 0],
  ['// @ts-nocheck\npartialCredit(checks.points(["a", 2, () => {}]))', 0],
  ['partialCredit(1); console.log("done"); let z = 1;', 0],
  ['const mark = partialCredit(1.5);\nmark', 1.5],
  ['if (true) { partialCredit(1); }', 0],
  ['const wrong: number = "x";\nchecks.equal(1, 1);', 2],
  ['checks.equal(1, 1', 0],
];

/** An assignment of these test cells. */
export function endingsNotebook(language: Record<string, unknown>): Notebook {
  const cell = ([source, _mark]: readonly [string, number], n: number): Cell => ({
    cell_type: 'code',
    id: `ending-${n}`,
    source,
    metadata: {
      nbgrader: {
        grade: true,
        grade_id: `ending-${n}`,
        locked: true,
        points: 2,
        schema_version: 3,
        solution: false,
        task: false,
      },
    } as Cell['metadata'],
    outputs: [],
    execution_count: null,
  });
  return { cells: endings.map(cell), metadata: language, nbformat: 4, nbformat_minor: 5 };
}
