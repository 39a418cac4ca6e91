/** A thread of the engine on a web page: a module worker. */
import type { Request } from './protocol.js';
import { answer } from './worker.js';

globalThis.addEventListener('message', ({ data }: MessageEvent<Request>) => {
  const reply = answer(data);
  if (reply) globalThis.postMessage(reply);
});
