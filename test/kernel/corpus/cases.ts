/**
 * Cells as people write them, and what each must show: by TypeScript's and Node's own behaviour. A group is a file, a
 * session is a group.
 *
 * A case is one line, `CODE //=> RESULT`, or code of several lines with its expectations on the lines after it, each
 * with its mark:
 * - `//=> text` the value; more lines of it by more marks
 * - `//out text`, `//err text` a line of standard output, of standard error
 * - `//! text` an error whose name and message contain the text; nothing else may be shown then but what was printed
 *   before
 * - `//display type text` an output of this media type that is this text
 * - `//--` nothing at all
 * - `//node 22` only from this Node on
 *
 * `//=>~`, `//out~`, `//err~`, `//display~` give a regular expression instead.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What is shown under a mark: this text, or what matches. */
export interface Expected {
  readonly text: string;
  readonly pattern: boolean;
}

export interface Case {
  readonly line: number;
  readonly code: string;
  readonly result?: Expected;
  readonly out?: Expected;
  readonly err?: Expected;
  readonly error?: Expected;
  readonly display?: Expected & { readonly type: string };
  /** The first Node that has it: [major, minor]. */
  readonly node?: readonly [number, number];
}

const mark = /(?:^| )\/\/(=>|out|err|!|display|--|node)(~?)(?: (.*)|$)/;
const fields = { '=>': 'result', out: 'out', err: 'err', '!': 'error' } as const;

function add(one: Case, kind: string, pattern: boolean, text: string): Case {
  if (kind === '--') return one;
  if (kind === 'node') {
    const [major, minor = 0] = text.split('.').map(Number);
    return { ...one, node: [major, minor] };
  }
  if (kind === 'display') {
    const [type, ...rest] = text.split(' ');
    return { ...one, display: { type, text: rest.join(' '), pattern } };
  }
  const field = fields[kind as keyof typeof fields];
  const before = one[field];
  return { ...one, [field]: { text: before ? `${before.text}\n${text}` : text, pattern } };
}

export function parseCases(text: string): Case[] {
  const cases: Case[] = [];
  let code: string[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const found = mark.exec(line);
    if (!found) {
      if (line !== '' || code.length > 0) code.push(line);
      continue;
    }
    const [, kind, tilde, expected = ''] = found;
    if (found.index > 0 || code.length > 0) {
      if (found.index > 0) code.push(line.slice(0, found.index));
      cases.push({ line: index + 1, code: code.join('\n') });
      code = [];
    }
    cases.push(add(cases.pop()!, kind, tilde === '~', expected));
  }
  return cases;
}

/** Every group by its name. */
export function corpus(): Map<string, Case[]> {
  const folder = fileURLToPath(new URL('.', import.meta.url));
  const files = readdirSync(folder).filter((name) => name.endsWith('.cells'));
  return new Map(files.map((file) => [basename(file, '.cells'), parseCases(readFileSync(join(folder, file), 'utf8'))]));
}
