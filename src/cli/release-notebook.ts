/** An assignment as students get it, by the same marks that nbgrader goes by. */

interface Cell {
  readonly cell_type: string;
  readonly source: string | readonly string[];
  readonly metadata: { readonly nbgrader?: { readonly solution?: boolean; readonly grade?: boolean } };
  readonly outputs?: readonly unknown[];
}
export interface Notebook {
  readonly cells: readonly Cell[];
}

const stubs = { code: '// YOUR CODE HERE', markdown: '*Your answer here.*' };

/**
 * Text without the lines from one that has `BEGIN mark` to one that has `END mark`; a stub takes their place, as far
 * indented.
 */
function without(text: string, mark: string, stub?: string): string {
  let inside = false;
  return text
    .split('\n')
    .flatMap((line) => {
      if (line.includes(`BEGIN ${mark}`)) {
        inside = true;
        return stub === undefined ? [] : [`${/^\s*/.exec(line)?.[0]}${stub}`];
      }
      if (line.includes(`END ${mark}`)) {
        inside = false;
        return [];
      }
      return inside ? [] : [line];
    })
    .join('\n');
}

/**
 * Without solutions and hidden tests; outputs are kept of the cells that are given, not of those that solutions and
 * tests made.
 */
export function releaseNotebook(notebook: Notebook): Notebook {
  const cells = notebook.cells.map((cell) => {
    const { nbgrader } = cell.metadata;
    const text = typeof cell.source === 'string' ? cell.source : cell.source.join('');
    const stub = cell.cell_type === 'code' ? stubs.code : stubs.markdown;
    const source = without(without(text, 'SOLUTION', stub), 'HIDDEN TESTS');
    const isAnswer = nbgrader?.solution === true || nbgrader?.grade === true;
    return { ...cell, source, ...(cell.outputs && { outputs: isAnswer ? [] : cell.outputs }) };
  });
  return { ...notebook, cells };
}
