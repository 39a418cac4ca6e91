import type { CompiledCell } from '../compiler/cell-compiler.js';
import type { CompilerProcess } from './compiler-process.js';
import type { Debugger } from '../debugger/debugger.js';
import type { Message } from '../protocol/message.js';
import { kernelError, type ErrorReport } from '../common/error-report.js';
import type { CellRun } from './shell.js';

/** Why a cell was not started. */
export interface Refused {
  readonly refused: ErrorReport;
}

export const interruptedBeforeStart: Refused = {
  refused: kernelError('Interrupted', 'The cell was interrupted before it started.'),
};

/**
 * What comes before a cell runs: the check, its JavaScript, its breakpoints. Neither a stop nor a crash waits for the
 * check's end.
 */
export class Preparation {
  private readonly open = new Set<(reason: Refused) => void>();

  constructor(
    private readonly compiler: CompilerProcess,
    private readonly debug: Debugger,
    /** Says something about the notebook's project, beside the cell. */
    private readonly notify: (request: Message, notice: string) => void,
  ) {}

  async prepare(cell: CellRun, generation: number): Promise<Refused | { readonly cell: CompiledCell }> {
    let refuse: (reason: Refused) => void = () => {};
    const refused = new Promise<Refused>((resolve) => (refuse = resolve));
    this.open.add(refuse);
    return Promise.race([refused, this.check(cell, generation)]).finally(() => this.open.delete(refuse));
  }

  /** Gives up the cells that are being prepared. */
  refuse(reason: Refused): void {
    for (const refuse of this.open) refuse(reason);
  }

  private async check(
    { code, label, expressions, request }: CellRun,
    generation: number,
  ): Promise<Refused | { readonly cell: CompiledCell }> {
    const compiled = await this.compiler.compile({ code, label, generation, expressions });
    if (compiled.notice !== undefined) this.notify(request, compiled.notice);
    if ('error' in compiled) return { refused: compiled.error };
    await this.debug.beforeCell({ label, code, ...compiled.cell });
    return compiled;
  }
}
