import { receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import { Interrupted } from './interrupts.js';
import { sendMessage } from './pipe.js';
import { sharedWord, type InputReply } from './shared-words.js';
import { Atomics, Error, Object } from '../common/intrinsics.js';

let source: { readonly port: MessagePort; readonly shared: Int32Array } | undefined;

/** Says where answers come from; called once at the start. */
export function connectInput(port: MessagePort, shared: Int32Array): void {
  source = { port, shared };
}

/**
 * Asks the user and sleeps until the answer is there. The stop button ends the wait; output and completion go on
 * meanwhile.
 */
export function readInput(prompt: string, password: boolean): string {
  if (!source) throw new Error('Input can only be asked for by a cell.');
  const { port, shared } = source;
  Atomics.store(shared, sharedWord.waitsForInput, 1);
  sendMessage({ op: 'input', prompt, password });
  Atomics.wait(shared, sharedWord.waitsForInput, 1);
  const reply = receiveMessageOnPort(port)?.message as InputReply | undefined;
  if (reply && 'value' in reply) return reply.value;
  if (reply && 'refused' in reply) throw Object.assign(new Error(reply.refused), { name: 'InputError' });
  throw new Interrupted();
}
