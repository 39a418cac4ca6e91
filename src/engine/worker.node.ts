/** A thread of the engine in Node. */
import { parentPort } from 'node:worker_threads';
import type { Request } from './protocol.js';
import { answer } from './worker.js';

if (!parentPort) throw new Error('engine/worker.node.js is started by the engine as a worker thread');
const port = parentPort;

port.on('message', (request: Request) => {
  const reply = answer(request);
  if (reply) port.postMessage(reply);
});
