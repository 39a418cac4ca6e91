/** Answers the front process's requests one after the other, while cells run elsewhere. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { CompileRequest, LibraryDescription } from './cell-compiler.js';
import { TypeScriptCompiler } from './typescript-compiler.js';

/** What changes the names that cells know: a cell ran, the debugger made a name, the values of all are lost. */
export type SessionEvent = { readonly ran: string } | { readonly declared: string } | { readonly lost: true };

export type CompilerRequest =
  | { readonly id: number; readonly op: 'start'; readonly folder: string; readonly library: LibraryDescription; readonly session: readonly SessionEvent[] }
  | { readonly id: number; readonly op: 'compile'; readonly request: CompileRequest }
  | { readonly id: number; readonly op: 'emit'; readonly code: string }
  | { readonly id: number; readonly op: 'strip'; readonly code: string }
  | { readonly id: number; readonly op: 'event'; readonly event: SessionEvent }
  | { readonly id: number; readonly op: 'complete'; readonly code: string; readonly cursor: number }
  | { readonly id: number; readonly op: 'inspect'; readonly code: string; readonly cursor: number; readonly detail: 0 | 1 }
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
      return follow(compiler, request.event);
    case 'complete':
      return compiler.complete(request.code, request.cursor);
    case 'inspect':
      return compiler.inspect(request.code, request.cursor, request.detail);
    case 'isComplete':
      return compiler.isComplete(request.code);
  }
}

/** Milliseconds without a request until the heap is cleaned up, and the bytes of garbage that make it worth while. */
const idleMs = 1000;
const muchGarbage = 48 * 2 ** 20;
/** V8 gives emptied memory back to the system only over several collections, this many milliseconds apart. */
const collections = 3;
const betweenMs = 300;

/**
 * Runs V8's full garbage collection when nobody waits: a check leaves much behind, which V8 would keep for long. Returns what to
 * call after each request.
 */
function collectWhenIdle(): () => void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  let live = 0;
  let timer: NodeJS.Timeout | undefined;
  const run = (left: number): void => {
    if (left === collections && process.memoryUsage().heapUsed < live + muchGarbage) return;
    collect();
    live = process.memoryUsage().heapUsed;
    if (left > 1) timer = setTimeout(run, betweenMs, left - 1);
  };
  return () => {
    clearTimeout(timer);
    timer = setTimeout(run, idleMs, collections);
  };
}

/** Serves until the front process is gone. */
export function serve(): void {
  const answered = collectWhenIdle();
  process.on('SIGINT', () => {});
  process.on('disconnect', () => process.exit(0));
  process.on('message', (request: CompilerRequest) => {
    let reply: CompilerReply;
    try {
      reply = { id: request.id, result: answer(request) };
    } catch (error) {
      reply = { id: request.id, error: (error as Error).stack ?? String(error) };
    }
    process.send?.(reply);
    answered();
  });
}
