/**
 * CommonJS modules as local TypeScript files import them. Node gives of such a module the names that it could see in
 * the text; a bundler gives all. So an import says in its specifier which names it wants (`demand-names.ts`), and where
 * a CommonJS module is meant, it gets a module that has them.
 */
import type { ResolveFnOutput } from 'node:module';

const parameter = 'spikelab-names';
const marked = new RegExp(`^(.*)\\?${parameter}=([^&]*)$`);

/** The specifier of an import with the names that it wants. */
export function demanding(specifier: string, names: readonly string[]): string {
  return names.length === 0 ? specifier : `${specifier}?${parameter}=${names.map(encodeURIComponent).join(',')}`;
}

/** A specifier as it was written, and the names that the import wants. */
export function demanded(specifier: string): [specifier: string, names: readonly string[]] {
  const [, written, names] = marked.exec(specifier) ?? [];
  return written === undefined ? [specifier, []] : [written, names.split(',').map(decodeURIComponent)];
}

/**
 * What is found in place of a package's module that Node does not know to be an ES module: one that has these names.
 */
export function withNames(found: ResolveFnOutput, names: readonly string[]): ResolveFnOutput {
  return { ...found, url: demanding(found.url, names), format: 'module' };
}

/** The names that such a module has to give; nothing when it is none. */
export function demandedNames(url: string): readonly string[] | undefined {
  const [written, names] = demanded(url);
  return written === url ? undefined : names;
}

/**
 * Its text. `default` is what a module that was compiled from ES syntax means by it, as in cells (`namespace.ts`). A
 * name with a star behind it is one that need not be there.
 * @param isModule whether it turned out to be an ES module
 */
export function moduleWith(url: string, names: readonly string[], isModule: boolean): string {
  const from = JSON.stringify(demanded(url)[0]);
  const file = decodeURIComponent(demanded(url)[0].replace(/^.*\/node_modules\//, ''));
  const lacking = JSON.stringify(`The requested module '${file}' does not provide an export named `);
  if (isModule) return `export * from ${from};\n${names.includes('default') ? `export { default } from ${from};` : ''}`;
  const members = names.filter((name) => name !== 'default' && name !== 'default*');
  const values = members.map((name, at) => `const member${at} = member(${JSON.stringify(name)});`);
  const exported = members.map((name, at) => `member${at} as ${JSON.stringify(name.replace(/\*$/, ''))}`);
  return `import exports from ${from};
export * from ${from};
const member = (name) => {
  if (name.endsWith('*')) return exports?.[name.slice(0, -1)];
  if (!(name in Object(exports))) throw new SyntaxError(${lacking} + "'" + name + "'");
  return exports[name];
};
export default exports?.__esModule === true && 'default' in exports ? exports.default : exports;
${values.join('\n')}
export { ${exported.join(', ')} };
`;
}
