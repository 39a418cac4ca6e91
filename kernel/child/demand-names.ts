import ts from 'typescript';
import { demanding } from './common-js-names.js';

const { factory } = ts;

/** Packages, perhaps with a path in them: neither files nor URLs. */
const bare = /^[^./:?#][^:?#]*$/;

/** Lets the imports of a local file say which names they want of a package, for the case that it is CommonJS. */
export const demandTransformer: ts.TransformerFactory<ts.SourceFile> = (context) => (file) => {
  const visit = (node: ts.Statement): ts.Statement => {
    const specifier = ts.isImportDeclaration(node) || ts.isExportDeclaration(node) ? node.moduleSpecifier : undefined;
    if (!specifier || !ts.isStringLiteral(specifier) || !bare.test(specifier.text)) return node;
    const wanted = factory.createStringLiteral(demanding(specifier.text, wantedNames(node, file)));
    if (ts.isImportDeclaration(node))
      return factory.updateImportDeclaration(node, node.modifiers, node.importClause, wanted, node.attributes);
    if (!ts.isExportDeclaration(node)) return node;
    return factory.updateExportDeclaration(node, node.modifiers, false, node.exportClause, wanted, node.attributes);
  };
  return ts.visitEachChild(file, (node) => (ts.isStatement(node) ? visit(node) : node), context);
};

function wantedNames(node: ts.Statement, file: ts.SourceFile): string[] {
  if (ts.isExportDeclaration(node))
    return node.exportClause && ts.isNamedExports(node.exportClause) ? named(node.exportClause) : [];
  const clause = ts.isImportDeclaration(node) ? node.importClause : undefined;
  const bindings = clause?.namedBindings;
  return [
    ...(clause?.name ? ['default'] : []),
    ...(!bindings ? [] : ts.isNamedImports(bindings) ? named(bindings) : membersOf(bindings.name.text, file)),
  ];
}

function named({ elements }: ts.NamedImports | ts.NamedExports): string[] {
  return elements.map(({ propertyName, name }) => (propertyName ?? name).text);
}

/** What a file names of a namespace; the module may have more, but need not have it. */
function membersOf(namespace: string, file: ts.SourceFile): string[] {
  const found = new Set<string>();
  const search = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === namespace)
      found.add(`${node.name.text}*`);
    ts.forEachChild(node, search);
  };
  search(file);
  return [...found];
}
