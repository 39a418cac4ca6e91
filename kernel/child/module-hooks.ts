/** Node's module hooks for the notebook's local files: finds them, gives each its version, strips types. Runs on the hooks' own thread. */
import type { InitializeHook, LoadHook, ResolveFnOutput, ResolveHook } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import { ownModule } from '../common/own-modules.js';
import type { Project } from '../common/project.js';
import { moduleWith, demanded, demandedNames, withNames } from './common-js-names.js';
import { deepFile } from './deep-import.js';
import type { LoaderMessage, LoaderOrder } from './loader-thread.js';
import { aliasedFile, isInPackage, localFile, setProject, stampOf, typeScriptFile } from './local-file.js';

/** None in threads and processes that a cell has started: their files stay the ones that they were. */
let port: MessagePort | undefined;
let project: Project = {};
const versions = new Map<string, number>();

/** Receives the port to the main thread, and what the project says. */
export const initialize: InitializeHook<{ port?: MessagePort; project: Project }> = (data) => {
  port = data.port;
  takeUp({ project: data.project });
};

function takeUp(order: LoaderOrder): void {
  if ('project' in order) setProject((project = order.project));
  else for (const [changed, version] of order.versions) versions.set(changed, version);
}

/** A local file is a new module to Node each time it, or what it imports, has changed: its version is part of the URL. */
export const resolve: ResolveHook = async (written, context, next) => {
  const parent = pathOf(context.parentURL);
  if (parent === undefined) return next(written, context);
  const [specifier, names] = demanded(written);
  const own = ownModule(specifier);
  if (own !== undefined) return next(own, context);
  for (let message = port && receiveMessageOnPort(port); message; message = port && receiveMessageOnPort(port))
    takeUp(message.message as LoaderOrder);
  // Who writes a query takes care of versions himself.
  const file = /[?#]/.test(specifier) ? undefined : (localFile(specifier, dirname(parent)) ?? aliasedFile(specifier));
  if (file === undefined || isInPackage(file)) {
    const found = await resolvePackage(specifier, parent, () => next(specifier, context));
    if (found.url.endsWith('.json'))
      return { ...found, importAttributes: { type: 'json', ...context.importAttributes } };
    return names.length > 0 && (found.format ?? 'commonjs') === 'commonjs' ? withNames(found, names) : found;
  }
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

async function resolvePackage(
  specifier: string,
  parent: string,
  native: () => ResolveFnOutput | Promise<ResolveFnOutput>,
): Promise<ResolveFnOutput> {
  try {
    return await native();
  } catch (error) {
    const file = deepFile(specifier, parent, error);
    if (file === undefined) throw error;
    return { url: pathToFileURL(file).href, shortCircuit: true };
  }
}

export const load: LoadHook = async (url, context, next) => {
  const names = demandedNames(url);
  if (names) {
    const { format } = await next(demanded(url)[0], { ...context, format: undefined });
    return { format: 'module', source: moduleWith(url, names, format === 'module'), shortCircuit: true };
  }
  const path = pathOf(url);
  if (path === undefined || !typeScriptFile.test(path)) return next(url, context);
  // Not before the first TypeScript file: the compiler takes its time to load.
  const { transpile } = await import('./typescript-loader.js');
  const { format, source, code, map, error } = await transpile(path, url, project);
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
  port?.postMessage(message);
}
