import type { ErrorReport } from '../common/error-report.js';
import type { Project } from '../common/project.js';

/** What it takes to run a cell. */
export interface CompiledCell {
  readonly js: string;
  /** Source map of `js`, as JSON. */
  readonly map: string;
  /** See `Emitted`. */
  readonly seal?: string;
  /** `user_expressions`, compiled; each hands its value to the runtime. */
  readonly expressions: Readonly<Record<string, string>>;
  /** For the files that the cell imports. */
  readonly project: Project;
}

export interface CompileRequest {
  readonly code: string;
  /** The cell's file is `In[label].ts`. */
  readonly label: string;
  /** Generation of the interrupt guards, see `runtime-names.ts`. */
  readonly generation: number;
  readonly expressions: Readonly<Record<string, string>>;
}

/** `notice`: something about the project's configuration, said once. */
export type CompileResult = { readonly notice?: string } & (
  { readonly cell: CompiledCell } | { readonly error: ErrorReport }
);

/** One proposal; offsets are UTF-16 indices into the code. */
export interface Completion {
  readonly start: number;
  readonly end: number;
  readonly entries: readonly { readonly text: string; readonly kind: string }[];
  /** Whether the cursor is in a comment or a literal, where no value is meant. */
  readonly inText?: boolean;
}

export interface Inspection {
  /** Signature and documentation, as plain text and as Markdown. */
  readonly text: string;
  readonly markdown: string;
}

export type Completeness =
  { readonly status: 'complete' | 'invalid' } | { readonly status: 'incomplete'; readonly indent: string };

/** What the preloaded library offers: its entry file and which of its exports are globals. */
export interface LibraryDescription {
  readonly file: string | undefined;
  readonly globals: readonly string[];
}

/** The language service of a session: knows the cells that ran, checks and compiles the next one. */
export interface CellCompiler {
  /** Checks and compiles. The cell's declarations are visible to later cells once it is committed. */
  compile(request: CompileRequest): CompileResult;
  /** Emits a cell without a check: what would run. */
  emit(code: string): { readonly js: string; readonly map: string };
  /** An expression without its types. */
  strip(code: string): string;
  /** Makes a name known that no cell declares. */
  declare(name: string): void;
  /** Called when a cell has begun to run, and for each one that a compiler before this one knew. */
  commit(code: string): void;
  /** Called when every value is lost: what cells declared is unknown again, but for types, which live nowhere else. */
  forget(): void;
  /** Does now, while the cell runs, what the next check would have to do first. */
  update(): void;
  complete(code: string, cursor: number): Completion;
  /** `detail` 1 asks for the documentation as well. */
  inspect(code: string, cursor: number, detail: 0 | 1): Inspection | undefined;
  isComplete(code: string): Completeness;
  /**
   * Does what `compile` and `complete` do, for a cell of its own that nobody sees: so that V8 knows what is worth
   * compiling.
   */
  rehearse(): void;
}
