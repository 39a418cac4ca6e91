import ts from 'typescript';
import { leadingComments, namesJsxFunction } from '../common/jsx-pragma.js';
import type { DeclaredName } from './declared-names.js';
import { evolvingDeclaration, leftImport, leftTypeNames, type Evolving } from './evolving.js';

/** A name, and the module that declares it: a cell, or what every session begins with. */
export interface Provider extends DeclaredName {
  readonly module: string;
  /** How cells have left it since, where its type evolves. */
  readonly evolving?: Evolving | undefined;
  /** Whether a value and a type of this name were declared apart: `const Color = …`, `type Color = …`. */
  readonly merged?: boolean;
}

/** Whether each session begins with a module. */
export function isPreloaded(module: string): boolean {
  return module === 'notebook' || module === 'library';
}

/** Whether a module is a cell that ran. */
export function isOfCell(module: string): boolean {
  return !isPreloaded(module) && module !== 'copied';
}

/** What a variable is called where it is imported: it is declared by its own name. */
const importedAs = (name: string): string => `__spikelab_as_${name}`;

/** A name as a cell declares it, with the meaning that it had before and has not now: the cell exports both. */
export function withMeanings(
  name: DeclaredName,
  known: Provider,
): DeclaredName & Pick<Provider, 'evolving' | 'merged'> {
  if (name.typeOnly && !known.typeOnly) {
    const { variable, evolving } = known;
    const asIs = known.asIs === true || !isOfCell(known.module); // what no cell made keeps its name
    return { ...name, typeOnly: false, variable, asIs, evolving, merged: true };
  }
  const keeps = name.valueOnly === true && hasOwnType(known);
  return keeps ? { ...name, parameters: known.parameters ?? 0, valueOnly: false, merged: true } : name;
}

/** A type that was imported by another name, for a cell in which its name is a value's, too. */
function typeAlias({ name, parameters = 0 }: DeclaredName): string {
  const names = Array.from({ length: parameters }, (_, n) => `T${n}`);
  const [declared, given] = [names.map((one) => `${one} = any`), names];
  if (parameters === 0) return `type ${name} = __spikelab_type_${name};`;
  return `type ${name}<${declared.join(', ')}> = __spikelab_type_${name}<${given.join(', ')}>;`;
}

/** What is left of a name of both meanings when the value is lost. */
export function onlyType({ name, module, parameters = 0 }: Provider): Provider {
  return { name, module, parameters, typeOnly: true, merged: true };
}

/** Whether a type of this name is a cell's, and not part of a class, an enum or a module. */
function hasOwnType({ module, typeOnly, merged }: Provider): boolean {
  return merged === true || (typeOnly && isOfCell(module));
}

/**
 * The lines before a cell's text that bring the earlier names. A variable is declared again with the type it has:
 * TypeScript takes what is imported for a constant, and does not check what is assigned to it.
 * @param own what the cell declares itself: it hides an earlier value by a value, an earlier type by a type
 * @param used names that are wanted; all when it is missing
 * @param always modules that change what is there globally
 * @param evolves whether a variable's evolving type counts; it can be anything otherwise
 * @param filled names of variables that are neither `null` nor `undefined` now, whatever else their types allow
 */
export function header(
  text: string,
  providers: Iterable<Provider>,
  own: ReadonlyMap<string, DeclaredName>,
  used: ReadonlySet<string> | undefined,
  always: Iterable<string>,
  evolves: (name: string) => boolean,
  filled?: ReadonlySet<string>,
): string {
  const imports = new Map<string, string[]>();
  const variables: string[] = [];
  // Also without names: TypeScript checks quicker when a file imports the same modules as before.
  const bring = (module: string, ...names: string[]): void => {
    imports.set(module, [...(imports.get(module) ?? []), ...names]);
  };
  for (const provider of providers) {
    const { name, module, variable, evolving } = provider;
    bring(module);
    if (evolving) bring(evolving.module);
    if (!(used?.has(name) ?? true)) continue;
    const declared = own.get(name);
    const [wantsValue, wantsType] = [!declared || declared.typeOnly, !declared || declared.valueOnly === true];
    if (wantsType && hasOwnType(provider) && (declared || provider.merged)) {
      bring(module, `${name} as __spikelab_type_${name}`);
      variables.push(typeAlias(provider));
    }
    if (!wantsValue || (provider.typeOnly && (declared || provider.merged))) continue;
    if (evolving && evolves(name)) {
      bring(evolving.module, leftImport(name));
      variables.push(evolvingDeclaration(name, evolving));
    } else if (variable || declared || provider.merged) {
      bring(module, `${name} as ${importedAs(name)}`);
      const type = `typeof ${importedAs(name)}`;
      if (variable && filled?.has(name))
        variables.push(`let ${name}: ${type}; ${name} = null! as NonNullable<${type}>;`);
      else variables.push(`declare ${variable ? 'let' : 'const'} ${name}: ${type};`);
    } else bring(module, name);
  }
  if (variables.length > 0) bring('notebook', ...leftTypeNames);
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
