import ts from 'typescript';

/** What a cell declares beyond its own names. */
export interface GlobalDeclarations {
  /**
   * Of `declare module 'name'`: declarations of modules that TypeScript does not find, as a file of their own with
   * everything at its place.
   */
  readonly ambient: string | undefined;
  /** The cell's text without those. */
  readonly text: string;
  /** What it adds to the global scope and to modules: a later cell that says as much replaces it. */
  readonly keys: ReadonlySet<string>;
}

/** Takes apart what a cell declares for everybody: `declare global { … }`, `declare module 'x' { … }`. */
export function globalDeclarations(
  file: ts.SourceFile,
  text: string,
  isFound: (module: string) => boolean,
): GlobalDeclarations {
  const modules = file.statements.filter(ts.isModuleDeclaration);
  const keys = new Set<string>();
  const ambient: ts.ModuleDeclaration[] = [];
  for (const module of modules) {
    const isGlobal = (module.flags & ts.NodeFlags.GlobalAugmentation) !== 0;
    if (!isGlobal && !ts.isStringLiteral(module.name)) continue;
    const name = isGlobal ? '' : module.name.text;
    if (!isGlobal && (name.includes('*') || (!name.startsWith('.') && !isFound(name)))) ambient.push(module);
    const statements = module.body && ts.isModuleBlock(module.body) ? module.body.statements : [];
    keys.add(`module ${name}`);
    for (const statement of statements) for (const key of keysOf(statement)) keys.add(`${name}: ${key}`);
  }
  if (ambient.length === 0) return { ambient: undefined, text, keys };
  const blank = (from: number, to: number): string => text.slice(from, to).replace(/[^\n\r]/g, ' ');
  let [rest, own, at] = ['', '', 0];
  for (const node of ambient) {
    const start = node.getStart(file);
    rest += text.slice(at, start) + blank(start, node.end);
    own += blank(at, start) + text.slice(start, node.end);
    at = node.end;
  }
  return { ambient: own, text: rest + text.slice(at), keys };
}

/** Names and members that a statement declares. */
function keysOf(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.map(({ name }) => (ts.isIdentifier(name) ? name.text : ''));
  if (ts.isInterfaceDeclaration(statement))
    return statement.members.map((member) => `${statement.name.text}.${memberName(member)}`);
  if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) return [statement.name?.text ?? ''];
  if (ts.isTypeAliasDeclaration(statement) || ts.isEnumDeclaration(statement)) return [statement.name.text];
  if (ts.isModuleDeclaration(statement) && statement.body && ts.isModuleBlock(statement.body))
    return statement.body.statements.flatMap(keysOf).map((key) => `${statement.name.text}.${key}`);
  return [statement.kind.toString()];
}

function memberName({ name, kind }: ts.TypeElement): string {
  return name && (ts.isIdentifier(name) || ts.isStringLiteral(name)) ? name.text : `[${kind}]`;
}
