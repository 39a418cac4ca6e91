import { createRequire } from 'node:module';
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { ownModuleFile } from '../common/own-modules.js';
import { above, inside, slashed, urlPath } from './paths.js';
import { standardLibrary } from './standard-library.js';

const ownPackages = createRequire(import.meta.url);
/** The folder that holds Spikelab's own declarations. */
export const ownFiles = slashed(fileURLToPath(new URL('../../', import.meta.url)));

/** Where type packages live: those of Spikelab itself (Node's types) and those of the notebook's project. */
function typeRoots(folder: string): string[] {
  const own = slashed(ownPackages.resolve('@types/node/package.json'));
  return [inside(folder, 'node_modules', '@types'), above(above(own))];
}

/** Where TypeScript sees its standard library; there is no such file. */
const libraryPath = `${ownFiles}spikelab.standard.d.ts`;

/**
 * Compiler options of a cell: strict, but a variable may be declared now and given its value in a later cell.
 * `noImplicitAny` is on for what it does to types (`const rows = []` and `let best = null` get theirs from what
 * follows); its complaints are dropped, see diagnostics.ts. What the project says goes before.
 */
export function cellOptions(folder: string, project: ts.CompilerOptions = {}): ts.CompilerOptions {
  const { types, typeRoots: roots = [] } = project;
  const jsx = findJsx(folder);
  return {
    strict: true,
    useUnknownInCatchVariables: project['strict'] === true, // who writes no types reads `e.message`
    resolveJsonModule: true,
    esModuleInterop: true,
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
    jsx,
    ...project,
    target: ts.ScriptTarget.ES2024, // what a cell may say; what becomes of it is emit.ts's business
    noLib: true, // it is one file among the others, see standard-library.ts
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    moduleDetection: ts.ModuleDetectionKind.Force,
    allowImportingTsExtensions: true,
    noImplicitAny: true,
    skipLibCheck: true,
    types: ['node', ...(types ?? [])],
    typeRoots: [...roots, ...typeRoots(folder)],
    noEmit: true,
  };
}

/** With React's newer functions where they are installed, else by a function that is in scope. */
function findJsx(folder: string): ts.JsxEmit {
  for (let at = folder; ; at = above(at)) {
    const manifest = inside(at, 'node_modules', 'react', 'package.json');
    if (ts.sys.fileExists(manifest)) {
      const runtime = ts.sys.fileExists(inside(above(manifest), 'jsx-runtime.js'));
      return runtime ? ts.JsxEmit.ReactJSX : ts.JsxEmit.React;
    }
    if (above(at) === at) return ts.JsxEmit.React;
  }
}

/** What was read and looked up, for every notebook of this process: a start-up snapshot of the compiler keeps it. */
const found = {
  snapshots: new Map<string, { readonly snapshot: ts.IScriptSnapshot; readonly version: string }>(),
  resolved: new Map<string, ts.ResolvedModuleWithFailedLookupLocations>(),
  resolvedTypes: new Map<string, ts.ResolvedTypeReferenceDirectiveWithFailedLookupLocations>(),
  existing: new Set<string>(),
};

/**
 * The files that TypeScript's language service sees: cells in memory, everything else from disk. Lookups that cannot
 * change while a session runs (libraries, installed packages) are answered from memory; failed ones are always tried
 * again, because a cell may have installed the package.
 */
export class NotebookHost implements ts.LanguageServiceHost {
  private options: ts.CompilerOptions;
  private roots: readonly string[] = [];
  private readonly cells = new Map<string, { readonly snapshot: ts.IScriptSnapshot; readonly version: string }>();
  private readonly snapshots = found.snapshots;
  /** Of packages; for the notebook's own files the project has a say. */
  private readonly resolved = found.resolved;
  private readonly resolvedHere = new Map<string, ts.ResolvedModuleWithFailedLookupLocations>();
  private readonly resolvedTypes = found.resolvedTypes;
  private readonly existing = found.existing;
  private counter = 0;
  /** Spares TypeScript the reading of every package.json for every new program. */
  private readonly packages: ts.ModuleResolutionCache;

  constructor(private readonly folder: string) {
    this.options = cellOptions(folder);
    this.packages = ts.createModuleResolutionCache(folder, (path) => path, this.options);
  }

  setCell(path: string, text: string): void {
    this.cells.set(path, { snapshot: ts.ScriptSnapshot.fromString(text), version: `cell ${++this.counter}` });
  }

  /** Says which files a check begins with, beside the standard library. */
  setRoots(roots: readonly string[]): void {
    this.roots = roots;
    this.counter++;
  }

  /** Takes options of the project, and of the cell that is to be checked. */
  setOptions(project: ts.CompilerOptions): void {
    const { paths, baseUrl, customConditions } = this.options;
    this.options = cellOptions(this.folder, project);
    const names = [paths, baseUrl, customConditions];
    const now = [this.options.paths, this.options.baseUrl, this.options.customConditions];
    if (JSON.stringify(names) !== JSON.stringify(now)) this.resolvedHere.clear();
    this.counter++;
  }

  get compilerOptions(): ts.CompilerOptions {
    return this.options;
  }

  /** Whether TypeScript finds a module by its name from a cell. */
  finds(specifier: string): boolean {
    const name = ownModuleFile(specifier) ?? specifier;
    return ts.resolveModuleName(name, inside(this.folder, 'cell.ts'), this.options, this).resolvedModule !== undefined;
  }

