import childProcess from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import workerThreads, { type WorkerOptions } from 'node:worker_threads';
import { projectText } from './loader-thread.js';
import { localFile, typeScriptFile } from './local-file.js';
import { Array, Object, URL } from '../common/intrinsics.js';

/** What makes Node load TypeScript in another thread or process. */
function loading(given: readonly string[]): string[] {
  const url = new URL('./typescript-register.js', import.meta.url);
  url.searchParams.set('project', projectText());
  return [...given, '--import', url.href];
}

/** The TypeScript file that a worker's or process's program is, with the extension that was left out. */
function typeScriptProgram(program: unknown): string | undefined {
  const isFile = !(program instanceof URL) || program.protocol === 'file:';
  const path = isFile && program instanceof URL ? fileURLToPath(program) : program;
  if (typeof path !== 'string') return undefined;
  const file = localFile(resolve(path), process.cwd());
  return file !== undefined && typeScriptFile.test(file) ? file : undefined;
}

/** Lets cells start threads and processes with local TypeScript files: `new Worker('./w.ts')`, `fork('./child.ts')`. */
export function installWorkers(): void {
  const { Worker } = workerThreads;
  workerThreads.Worker = class extends Worker {
    static {
      Object.defineProperty(this, 'name', { value: 'Worker' });
    }

    constructor(program: string | URL, options: WorkerOptions = {}) {
      const file = options.eval === true ? undefined : typeScriptProgram(program);
      if (file === undefined) super(program, options);
      else super(file, { ...options, execArgv: loading(options.execArgv ?? process.execArgv) });
    }
  };
  const { fork } = childProcess;
  childProcess.fork = ((
    program: string | URL,
    ...rest: [args?: readonly string[], options?: childProcess.ForkOptions]
  ) => {
    const file = typeScriptProgram(program);
    if (file === undefined) return fork(program, ...(rest as []));
    const [args, options] = Array.isArray(rest[0]) ? rest : [[], (rest[0] ?? rest[1]) as childProcess.ForkOptions];
    return fork(file, args, { ...options, execArgv: loading(options?.execArgv ?? process.execArgv) });
  }) as typeof fork;
  syncBuiltinESMExports();
}
