import ts from 'typescript';

/**
 * Parsed files for TypeScript's language services. TypeScript keeps a file apart for each set of options that parsing
 * or binding heeds, among them `noFallthroughCasesInSwitch`; none of them changes what a declaration file says. So
 * these are parsed once, also for a folder whose `tsconfig.json` asks for more than the folder that a snapshot was made
 * in: otherwise its first check would read all types again, and hold them twice (60 MiB, a second).
 */
function sharedDocuments(): ts.DocumentRegistry {
  const registry = ts.createDocumentRegistry(ts.sys.useCaseSensitiveFileNames);
  const declarations = registry.getKeyForCompilationSettings({});
  const keyFor = (file: string, key: ts.DocumentRegistryBucketKey): ts.DocumentRegistryBucketKey =>
    /\.d\.[cm]?ts$/.test(file) ? declarations : key;
  return {
    ...registry,
    acquireDocumentWithKey: (file, path, host, key, ...more) =>
      registry.acquireDocumentWithKey(file, path, host, keyFor(file, key), ...more),
    updateDocumentWithKey: (file, path, host, key, ...more) =>
      registry.updateDocumentWithKey(file, path, host, keyFor(file, key), ...more),
    releaseDocumentWithKey: (
      path: ts.Path,
      key: ts.DocumentRegistryBucketKey,
      kind: ts.ScriptKind = ts.ScriptKind.TS,
      format?: ts.ResolutionMode,
    ) => registry.releaseDocumentWithKey(path, keyFor(path, key), kind, format),
  };
}

/** Shared by all notebooks of this process. */
export const documents = sharedDocuments();
