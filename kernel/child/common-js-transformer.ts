import ts from 'typescript';

/** What `import.meta` is in a module that was made CommonJS: of the names that Node gives to such a module. */
const meta =
  '({ url: require("node:url").pathToFileURL(__filename).href, filename: __filename, dirname: __dirname, ' +
  'resolve: (name) => { const found = require.resolve(name); ' +
  'return found === name ? name : require("node:url").pathToFileURL(found).href; } })';

/**
 * Lets an ES module be CommonJS as far as TypeScript itself does not.
 * @param onAwait receives what waits at the module's top level: CommonJS cannot
 */
export function commonJsTransformer(onAwait: (node: ts.Node) => void): ts.TransformerFactory<ts.SourceFile> {
  return (context) => (file) => {
    const waiting = topLevelAwait(file);
    if (waiting) onAwait(waiting);
    const visit = (node: ts.Node): ts.Node =>
      ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword
        ? context.factory.createIdentifier(meta)
        : ts.visitEachChild(node, visit, context);
    return ts.visitEachChild(file, visit, context);
  };
}

function topLevelAwait(node: ts.Node): ts.Node | undefined {
  if (ts.isFunctionLike(node) || ts.isClassStaticBlockDeclaration(node)) return undefined;
  if (ts.isPropertyDeclaration(node)) return ts.forEachChild(node.name, topLevelAwait);
  const waits =
    ts.isAwaitExpression(node) ||
    (ts.isForOfStatement(node) && node.awaitModifier !== undefined) ||
    (ts.isVariableDeclarationList(node) && (node.flags & ts.NodeFlags.AwaitUsing) === ts.NodeFlags.AwaitUsing);
  return waits ? node : ts.forEachChild(node, topLevelAwait);
}
