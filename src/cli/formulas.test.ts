/** Formulas of notebooks as MathML: those of the whole kit, and what is no formula stays text. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { putFormulas, takeFormulas } from './formulas.js';
import type { Notebook } from './release-notebook.js';

const kit = new URL('../../notebooks/classroom/', import.meta.url);
const page = (source: string): string => {
  const cell = { cell_type: 'markdown', source, metadata: {} };
  const { notebook, formulas } = takeFormulas({ cells: [cell, { ...cell, cell_type: 'code', source: '`${a}$b$`' }] });
  expect(notebook.cells[1].source).toBe('`${a}$b$`');
  return putFormulas(String(notebook.cells[0].source), formulas);
};

it('draws fractions, Greek letters and lines of their own as MathML, with the TeX beside', () => {
  const inline = page('The leak $\\frac{v}{\\tau_m}$ of a step.');
  expect(inline).toMatch(/^The leak <math[^>]*>.*<mfrac>.*<mi>v<\/mi>.*<mi>τ<\/mi>.*<\/math> of a step\.$/s);
  expect(inline).toContain('application/x-tex">\\frac{v}{\\tau_m}<');
  expect(page('So\n\n$$a \\le b$$\n\nholds.')).toMatch(/^So\n\n<math[^>]*display="block"[^]*≤[^]*<\/math>\n\nholds\.$/);
  expect(page('$i$, $j$')).toMatch(/^<math.*<\/math>, <math.*<\/math>$/s);
});

it.each([
  'It costs $5, or $6 for two.',
  'Write `$x$` and\n```sh\necho $HOME $PATH\n```',
  'An escaped \\$x\\$ and a lone $.',
])('leaves %j as it is', (text) => {
  expect(page(text)).toBe(text);
});

it('names a formula that cannot be read in the page, and goes on', () => {
  expect(page('Before $\\frac{1}$ after $x$')).toMatch(/temml-error.*after <math/s);
});

it.each(readdirSync(kit).filter((file) => file.endsWith('.ipynb')))('reads every formula of %s', (file) => {
  const { notebook, formulas } = takeFormulas(JSON.parse(readFileSync(new URL(file, kit), 'utf8')) as Notebook);
  expect(formulas.join('')).not.toContain('temml-error');
  const text = notebook.cells
    .filter(({ cell_type: type }) => type === 'markdown')
    .map(({ source }) => (typeof source === 'string' ? source : source.join('')))
    .join('\n');
  expect(text.replaceAll(/```[^]*?```|`[^`]*`/g, '')).not.toContain('$');
});
