/** The engine's only ties to Node: reading the WASM file, starting workers, counting cores. A browser build replaces this file. */
import { readFile } from 'node:fs/promises';
import os from 'node:os';
import { Worker } from 'node:worker_threads';

/** A worker that the pool talks to. */
export interface EngineWorker {
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called once when the worker is gone, with the reason. */
  onExit(listener: (reason: string) => void): void;
  /** Whether the worker keeps the process alive. */
  keepAlive(on: boolean): void;
  terminate(): void;
}

/** Files stand beside this one when built; from the sources (tests) they are taken from `dist/`. */
function builtFile(name: string): URL {
  const base = import.meta.url.endsWith('.ts') ? '../../dist/src/engine/' : './';
  return new URL(base + name, import.meta.url);
}

let compiled: Promise<WebAssembly.Module> | undefined;

/** The engine's WASM module, compiled once in a process. */
export function loadModule(): Promise<WebAssembly.Module> {
  compiled ??= readFile(builtFile('hm2bp.wasm')).then(
    (bytes) => WebAssembly.compile(bytes),
    (cause: unknown) => {
      compiled = undefined;
      throw new Error('the engine is not built: run `npm run build`', { cause });
    },
  );
  return compiled;
}

export function startWorker(): EngineWorker {
  const worker = new Worker(builtFile('worker.js'), { name: 'spikelab-engine', stdout: false, stderr: false });
  worker.unref();
  return {
    post: (message) => worker.postMessage(message),
    onMessage: (listener) => void worker.on('message', listener),
    onExit: (listener) => {
      let reason: string | undefined;
      worker.on('error', (error) => (reason = String(error)));
      worker.on('exit', (code) => listener(reason ?? `exit code ${code}`));
    },
    keepAlive: (on) => (on ? worker.ref() : worker.unref()),
    terminate: () => void worker.terminate(),
  };
}

/** Threads to use when nobody says: SPIKELAB_THREADS, or the cores this process may use. */
export function defaultThreads(): number {
  const wanted = process.env.SPIKELAB_THREADS;
  if (wanted !== undefined && wanted !== '') {
    const threads = Number(wanted);
    if (!Number.isInteger(threads) || threads < 1 || threads > 256) {
      throw new RangeError(`SPIKELAB_THREADS is ${JSON.stringify(wanted)}: it must be an integer from 1 to 256`);
    }
    return threads;
  }
  return Math.min(os.availableParallelism(), 256);
}
