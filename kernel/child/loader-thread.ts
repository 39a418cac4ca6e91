import { register } from 'node:module';
import type { Project } from '../common/project.js';
import { setProject } from './local-file.js';
import { MessageChannel, receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import { JSON, URL } from '../common/intrinsics.js';

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

let port: MessagePort | undefined;
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
export function startLoader(versions: Versions): void {
  if (port) return;
  const { port1, port2 } = new MessageChannel();
  port = port1;
  port1.unref();
  register(new URL('./module-hooks.js', import.meta.url), { data: { port: port2, project }, transferList: [port2] });
  sendVersions(versions);
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
