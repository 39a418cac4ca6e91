/** Answers the front process's requests one after the other, while cells run elsewhere. */
import type { CompileRequest, LibraryDescription } from './cell-compiler.js';
import { workWhenIdle } from './idle-work.js';
import { TypeScriptCompiler } from './typescript-compiler.js';

/** What changes the names that cells know: a cell ran, the debugger made a name, the values of all are lost. */
export type SessionEvent = { readonly ran: string } | { readonly declared: string } | { readonly lost: true };

export type CompilerRequest =
  | {
      readonly id: number;
      readonly op: 'start';
      readonly folder: string;
      readonly library: LibraryDescription;
      readonly session: readonly SessionEvent[];
    }
  | { readonly id: number; readonly op: 'compile'; readonly request: CompileRequest }
  | { readonly id: number; readonly op: 'emit'; readonly code: string }
  | { readonly id: number; readonly op: 'strip'; readonly code: string }
  | { readonly id: number; readonly op: 'event'; readonly event: SessionEvent }
  | { readonly id: number; readonly op: 'complete'; readonly code: string; readonly cursor: number }
  | {
      readonly id: number;
      readonly op: 'inspect';
      readonly code: string;
      readonly cursor: number;
      readonly detail: 0 | 1;
    }
  | { readonly id: number; readonly op: 'isComplete'; readonly code: string };

export interface CompilerReply {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

let compiler: TypeScriptCompiler | undefined;

function follow(compiler: TypeScriptCompiler, event: SessionEvent): void {
  if ('ran' in event) compiler.commit(event.ran);
  else if ('declared' in event) compiler.declare(event.declared);
  else compiler.forget();
}

function answer(request: CompilerRequest): unknown {
  if (request.op === 'start') {
    const fresh = new TypeScriptCompiler(request.folder, request.library);
    for (const event of request.session) follow(fresh, event);
    compiler = fresh;
    return undefined;
  }
  if (!compiler) throw new Error('The compiler was asked before it was started.');
  switch (request.op) {
    case 'compile':
      return compiler.compile(request.request);
    case 'emit':
      return compiler.emit(request.code);
    case 'strip':
      return compiler.strip(request.code);
    case 'event':
      follow(compiler, request.event);
      return compiler.update();
    case 'complete':
      return compiler.complete(request.code, request.cursor);
    case 'inspect':
      return compiler.inspect(request.code, request.cursor, request.detail);
    case 'isComplete':
      return compiler.isComplete(request.code);
  }
}

/** Serves until the front process is gone. */
export function serve(): void {
  const answered = workWhenIdle(() => compiler?.rehearse());
  process.on('SIGINT', () => {});
  process.on('disconnect', () => process.exit(0));
  process.on('message', (request: CompilerRequest) => {
    let reply: CompilerReply;
    try {
      reply = { id: request.id, result: answer(request) };
    } catch (error) {
      reply = { id: request.id, error: (error as Error).stack ?? String(error) };
    }
    // The front process may be gone by now: `disconnect` ends this one, and there is nobody to tell.
    process.send?.(reply, undefined, undefined, () => {});
    if (request.op !== 'start') answered(); // the first cell comes at once
  });
}
