/** A thread of the engine: runs one WASM entry point at a time over the shared memory of the network it is told. */
import { parentPort } from 'node:worker_threads';
import type { EngineExports, Request, Reply } from './protocol.js';

if (!parentPort) throw new Error('engine/worker.js is started by the engine as a worker thread');
const port = parentPort;
const instances = new Map<number, EngineExports>();

port.on('message', (request: Request) => {
  try {
    if (request.type === 'forget') {
      instances.delete(request.engine);
      return;
    }
    let instance = instances.get(request.engine);
    if (!instance) {
      instance = new WebAssembly.Instance(request.module, { env: { memory: request.memory } })
        .exports as unknown as EngineExports;
      instances.set(request.engine, instance);
    }
    const code = instance[request.entry](request.plan, request.run, request.worker);
    port.postMessage({ ticket: request.ticket, code } satisfies Reply);
  } catch (error) {
    port.postMessage({
      ticket: 'ticket' in request ? request.ticket : -1,
      code: -1,
      error: String(error),
    } satisfies Reply);
  }
});
