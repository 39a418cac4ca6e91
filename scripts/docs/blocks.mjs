/**
 * Code blocks of a page, as its test runs them and the site shows them. Comments that no reader sees say what is
 * special:
 *
 *     <!-- given: CODE -->       run before what follows: what a reader has by then
 *     <!-- not run: WHY -->      the next block is not run
 *     <!-- run with: A -> B -->  B stands for A when the next block is run: less data, say
 *     <!-- fails: TEXT -->       the next block ends with an error that has this text
 *     <!-- file: NAME -->       the next block is what stands in this file
 *     <!-- prints -->            the next block is what the one before prints; `…` stands for anything
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../setup/files.mjs';

const mark = /^<!-- (given|not run|run with|fails|file|prints)(?::\s*([^]*?))?\s*-->$|^```(\w*)\n([^]*?)^```$/gm;
const languages = { ts: 'typescript', typescript: 'typescript', sh: 'shell', bash: 'shell', python: 'python' };

/** Pages of the documentation, by their path from the root. */
export const pages = () => [
  ...['README.md', 'notebooks/README.md'],
  ...readdirSync(join(root, 'docs'), { recursive: true })
    .map((file) => `docs/${String(file).replaceAll('\\', '/')}`)
    .filter((file) => file.endsWith('.md') && !file.startsWith('docs/results/'))
    .sort(),
];

/** @returns {{ line: number, language: string, code: string, skip?: string, fails?: string, prints?: string }[]} */
export function blocksOf(page) {
  const text = readFileSync(join(root, page), 'utf8');
  const blocks = [];
  let next = {};
  for (const found of text.matchAll(mark)) {
    const [, comment, content = '', fence, inside] = found;
    const line = text.slice(0, found.index).split('\n').length + 1;
    if (comment === 'given') blocks.push({ line, language: 'typescript', code: content });
    else if (comment === 'prints') next.prints = true;
    else if (comment !== undefined) next[comment] = content.trim();
    else {
      if (next.prints) blocks.at(-1).prints = inside.trim();
      else if (next.file) blocks.push({ line, language: 'typescript', code: writes(next.file, inside) });
      else if (languages[fence]) blocks.push(block(line, languages[fence], inside, next));
      next = {};
    }
  }
  return blocks;
}

function block(line, language, text, { 'not run': skip, 'run with': other, fails }) {
  const [from, to] = other?.split(' -> ') ?? ['', ''];
  if (!text.includes(from)) throw new Error(`line ${line}: "${from}" is not in the block that is run without it`);
  const code = from === '' ? text : text.replaceAll(from, to);
  return { line, language, code, ...(skip !== undefined && { skip }), ...(fails !== undefined && { fails }) };
}

const writes = (file, text) =>
  `(require('node:fs') as typeof import('node:fs')).writeFileSync(${JSON.stringify(file)}, ${JSON.stringify(text)});`;
