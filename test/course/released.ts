/** An assignment as students get it. */
import { releaseNotebook } from '../../src/cli/release-notebook.js';
import { sourceOf, type Notebook } from './submissions.js';

const stub = "// YOUR CODE HERE\nthrow new Error('Not answered yet');";

/** Without solutions and hidden tests, and with a line that says so where an answer belongs, as nbgrader writes it. */
export function released(notebook: Notebook): Notebook {
  const { cells, ...rest } = releaseNotebook(notebook) as unknown as Notebook;
  return {
    ...rest,
    cells: cells.map((cell) => ({ ...cell, source: sourceOf(cell).replaceAll('// YOUR CODE HERE', stub) })),
  };
}
