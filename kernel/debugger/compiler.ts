/** What the debugger needs of the compiler. */
export interface DebuggerCompiler {
  /** Emits a cell that has not run, for the places in it that can be stopped at. */
  emit(code: string): Promise<{ readonly js: string; readonly map: string }>;
  /** An expression without its types. */
  strip(code: string): Promise<string>;
  /** Makes a name, which a client copied to the globals, known to the cells. */
  declare(name: string): Promise<void>;
}
