import { existsSync, statSync } from 'node:fs';
import ts from 'typescript';
import type { Project } from '../common/project.js';
import { inside } from './paths.js';

/** Options that mean in a cell what they mean to `tsc`. */
const counting: readonly string[] = [
  ...['strict', 'noImplicitAny', 'noImplicitThis', 'strictNullChecks', 'strictFunctionTypes', 'strictBindCallApply'],
  ...['strictPropertyInitialization', 'strictBuiltinIteratorReturn', 'useUnknownInCatchVariables'],
  ...['exactOptionalPropertyTypes', 'noUncheckedIndexedAccess', 'noImplicitReturns', 'noFallthroughCasesInSwitch'],
  ...['noImplicitOverride', 'noPropertyAccessFromIndexSignature', 'allowUnreachableCode', 'allowUnusedLabels'],
  ...['experimentalDecorators', 'emitDecoratorMetadata', 'useDefineForClassFields', 'erasableSyntaxOnly'],
  ...['paths', 'baseUrl', 'pathsBasePath', 'types', 'typeRoots', 'lib', 'customConditions'],
  ...['jsx', 'jsxFactory', 'jsxFragmentFactory', 'jsxImportSource', 'reactNamespace'],
  ...['esModuleInterop', 'allowSyntheticDefaultImports', 'resolveJsonModule', 'allowJs', 'checkJs'],
];

/**
 * Options that would change what a cell means, and do not. All others are about the files that `tsc` writes, of which a
 * notebook has none (every project has some of those), or about names that nothing uses: a later cell may.
 */
const ignored: readonly string[] = [
  'outFile',
  'noLib',
  'noResolve',
  'moduleSuffixes',
  'rootDirs',
  'plugins',
  'allowUmdGlobalAccess',
  'preserveSymlinks',
];

/** What the `tsconfig.json` of a notebook's folder says to cells. */
export interface ProjectConfig {
  readonly options: ts.CompilerOptions;
  /** Parts of the standard library beside what Node has, for instance `dom`. */
  readonly libraries: readonly string[];
  /** Declaration files that belong to the project. */
  readonly declarations: readonly string[];
  /** What is wrong with it, and what does not count. */
  readonly notice: string | undefined;
  /** Whether complaints about types that are `any` for want of a declaration are asked for. */
  readonly showsImplicitAny: boolean;
  /** What the process of the cells has to know. */
  readonly project: Project;
}

const none: ProjectConfig = {
  options: {},
  libraries: [],
  declarations: [],
  notice: undefined,
  showsImplicitAny: false,
  project: {},
};

/** Reads a folder's `tsconfig.json` when it has changed. */
export class ProjectReader {
  private readonly path: string;
  private files: readonly string[];
  private stamp: string | undefined;
  config = none;

  constructor(private readonly folder: string) {
    this.path = inside(folder, 'tsconfig.json');
    this.files = [this.path];
  }

  /** Returns whether there is something new. */
  update(): boolean {
    const stamp = this.files.map((file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0).join(' ');
    if (stamp === this.stamp) return false;
    const isFirst = this.stamp === undefined;
    if (isFirst && !existsSync(this.path)) {
      this.stamp = stamp;
      return false;
    }
    const read: string[] = [];
    this.config = existsSync(this.path) ? readConfig(this.folder, this.path, read) : none;
    this.files = [...new Set([this.path, ...read])];
    this.stamp = this.files.map((file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0).join(' ');
    return true;
  }
}

function readConfig(folder: string, path: string, read: string[]): ProjectConfig {
  const host: ts.ParseConfigFileHost = {
    ...ts.sys,
    useCaseSensitiveFileNames: ts.sys.useCaseSensitiveFileNames,
    readFile: (file) => (read.push(file), ts.sys.readFile(file)),
    // Only declarations are looked for: what else belongs to the project is imported by whoever needs it.
    readDirectory: (root, _extensions, exclude, include, depth) =>
      ts.sys.readDirectory(root, ['.d.ts'], exclude, include, depth),
    onUnRecoverableConfigFileDiagnostic: () => {},
  };
  const result = ts.readConfigFile(path, host.readFile);
  const [config, error] = [result.config as object | undefined, result.error];
  const parsed = ts.parseJsonConfigFileContent(config ?? {}, host, folder, undefined, path);
  const options = Object.fromEntries(Object.entries(parsed.options).filter(([name]) => counting.includes(name)));
  // Targets before ES2022 had other class fields, which legacy decorators rely on.
  const target = parsed.options.target ?? ts.ScriptTarget.ES5;
  options['useDefineForClassFields'] ??= target >= ts.ScriptTarget.ES2022;
  const libraries = (parsed.options.lib ?? []).map((file) => file.replace(/^lib\.|\.d\.ts$/g, ''));
  delete options['lib'];
  if (options['jsx'] === ts.JsxEmit.Preserve || options['jsx'] === ts.JsxEmit.ReactNative)
    options['jsx'] = options['jsxFactory'] === undefined ? ts.JsxEmit.ReactJSX : ts.JsxEmit.React;
  const { strict, noImplicitAny, paths, baseUrl } = parsed.options;
  return {
    options,
    libraries: libraries.filter((name) => !/^es\d|^esnext/.test(name)),
    declarations: parsed.fileNames.filter((file) => file.endsWith('.d.ts')),
    notice: notice(parsed.options, [...(error ? [error] : []), ...parsed.errors]),
    showsImplicitAny: noImplicitAny ?? strict ?? false,
    project: {
      emit: options,
      ...(paths && { paths }),
      base: baseUrl ?? String(parsed.options['pathsBasePath'] ?? folder),
      baseUrl: baseUrl !== undefined,
    },
  };
}

/** "No inputs were found": a notebook's folder need not have any. */
const noInputs = new Set([18002, 18003]);

function notice(options: ts.CompilerOptions, errors: readonly ts.Diagnostic[]): string | undefined {
  const { target, module, moduleResolution } = options;
  const cannot = ignored.filter((name) => options[name] !== undefined && options[name] !== false);
  if (target !== undefined && target < ts.ScriptTarget.ES2022) cannot.push('target (cells are ES2022)');
  if (module !== undefined && module < ts.ModuleKind.ES2015) cannot.push('module (cells are ES modules)');
  if (moduleResolution === ts.ModuleResolutionKind.Classic) cannot.push('moduleResolution (cells look as bundlers do)');
  const wrong = errors
    .filter(({ code }) => !noInputs.has(code))
    .map(({ messageText, file, start }) => {
      const line = file && start !== undefined ? `:${file.getLineAndCharacterOfPosition(start).line + 1}` : '';
      const message = ts.flattenDiagnosticMessageText(messageText, ' ');
      const option = /"([^"\n]*)"\s*:\s*$/.exec(file?.text.slice(0, start ?? 0) ?? '')?.[1];
      const named = option === undefined || message.includes(option) ? '' : `${option}: `;
      return `tsconfig.json${line}: ${named}${message}`;
    });
  const lines = [
    ...wrong,
    ...(cannot.length > 0 ? [`tsconfig.json: no effect in a notebook: ${cannot.join(', ')}`] : []),
  ];
  return lines.length > 0 ? `${lines.join('\n')}\n` : undefined;
}
