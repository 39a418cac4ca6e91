/**
 * Node's module hooks for the notebook's local files: finds them, gives each its version, strips types. Runs on the
 * hooks' own thread.
 */
import type { InitializeHook, LoadFnOutput, LoadHook, ResolveFnOutput, ResolveHook } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import { ownModule } from '../common/own-modules.js';
import type { Project } from '../common/project.js';
import { runtimeName } from '../common/runtime-names.js';
import { moduleWith, demanded, demandedNames, withNames } from './common-js-names.js';
import { deepFile } from './deep-import.js';
import type { Answer, LoaderData, LoaderMessage, LoaderOrder, Question } from './loader-thread.js';
import { aliasedFile, isInPackage, localFile, setProject, stampOf, typeScriptFile } from './local-file.js';

const kernel = new URL('../../', import.meta.url).href;
let port: MessagePort;
/**
 * Whether it is cells that import: threads and processes that a cell has started keep the files that they began with.
 */
let cells = false;
let project: Project = {};
const versions = new Map<string, number>();

/** Receives the ports to the thread that imports, and what the project says. */
export const initialize: InitializeHook<LoaderData> = (data) => {
  ({ port, cells } = data);
  takeUp({ project: data.project });
  data.questions.on('message', (question: Question) => void answer(question, data));
  data.questions.unref();
};

/** The thread that asks waits. */
async function answer({ number, path }: Question, { questions, answered }: LoaderData): Promise<void> {
  let answer: Answer;
  try {
    takeUpOrders();
    const { transpile } = await import('./typescript-loader.js');
    answer = { number, made: await transpile(path, path, project, true) };
  } catch (failure) {
    answer = { number, failure };
  }
  questions.postMessage(answer);
  Atomics.add(answered, 0, 1);
  Atomics.notify(answered, 0);
}

function takeUpOrders(): void {
  for (let message = receiveMessageOnPort(port); message; message = receiveMessageOnPort(port))
    takeUp(message.message as LoaderOrder);
}

function takeUp(order: LoaderOrder): void {
  if ('project' in order) setProject((project = order.project));
  else for (const [changed, version] of order.versions) versions.set(changed, version);
}

/**
 * A local file is a new module to Node each time it, or what it imports, has changed: its version is part of the URL.
 */
export const resolve: ResolveHook = async (written, context, next) => {
  const parent = pathOf(context.parentURL);
  if (parent === undefined) return next(written, context);
  if (written === context.parentURL) return { url: written, shortCircuit: true }; // see `told`
  const [specifier, names] = demanded(written);
  const own = ownModule(specifier);
  if (own !== undefined) return next(own, context);
  takeUpOrders();
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
  if (path === undefined) return next(url, context);
  if (!typeScriptFile.test(path)) return told(url, await next(url, context));
  // Not before the first TypeScript file: the compiler takes its time to load.
  const { transpile } = await import('./typescript-loader.js');
  const { format, source, code, map, error } = await transpile(path, url, project);
  send({ source: { url, code, map } });
  if (error) throw error;
  return told(url, { format, source, shortCircuit: true });
};

/**
 * A module that tells the kernel when it was evaluated, for the case that it is required, too: one module for a file.
 */
function told(url: string, loaded: LoadFnOutput): LoadFnOutput {
  const { format, source } = loaded;
  if (!cells || format !== 'module' || source === undefined || source === null || url.startsWith(kernel)) return loaded;
  const text = typeof source === 'string' ? source : new TextDecoder().decode(source);
  const self = JSON.stringify(url);
  return {
    ...loaded,
    source: `${text}\nimport * as __spikelabSelf from ${self}; ${runtimeName}.loaded(${self}, __spikelabSelf);`,
  };
}

/** The path of a module of the notebook's own. */
function pathOf(url: string | undefined): string | undefined {
  const path = url?.startsWith('file:') ? fileURLToPath(url) : undefined;
  return path === undefined || isInPackage(path) ? undefined : path;
}

function send(message: LoaderMessage): void {
  if (cells) port.postMessage(message);
}
