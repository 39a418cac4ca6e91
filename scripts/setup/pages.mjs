/** Pages of docs/ with a table that a command makes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, writeAtomically } from './files.mjs';

/**
 * Puts `text` between the marks of a page that name `command`.
 * @throws Error when the page has none
 */
export function writeBetween(page, command, text) {
  const file = join(root, page);
  const [start, end] = [`<!-- measured: made by ${command} -->`, '<!-- end of measured -->'];
  const all = readFileSync(file, 'utf8');
  const before = all.indexOf(start);
  const after = all.indexOf(end, before);
  if (before < 0 || after < 0) throw new Error(`${file} has no place for the table: ${start} … ${end}`);
  writeAtomically(file, `${all.slice(0, before + start.length)}\n${text}\n${all.slice(after)}`);
}
