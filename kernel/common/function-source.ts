import { ownPrefix, runtimeName } from './runtime-names.js';

const stop = String.raw`${runtimeName}\.stop\((?:"(?:[^"\\]|\\.)*")?\)`;
const test = String.raw`__spikelab(?:Loop|Call)\d+(?: \|\| ${runtimeName}\.alive\(\))?`;
/** As `transform-guards.ts` inserts them: at the top of a body (before one without braces, with `else`), and before an expression. */
const insertions = new RegExp(String.raw`(\s*)if \(${test}\) ${stop};(\s*else\s+)?|${test}\s*\?\s*${stop}\s*:\s*`, 'g');
const nameless = /^((?:async\s+)?function(?:\s*\*)?)\s*\(/;
/** The guard of a function that was made a variable's value keeps its name. */
const namedGuard = new RegExp(String.raw`${runtimeName}\.stop\("((?:[^"\\]|\\.)*)"\)`);
const imports = new RegExp(String.raw`(?<![\w$.])${runtimeName}\.(import\(|meta\b)`, 'g');
const ownNames = new RegExp(String.raw`(?<![\w$])${ownPrefix.replace('$', String.raw`\$`)}(?=[\w$])`, 'g');

/** A function's text as V8 has it, without what the kernel put into it: JavaScript that runs anywhere. */
export function userSource(text: string): string {
  if (!text.includes(runtimeName) && !text.includes(ownPrefix)) return text;
  const name = nameless.test(text) ? namedGuard.exec(text)?.[1] : undefined;
  const own = text
    .replace(insertions, (_, space: string | undefined, more: string | undefined) => (more && space) ?? '')
    .replace(imports, (_, what: string) => (what === 'meta' ? 'import.meta' : what))
    .replace(ownNames, '');
  return name === undefined
    ? own
    : own.replace(nameless, (_, head: string) => `${head} ${JSON.parse(`"${name}"`) as string}(`);
}
