import { register } from 'node:module';
import type { Project } from '../common/project.js';
import { setProject } from './local-file.js';
import { MessageChannel, receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import type { Transpiled } from './typescript-loader.js';
import { Atomics, Int32Array, JSON, Object, SharedArrayBuffer, URL } from '../common/intrinsics.js';

/** A local TypeScript file as it was loaded. */
export interface LoadedSource {
  readonly url: string;
  readonly code: string;
  /** Source map of what was made of it, as JSON. */
  readonly map: string;
}

/** A local file that another one, or a cell, imported. */
export interface Resolution {
  readonly parent: string;
  readonly file: string;
  /** Of the file just before it was read. */
  readonly stamp: string;
}

/** What the hooks' thread says. */
export type LoaderMessage = { readonly source: LoadedSource } | { readonly resolution: Resolution };

/** How often each local file has changed since it was first loaded. */
export type Versions = ReadonlyMap<string, number>;

/** A local file that `require` waits for, as CommonJS. */
export interface Question {
  readonly number: number;
  readonly path: string;
}

export interface Answer {
  readonly number: number;
  readonly made?: Transpiled;
  readonly failure?: unknown;
}

/** What the hooks' thread gets to begin with. */
export interface LoaderData {
  readonly port: MessagePort;
  readonly questions: MessagePort;
  /** Counts the answers. */
  readonly answered: Int32Array;
  readonly project: Project;
  /** Whether cells run here: what they imported is then known to `require`. */
  readonly cells: boolean;
}

let port: MessagePort | undefined;
let questions: MessagePort;
const answered = new Int32Array(new SharedArrayBuffer(4));
const sources: LoadedSource[] = [];
const resolutions: Resolution[] = [];

/** What the hooks' thread is told. */
export type LoaderOrder = { readonly versions: Versions } | { readonly project: Project };

let project: Project = {};
let written = '{}';

/** Takes the project's configuration as a cell was compiled with it. */
export function takeProject(now: Project): void {
  const text = JSON.stringify(now);
  if (text === written) return;
  [project, written] = [now, text];
  setProject(project);
  tell({ project });
}

/** The project as JSON, for other threads and processes. */
export function projectText(): string {
  return written;
}

function tell(order: LoaderOrder): void {
  port?.postMessage(order);
}

/** From now on imports of local files go through `module-hooks.ts`. */
export function startLoader(versions: Versions, cells = true): void {
  if (port) return;
  const [messages, asking] = [new MessageChannel(), new MessageChannel()];
  port = messages.port1;
  questions = asking.port1;
  port.unref();
  questions.unref();
  const data: LoaderData = { port: messages.port2, questions: asking.port2, answered, project, cells };
  register(new URL('./module-hooks.js', import.meta.url), { data, transferList: [messages.port2, asking.port2] });
  sendVersions(versions);
}

let asked = 0;

/**
 * What `require` runs in place of a local file; waits for it. Made in the hooks' thread, which has its own language and
 * its own TypeScript.
 */
export function asCommonJs(path: string): string {
  const number = ++asked;
  const question: Question = { number, path };
  questions.postMessage(question);
  for (;;) {
    const before = Atomics.load(answered, 0);
    const next: { message: Answer } | undefined = receiveMessageOnPort(questions);
    if (!next) Atomics.wait(answered, 0, before, 1000);
    else if (next.message.number === number) return taken(next.message, path);
    // Else nobody waits for it any more: its cell was interrupted.
  }
}

function taken({ made, failure }: Answer, path: string): string {
  if (!made) throw failure;
  const { source, code, map, error } = made;
  sources.push({ url: path, code, map });
  if (error) throw error.name === 'SyntaxError' ? error : Object.assign(error, { code: 'ERR_REQUIRE_ASYNC_MODULE' });
  return source;
}

/** The next import loads these files as the versions that are named. */
export function sendVersions(versions: Versions): void {
  tell({ versions });
}

/** The TypeScript files that were loaded since it was asked last. */
export function newSources(): LoadedSource[] {
  receive();
  return sources.splice(0);
}

/** The imports of local files since it was asked last. */
export function newResolutions(): Resolution[] {
  receive();
  return resolutions.splice(0);
}

/** An error may come before any turn of the event loop, so nothing is waited for. */
function receive(): void {
  if (!port) return;
  for (let next = receiveMessageOnPort(port); next; next = receiveMessageOnPort(port)) {
    const message = next.message as LoaderMessage;
    if ('source' in message) sources.push(message.source);
    else resolutions.push(message.resolution);
  }
}
