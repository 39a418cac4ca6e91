/**
 * The engine's ties to Node: reading the WASM file, starting workers, counting cores. `platform.browser.ts` is the same
 * for a page.
 */
import { readFile } from 'node:fs/promises';
import os from 'node:os';
import { Worker } from 'node:worker_threads';
import { cpuQuota } from './cpu-quota.node.js';
import type { EngineWorker } from './protocol.js';

/** Whether threads can see one memory. Always so in Node. */
export const sharesMemory: boolean = true;

/** Most worker threads of a network. */
export const mostThreads: number = 256;

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
  const worker = new Worker(builtFile('worker.node.js'), { name: 'spikelab-engine', stdout: false, stderr: false });
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

/**
 * Cores that this process may use, by its affinity and by the quotas of its control groups. A part of a core counts as
 * one: a quota stops all threads at once, so that none waits longer for another.
 */
export function usableCores(): number {
  return Math.min(os.availableParallelism(), Math.ceil(cpuQuota() ?? Infinity));
}

/** Threads to use when nobody says: SPIKELAB_THREADS, or the cores that this process may use. */
export function defaultThreads(): number {
  const wanted = process.env.SPIKELAB_THREADS;
  if (wanted !== undefined && wanted !== '') {
    const threads = Number(wanted);
    if (!Number.isInteger(threads) || threads < 1 || threads > mostThreads) {
      throw new RangeError(
        `SPIKELAB_THREADS is ${JSON.stringify(wanted)}: it must be an integer from 1 to ${mostThreads}`,
      );
    }
    return threads;
  }
  return Math.min(usableCores(), mostThreads);
}
