/** JupyterLab's side of the debugger, for tests: Debug Adapter Protocol in `debug_request`s on the control channel. */
import { expect } from 'vitest';
import type { Client, Received } from './client.js';

export interface Variable {
  readonly name: string;
  readonly value: string;
  readonly variablesReference: number;
  readonly indexedVariables?: number;
}

interface Frame {
  readonly id: number;
  readonly name: string;
  readonly line: number;
  readonly column: number;
  readonly source: { readonly path: string; readonly name: string };
}

export const values = (list: readonly Variable[]): Record<string, string> =>
  Object.fromEntries(list.map(({ name, value }) => [name, value]));

/** What a front end asks of the debugger of `kernel()`. */
export function debugging(kernel: () => Client) {
  let seq = 0;

  /** Sends a request; returns the whole response. */
  const send = async (command: string, args: Record<string, unknown> = {}) => {
    const number = ++seq;
    const { content } = await kernel().request('control', 'debug_request', {
      type: 'request',
      seq: number,
      command,
      arguments: args,
    });
    expect(content).toMatchObject({ type: 'response', request_seq: number, command });
    return content;
  };
  /** The same; expects success and returns the body. */
  const ask = async (command: string, args: Record<string, unknown> = {}) => {
    const { success, message, body } = await send(command, args);
    expect(success, `${command}: ${message}`).toBe(true);
    return body;
  };
  const attach = async (): Promise<void> => {
    await ask('initialize', {
      clientID: 'test',
      adapterID: 'spikelab',
      pathFormat: 'path',
      linesStartAt1: true,
      columnsStartAt1: true,
    });
    await ask('attach');
    await ask('configurationDone');
  };
  const events = (name: string): Received[] =>
    kernel().iopub.filter(({ type, content }) => type === 'debug_event' && content.event === name);
  /** What the last `stopped` event said. */
  const lastStop = (): Received['content'] => events('stopped').at(-1)!.content.body;
  /** Waits for one more `stopped` than there have been; `work` makes it happen. */
  const stopped = async (work: () => unknown): Promise<Received['content']> => {
    const before = events('stopped').length;
    await work();
    await expect.poll(() => events('stopped').length).toBe(before + 1);
    return lastStop();
  };
  /** Begins a cell and waits until it is paused. */
  const paused = async (code: string): Promise<ReturnType<Client['begin']>> => {
    let running: ReturnType<Client['begin']>;
    await stopped(() => (running = kernel().begin(code)));
    return running!;
  };
  /** Lets a paused cell go on to its end. */
  const goOn = async (running: ReturnType<Client['begin']>): Promise<void> => {
    await ask('continue');
    await running.idle;
  };
  const breakpoints = async (code: string, ...lines: number[]) => {
    const { sourcePath } = await ask('dumpCell', { code });
    const { breakpoints } = await ask('setBreakpoints', {
      source: { path: sourcePath },
      breakpoints: lines.map((line) => ({ line })),
      sourceModified: false,
    });
    return { path: sourcePath as string, breakpoints: breakpoints as { verified: boolean; line: number }[] };
  };
  const frames = async () => (await ask('stackTrace', { threadId: 1 })).stackFrames as Frame[];
  const variables = async (variablesReference: number, more = {}) =>
    (await ask('variables', { variablesReference, ...more })).variables as Variable[];
  /** The variables of a frame's scope. */
  const scope = async (name: string, frameId?: number) => {
    const { scopes } = await ask('scopes', { frameId: frameId ?? (await frames())[0].id });
    const found = (scopes as { name: string; variablesReference: number }[]).find((one) => one.name === name);
    if (!found) throw new Error(`no scope ${name}: ${JSON.stringify(scopes)}`);
    return { reference: found.variablesReference, list: await variables(found.variablesReference) };
  };

  return { send, ask, attach, events, lastStop, stopped, paused, goOn, breakpoints, frames, variables, scope };
}
