/** Puts what a command made into a page of docs/, between that command's marks. */
import { readFileSync } from 'node:fs';
import { writeAtomically } from '../scripts/setup/files.mjs';

/** @param name of the part: it stands between `<!-- NAME: made by npm run COMMAND -->` and `<!-- end of NAME -->` */
export function replacePart(page, name, command, content) {
  writeAtomically(page, withPart(page, name, command, content));
}

/** The page's text with that part. */
export function withPart(page, name, command, content) {
  const text = readFileSync(page, 'utf8');
  const [start, end] = [`<!-- ${name}: made by npm run ${command} -->\n`, `<!-- end of ${name} -->`];
  const [from, to] = [text.indexOf(start) + start.length, text.indexOf(end)];
  if (from < start.length || to < from)
    throw new Error(`${page} lacks the marks between which the table goes: ${start.trim()} and ${end}`);
  return text.slice(0, from) + content + text.slice(to);
}
