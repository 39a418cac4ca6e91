import ts from 'typescript';
import { leadingComments, namesJsxFunction } from '../common/jsx-pragma.js';
import type { DeclaredName } from './declared-names.js';

/** A name, and the module that declares it: a cell, or what every session begins with. */
export interface Provider extends DeclaredName {
  readonly module: string;
}

/**
 * The lines before a cell's text that bring the earlier names. A variable is declared again with the type it has: TypeScript takes what is
 * imported for a constant, and does not check what is assigned to it.
 * @param own what the cell declares itself
 * @param used names that are wanted; all when it is missing
 * @param always modules that change what is there globally
 */
export function header(
  text: string,
  providers: Iterable<Provider>,
  own: ReadonlySet<string>,
  used: ReadonlySet<string> | undefined,
  always: Iterable<string>,
): string {
  const imports = new Map<string, string[]>();
  const variables: string[] = [];
  for (const { name, module, variable } of providers) {
    const names = imports.get(module) ?? [];
    imports.set(module, names); // also without names: TypeScript checks quicker when a file imports the same modules as before
    if (own.has(name) || !(used?.has(name) ?? true)) continue;
    if (variable) variables.push(`declare let ${name}: typeof import("./__spikelab_${module}").${name};`);
    else names.push(name);
  }
  const side = [...always].filter((module) => !imports.has(module)).map((module) => `import "./__spikelab_${module}";`);
  const lines = [...imports].map(([module, names]) => `import { ${names.join(', ')} } from "./__spikelab_${module}";`);
  return `${directives(text)}${[...lines, ...side, ...variables].join(' ')}\n`;
}

/** A header without the modules of which it names nothing: one that nobody names any more is then forgotten. */
export function onlyNamed(header: string): string {
  return header.replaceAll(/import {  } from "[^"]*"; ?/g, '');
}

/** Comments that TypeScript obeys at the top of a file only: they have to stand before the header, too. */
function directives(text: string): string {
  const obeyed = leadingComments(text).filter((comment) => /^\/\/\/\s*<reference\b|^\/\*[^]*@jsx/.test(comment));
  if (namesJsxFunction(text)) obeyed.push('/** @jsxRuntime classic */');
  return obeyed.map((comment) => `${comment}\n`).join('');
}

/** The parts of the standard library that a cell asks for: `/// <reference lib="dom" />`. */
export function referencedLibraries(text: string): string[] {
  if (!text.includes('<reference')) return [];
  return ts.preProcessFile(text, false, false).libReferenceDirectives.map(({ fileName }) => fileName.toLowerCase());
}
