/** Node's module hooks for the notebook's local files: finds them, gives each its version, strips types. Runs on the hooks' own thread. */
import type { InitializeHook, LoadHook, ResolveHook } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import type { LoaderMessage, Versions } from './loader-thread.js';
import { isInPackage, localFile, stampOf, typeScriptFile } from './local-file.js';

let port: MessagePort;
const versions = new Map<string, number>();

/** Receives the port to the main thread. */
export const initialize: InitializeHook<{ port: MessagePort }> = (data) => {
  port = data.port;
};

/** A local file is a new module to Node each time it, or what it imports, has changed: its version is part of the URL. */
export const resolve: ResolveHook = async (specifier, context, next) => {
  const parent = pathOf(context.parentURL);
  // Built-in modules are files beside this one.
  if (parent !== undefined && specifier === 'tslab')
    return { url: new URL('./tslab.js', import.meta.url).href, shortCircuit: true };
  // Who writes a query takes care of versions himself.
  const file = parent === undefined || /[?#]/.test(specifier) ? undefined : localFile(specifier, dirname(parent));
  if (parent === undefined || file === undefined || isInPackage(file)) return next(specifier, context);
  for (let message = receiveMessageOnPort(port); message; message = receiveMessageOnPort(port))
    for (const [changed, version] of message.message as Versions) versions.set(changed, version);
  send({ resolution: { parent, file, stamp: stampOf(file) } });
  const url = pathToFileURL(file);
  const version = versions.get(file) ?? 0;
  if (version > 0) url.searchParams.set('changed', String(version));
  const resolved = await next(url.href, context);
  // TypeScript lets JSON be imported without saying that it is.
  return file.endsWith('.json')
    ? { ...resolved, importAttributes: { type: 'json', ...context.importAttributes } }
    : resolved;
};

export const load: LoadHook = async (url, context, next) => {
  const path = pathOf(url);
  if (path === undefined || !typeScriptFile.test(path)) return next(url, context);
  // Not before the first TypeScript file: the compiler takes its time to load.
  const { transpile } = await import('./typescript-loader.js');
  const { format, source, code, map, error } = await transpile(path, url);
  send({ source: { url, code, map } });
  if (error) throw error;
  return { format, source, shortCircuit: true };
};

/** The path of a module of the notebook's own. */
function pathOf(url: string | undefined): string | undefined {
  const path = url?.startsWith('file:') ? fileURLToPath(url) : undefined;
  return path === undefined || isInPackage(path) ? undefined : path;
}

function send(message: LoaderMessage): void {
  port.postMessage(message);
}