  getModuleResolutionCache = (): ts.ModuleResolutionCache => this.packages;
  getCompilationSettings = (): ts.CompilerOptions => this.options;
  getScriptFileNames = (): string[] => [libraryPath, ...this.roots];
  /**
   * As long as it stays the same, TypeScript does not look whether any file has changed: not several times for one
   * cell.
   */
  getProjectVersion = (): string => String(this.counter);
  getCurrentDirectory = (): string => this.folder;
  getDefaultLibFileName = (options: ts.CompilerOptions): string => ts.getDefaultLibFilePath(options);
  useCaseSensitiveFileNames = (): boolean => ts.sys.useCaseSensitiveFileNames;
  getScriptVersion = (path: string): string => this.cells.get(path)?.version ?? this.onDisk(path)?.version ?? 'missing';
  getScriptSnapshot = (path: string): ts.IScriptSnapshot | undefined =>
    this.cells.get(path)?.snapshot ?? this.onDisk(path)?.snapshot;
  readFile = (path: string): string | undefined => ts.sys.readFile(path);
  directoryExists = (path: string): boolean => ts.sys.directoryExists(path);
  getDirectories = (path: string): string[] => ts.sys.getDirectories(path);
  readDirectory = (...args: Parameters<typeof ts.sys.readDirectory>): string[] => ts.sys.readDirectory(...args);
  realpath = (path: string): string => ts.sys.realpath?.(path) ?? path;

  fileExists = (path: string): boolean => {
    if (this.cells.has(path) || this.existing.has(path)) return true;
    const exists = ts.sys.fileExists(path);
    if (exists && isInstalled(path)) this.existing.add(path);
    return exists;
  };

  resolveModuleNameLiterals = (
    literals: readonly ts.StringLiteralLike[],
    containingFile: string,
    redirected: ts.ResolvedProjectReference | undefined,
    options: ts.CompilerOptions,
    file: ts.SourceFile,
  ): ts.ResolvedModuleWithFailedLookupLocations[] =>
    literals.map((literal) => {
      const mode = ts.getModeForUsageLocation(file, literal, options);
      const key = `${above(containingFile)}\0${literal.text}\0${mode}`;
      const fixed = isInstalled(containingFile);
      const resolved = fixed ? this.resolved : this.resolvedHere;
      const known = resolved.get(key);
      if (known && fixed) return known;
      if (
        known?.resolvedModule &&
        (this.cells.has(known.resolvedModule.resolvedFileName) ||
          this.fileExists(known.resolvedModule.resolvedFileName))
      )
        return known;
      const found = ts.resolveModuleName(
        fixed ? literal.text : meant(literal.text),
        containingFile,
        options,
        this,
        fixed ? this.packages : undefined,
        redirected,
        mode,
      );
      resolved.set(key, found);
      return found;
    });

  resolveTypeReferenceDirectiveReferences = <T extends ts.FileReference | string>(
    references: readonly T[],
    containingFile: string,
    redirected: ts.ResolvedProjectReference | undefined,
    options: ts.CompilerOptions,
  ): ts.ResolvedTypeReferenceDirectiveWithFailedLookupLocations[] =>
    references.map((reference) => {
      const name = typeof reference === 'string' ? reference : reference.fileName;
      const key = `${above(containingFile)}\0${name}`;
      const known = this.resolvedTypes.get(key);
      if (known) return known;
      const found = ts.resolveTypeReferenceDirective(name, containingFile, options, this, redirected);
      if (found.resolvedTypeReferenceDirective) this.resolvedTypes.set(key, found);
      return found;
    });

  /** A file of the disk; a local one is read again when it changed. */
  private onDisk(path: string): { readonly snapshot: ts.IScriptSnapshot; readonly version: string } | undefined {
    const known = this.snapshots.get(path);
    if (known && isInstalled(path)) return known;
    const version = isInstalled(path) ? 'installed' : modified(path);
    if (known?.version === version) return known;
    const text = path === libraryPath ? standardLibrary((part) => ts.sys.readFile(part)!) : ts.sys.readFile(path);
    if (text === undefined) return undefined;
    const entry = { snapshot: ts.ScriptSnapshot.fromString(text), version };
    this.snapshots.set(path, entry);
    return entry;
  }
}

/** What a cell, or a file of the notebook's, means by a specifier, in the way that TypeScript looks for it. */
function meant(specifier: string): string {
  return ownModuleFile(specifier) ?? (specifier.startsWith('file:') ? urlPath(specifier) : specifier);
}

/** Where a part of TypeScript's standard library is. */
export function libraryPart(name: string): string {
  return inside(above(slashed(ts.getDefaultLibFilePath({}))), `lib.${name}.d.ts`);
}

/** Files that do not change while a session runs: packages, and Spikelab itself. */
function isInstalled(path: string): boolean {
  return path.includes('/node_modules/') || path.startsWith(ownFiles);
}

function modified(path: string): string {
  try {
    return `modified ${statSync(path).mtimeMs}`;
  } catch {
    return 'missing';
  }
}

/** Every file of the disk that was read so far and counts as unchanging. */
export function filesRead(): string[] {
  return [...found.snapshots.keys()].filter((path) => isInstalled(path) && path !== libraryPath);
}
