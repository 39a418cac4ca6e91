/**
 * What a thread of the engine does: runs one WASM entry point at a time over the shared memory of the network it is
 * told.
 */
import type { EngineExports, Reply, Request } from './protocol.js';

const instances = new Map<number, EngineExports>();

/** Does what a message of the pool asks for. Undefined when nothing is to be answered. */
export function answer(request: Request): Reply | undefined {
  try {
    if (request.type === 'forget') {
      instances.delete(request.engine);
      return undefined;
    }
    let instance = instances.get(request.engine);
    if (!instance) {
      instance = new WebAssembly.Instance(request.module, { env: { memory: request.memory } })
        .exports as unknown as EngineExports;
      instances.set(request.engine, instance);
    }
    return { ticket: request.ticket, code: instance[request.entry](request.plan, request.run, request.worker) };
  } catch (error) {
    return { ticket: 'ticket' in request ? request.ticket : -1, code: -1, error: String(error) };
  }
}
