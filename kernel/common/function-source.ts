import { callGuard, loopGuard, ownPrefix, runtimeName, spelled } from './runtime-names.js';

const exactly = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
/** A name of the kernel's, as only emitted code writes it. */
const kernel = exactly(spelled(runtimeName));
const guards = [loopGuard, callGuard].map((name) => exactly(spelled(name(0)).slice(0, -1)));
const stop = String.raw`${kernel}\.stop\((?:"(?:[^"\\]|\\.)*")?\)`;
const test = String.raw`(?:${guards.join('|')})\d+(?: \|\| ${kernel}\.alive\(\))?`;
/**
 * As `transform-guards.ts` inserts them: at the top of a body (before one without braces, with `else`), and before an
 * expression.
 */
const insertions = new RegExp(String.raw`(\s*)if \(${test}\) ${stop};(\s*else\s+)?|${test}\s*\?\s*${stop}\s*:\s*`, 'g');
const nameless = /^((?:async\s+)?function(?:\s*\*)?)\s*\(/;
/** The guard of a function that was made a variable's value keeps its name. */
const namedGuard = new RegExp(String.raw`${kernel}\.stop\("((?:[^"\\]|\\.)*)"\)`);
const imports = new RegExp(String.raw`${kernel}\.(import\(|meta\b)`, 'g');
const ownNames = new RegExp(String.raw`${exactly(spelled(ownPrefix))}|${kernel}\$\w*\$`, 'g');
/** What V8 left of a guard when it cut a function's text for a message. */
const cut = /\s*(?:if \()?\\(?:u(?:\{(?:5f?|5f\}[\w.]*(?:(?: \|\| |\))[^\n;]*)?)?)?)?(?=\.\.\.<omitted>\.\.\.)/g;

/** A function's text as V8 has it, without what the kernel put into it: JavaScript that runs anywhere. */
export function userSource(text: string): string {
  if (!text.includes('\\u{')) return text;
  const name = nameless.test(text) ? namedGuard.exec(text)?.[1] : undefined;
  const own = text
    .replace(insertions, (_, space: string | undefined, more: string | undefined) => (more && space) ?? '')
    .replace(imports, (_, what: string) => (what === 'meta' ? 'import.meta' : what))
    .replace(ownNames, '');
  return name === undefined
    ? own
    : own.replace(nameless, (_, head: string) => `${head} ${JSON.parse(`"${name}"`) as string}(`);
}

/** The message of an error, in which V8 may quote functions. */
export function userMessage(text: string): string {
  const own = text.replaceAll(ownPrefix, '');
  return own.includes('\\u') || own.includes('...<omitted>...') ? userSource(own).replace(cut, '') : own;
}
