/**
 * The TeX formulas of a notebook's text as MathML, for a page that every browser draws without a script and without a
 * connection.
 */
import temml from 'temml';
import type { Notebook } from './release-notebook.js';

/**
 * Code, which may have dollars of its own; a formula in a line of its own; one in a line, with no space inside of its
 * dollars (as pandoc has it).
 */
const codeOrFormula = /```[^]*?```|`[^`\n]*`|\\\$|\$\$([^]+?)\$\$|\$(?!\s)((?:\\[^]|[^$\\])+?)(?<!\s)\$(?!\d)/g;
const placeholder = (n: number): string => `spikelabformula${n}x`;

/**
 * Takes formulas out of the text cells, which a Markdown renderer would change, and leaves a word in place of each.
 * @returns the notebook so changed, and the MathML of each word
 */
export function takeFormulas(notebook: Notebook): { readonly notebook: Notebook; readonly formulas: string[] } {
  const formulas: string[] = [];
  const cells = notebook.cells.map((cell) => {
    if (cell.cell_type !== 'markdown') return cell;
    const text = typeof cell.source === 'string' ? cell.source : cell.source.join('');
    const source = text.replaceAll(codeOrFormula, (whole: string, display?: string, inline?: string) => {
      const tex = display ?? inline;
      return tex === undefined ? whole : placeholder(formulas.push(mathMl(tex, display !== undefined)) - 1);
    });
    return { ...cell, source };
  });
  return { notebook: { ...notebook, cells }, formulas };
}

/** Puts the formulas where their words stand in the page. */
export function putFormulas(page: string, formulas: readonly string[]): string {
  return page.replaceAll(/spikelabformula(\d+)x/g, (whole, n: string) => formulas[Number(n)] ?? whole);
}

/**
 * The TeX goes along as an annotation, for those who copy it and for programs that read pages aloud; what cannot be
 * read stands there in red.
 */
const mathMl = (tex: string, displayMode: boolean): string =>
  temml.renderToString(tex.trim(), { displayMode, annotate: true, throwOnError: false });
