import { register } from 'node:module';
import { MessageChannel, receiveMessageOnPort, type MessagePort } from 'node:worker_threads';

/** A local TypeScript file as it was loaded. */
export interface LoadedSource {
  readonly url: string;
  readonly code: string;
  /** Source map of what was made of it, as JSON. */
  readonly map: string;
}

let port: MessagePort | undefined;

/** From now on local TypeScript files can be imported; see `typescript-loader.ts`. */
export function loadTypeScript(): void {
  if (port) return;
  const { port1, port2 } = new MessageChannel();
  port = port1;
  port1.unref();
  register(new URL('./typescript-loader.js', import.meta.url), { data: { port: port2 }, transferList: [port2] });
}

/** The files that were loaded since it was asked last. An error may come before any turn of the event loop, so nothing is waited for. */
export function* newSources(): Generator<LoadedSource> {
  if (!port) return;
  for (let next = receiveMessageOnPort(port); next; next = receiveMessageOnPort(port)) yield next.message as LoadedSource;
}
