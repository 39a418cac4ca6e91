/**
 * The engine on a web page. A page that is isolated from other origins (`crossOriginIsolated`) has module workers over
 * one shared memory, as Node has. Any other page may share no memory: there the page's own thread computes, with the
 * same code and the same bits. `hm2bp.wasm` or `hm2bp-unshared.wasm` and `worker.browser.js` are fetched from beside
 * this file, or from beside the bundle it is in.
 */
import type { EngineWorker } from './protocol.js';

/** Whether threads can see one memory. */
export const sharesMemory: boolean = globalThis.crossOriginIsolated === true;

/** Most worker threads of a network. */
export const mostThreads: number = sharesMemory ? 256 : 1;

let compiled: Promise<WebAssembly.Module> | undefined;

/** The engine's WASM module, compiled once on a page. */
export function loadModule(): Promise<WebAssembly.Module> {
  compiled ??= fetchModule().catch((error: unknown) => {
    compiled = undefined; // the next network tries again
    throw error;
  });
  return compiled;
}

async function fetchModule(): Promise<WebAssembly.Module> {
  // Each name is written out, so that bundlers that look for `new URL` see both files.
  const url = sharesMemory
    ? new URL('./hm2bp.wasm', import.meta.url)
    : new URL('./hm2bp-unshared.wasm', import.meta.url);
  const response = await fetch(url);
  if (!response.ok)
    throw new Error(`the engine is not at ${url.href} (HTTP ${response.status}): serve it beside the bundle`);
  return WebAssembly.compile(await response.arrayBuffer());
}

export function startWorker(): EngineWorker {
  const worker = new Worker(new URL('./worker.browser.js', import.meta.url), {
    type: 'module',
    name: 'spikelab-engine',
  });
  let gone = (_reason: string): void => undefined;
  worker.addEventListener('error', (event) => {
    worker.terminate();
    gone(event.message || 'worker.browser.js could not be loaded: serve it beside the bundle');
  });
  return {
    post: (message) => worker.postMessage(message),
    onMessage: (listener) => worker.addEventListener('message', ({ data }) => listener(data)),
    onExit: (listener) => (gone = listener),
    keepAlive: () => undefined, // a page lives as long as its user wants
    terminate: () => {
      worker.terminate();
      gone('terminated');
    },
  };
}

/** The cores that the browser tells of. */
export function usableCores(): number {
  return globalThis.navigator.hardwareConcurrency || 1;
}

/** Threads to use when nobody says. */
export function defaultThreads(): number {
  return Math.min(usableCores(), mostThreads);
}
