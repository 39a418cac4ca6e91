import ts from 'typescript';
import { above, inside, slashed } from './paths.js';

/** The parts of TypeScript's standard library that every Node from 20 on has, without the browser. */
const everywhere = 'es2023';

/** Newer parts, of which cells see what this Node has. */
const newer = [
  'es2024',
  'esnext.disposable',
  'esnext.collection',
  'esnext.array',
  'esnext.promise',
  'esnext.error',
  'esnext.float16',
  'esnext.sharedmemory',
];

/**
 * TypeScript's standard library as one file. TypeScript looks at every file of a program for every cell, and merges the
 * globals of each into one table: one file instead of 70 makes a check of a short cell a third quicker. It declares
 * what the Node of this process has; while a snapshot is built, that is not all there yet, so the builder makes it
 * before (snapshot-script.ts).
 * @param read reads one of TypeScript's own files
 */
export function standardLibrary(read: (path: string) => string): string {
  const folder = above(slashed(ts.getDefaultLibFilePath({})));
  const part = (name: string): string => read(inside(folder, `lib.${name}.d.ts`));
  const seen = new Set<string>();
  const collect = (name: string, adapt: (text: string) => string): string => {
    if (seen.has(name)) return '';
    seen.add(name);
    const text = part(name);
    const before = ts.preProcessFile(text).libReferenceDirectives.map(({ fileName }) => collect(fileName, adapt));
    return `${before.join('')}${adapt(text)}\n`;
  };
  return [
    collect(everywhere, (text) => text),
    ...newer.map((name) => collect(name, ofThisNode)),
    'Iterator' in globalThis ? iteratorHelpers(part('esnext.iterator')) : '',
    webAssembly(part('dom')),
    bodies,
  ].join('');
}

/**
 * What a server answers, `await (await fetch(url)).json()`, is anything, as TypeScript's own library has it, which this
 * is without; Node's types have `unknown`.
 */
const bodies = ['Response', 'Request'].map((name) => `interface ${name} { json(): Promise<any>; }\n`).join('');

/** Declarations without those of globals and of members that this Node does not have. */
function ofThisNode(text: string): string {
  const file = ts.createSourceFile('part.d.ts', text, ts.ScriptTarget.ES2022, false);
  const variables = (statement: ts.Statement): string[] =>
    ts.isVariableStatement(statement)
      ? statement.declarationList.declarations.map(({ name }) => name.getText(file))
      : [];
  const values = file.statements.flatMap(variables);
  const missing = file.statements.flatMap((statement): ts.Node[] => {
    if (ts.isVariableStatement(statement))
      return variables(statement).some((name) => name in globalThis) ? [] : [statement];
    if (!ts.isInterfaceDeclaration(statement)) return [];
    const name = statement.name.text;
    const value = globalName(name);
    if (!(value in globalThis)) return values.includes(value) ? [statement] : []; // the others are types only
    const global = (globalThis as Record<string, unknown>)[value] as object & { readonly prototype?: object };
    const object = name === value + 'Constructor' ? global : (global.prototype ?? global);
    return statement.members.filter(
      (member) => member.name && ts.isIdentifier(member.name) && !(member.name.text in object),
    );
  });
  return missing.reverse().reduce((left, node) => left.slice(0, node.pos) + left.slice(node.end), text);
}

/** The global value that an interface of the standard library belongs to. */
function globalName(name: string): string {
  return name === 'ReadonlySet' ? 'Set' : name.replace(/Constructor$/, '');
}

/**
 * TypeScript declares the helpers of iterators in a module, because they need a class that must not be global: here a
 * module with a name.
 */
function iteratorHelpers(text: string): string {
  return `declare module "__spikelab_iterator" {\n${text.replace(/^export \{\};/m, '').replace(/^declare /gm, '')}\n}\n`;
}

/**
 * `WebAssembly`, which only the browser's part of the library declares. The one other type that it needs comes with it;
 * `Response` is among Node's.
 */
function webAssembly(dom: string): string {
  const [declared] = /^declare namespace WebAssembly \{\n[^]*?^\}\n/m.exec(dom) ?? [''];
  const [source] = /^type BufferSource = .*\n/m.exec(dom) ?? [''];
  return declared.replace('{\n', `{\n    ${source}`);
}
