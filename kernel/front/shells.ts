import { randomUUID } from 'node:crypto';
import type { Message } from '../protocol/message.js';
import { History } from './history.js';
import { Shell, type RunningCell, type ShellOptions } from './shell.js';

/** Subshells that may be open at once: a bound for clients that never delete theirs. */
const mostSubshells = 100;

/** The shell that every kernel has, and the subshells that clients made. Source: JEP 91. */
export class Shells {
  readonly main: Shell;
  private readonly subshells = new Map<string, Shell>();
  /** Deleted subshells whose last cell has not ended. */
  private readonly ending = new Set<Shell>();
  private counter = 0;

  constructor(private readonly options: ShellOptions) {
    this.main = new Shell(options);
  }

  /** Makes a subshell; returns its id. Its history ends with it. */
  create(): string {
    if (this.subshells.size >= mostSubshells)
      throw new Error(`${mostSubshells} subshells are open, no more are possible: delete some first.`);
    const id = randomUUID();
    this.subshells.set(id, new Shell({ ...this.options, history: new History() }, `s${++this.counter}-`));
    return id;
  }

  delete(id: unknown): void {
    const shell = this.subshell(id);
    this.subshells.delete(String(id));
    shell.close();
    for (const old of this.ending) if (!old.running) this.ending.delete(old);
    this.ending.add(shell);
  }

  list(): string[] {
    return [...this.subshells.keys()];
  }

  /** The shell that a request is for. @throws Error when the request names a subshell that does not exist */
  of(request: Message): Shell {
    const id = (request.header as { readonly subshell_id?: unknown }).subshell_id;
    return id === undefined || id === null ? this.main : this.subshell(id);
  }

  /** The cells that are being executed. */
  running(): RunningCell[] {
    return [this.main, ...this.subshells.values(), ...this.ending].flatMap(({ running }) => running ?? []);
  }

  private subshell(id: unknown): Shell {
    const shell = typeof id === 'string' ? this.subshells.get(id) : undefined;
    if (!shell)
      throw Object.assign(
        new Error(`There is no subshell ${JSON.stringify(id)}: create one with create_subshell_request.`),
        { name: 'SubshellNotFound' },
      );
    return shell;
  }
}
