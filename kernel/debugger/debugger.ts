import type { Debugger as V8 } from 'node:inspector';
import type { JsonObject } from '../protocol/message.js';
import type { Inspector } from '../common/inspector.js';
import { Breakpoints } from './breakpoints.js';
import type { DebuggerCompiler } from './compiler.js';
import { hashMethod, hashSeed, pathPrefix, pathSuffix } from './cell-path.js';
import {
  capabilities,
  emptyBodies,
  integerField,
  parseRequest,
  stringField,
  type DapEvent,
  type DapHandlers,
} from './dap.js';
import { flowRequests, threadId } from './flow-requests.js';
import { Pauses } from './pauses.js';
import { Sources, type RunCell } from './sources.js';
import { valueRequests } from './value-requests.js';
import { Variables } from './variables.js';

export interface DebuggerOptions {
  readonly inspector: Inspector;
  /** Sends an event to every client. */
  onEvent(event: DapEvent): void;
  readonly compiler: DebuggerCompiler;
}

/**
 * JupyterLab's debugger: Debug Adapter Protocol on one side, V8's inspector on the other. A cell's path is made from a
 * hash of its code, as front ends expect. Sources: the protocol's specification; "Debug request" in Jupyter's messaging
 * documents.
 */
export class Debugger {
  private readonly sources = new Sources(new URL('../../', import.meta.url).href);
  private readonly handlers: DapHandlers;
  private readonly pauses: Pauses;
  private readonly breakpoints: Breakpoints;
  private isStarted = false;
  private attached = false;
  private seq = 0;

  constructor(private readonly options: DebuggerOptions) {
    const { inspector } = options;
    const variables = new Variables(inspector);
    this.breakpoints = new Breakpoints(inspector, this.sources);
    inspector.on<V8.ScriptParsedEventDataType>('Debugger.scriptParsed', (script) => {
      const source = this.sources.addScript(script);
      if (source) this.breakpoints.place(source).catch(ignore);
    });
    this.pauses = new Pauses({
      inspector,
      sources: this.sources,
      onPause: (reason) => this.event('stopped', { ...reason, threadId, allThreadsStopped: true }),
      onResume: () => {
        variables.clear('pause').catch(ignore);
        this.event('continued', { threadId, allThreadsContinued: true });
      },
    });
    this.handlers = {
      ...this.ownHandlers(),
      ...flowRequests({ pauses: this.pauses, sources: this.sources, started: () => this.started() }),
      ...valueRequests({ inspector, variables, pauses: this.pauses, compiler: options.compiler }),
    };
  }

  /** Whether exceptions should stop a cell: it must then not be run silently. */
  get stopsAtExceptions(): boolean {
    return this.attached && this.pauses.exceptions !== 'none';
  }

  /** Notes a cell before it runs, and puts its breakpoints in place. */
  async beforeCell(cell: RunCell): Promise<void> {
    const source = this.sources.addCell(cell);
    if (!this.attached) return;
    try {
      await Promise.all([this.pauses.arm(), this.breakpoints.place(source)]);
    } catch {
      // The cell runs all the same, without its breakpoints: the child is stuck in native code, or new.
    }
  }

  /** The stop button. */
  interrupt(): void {
    if (this.attached) this.pauses.interrupt();
  }

  /** The child is gone; its successor gets the debugger back. */
  async restarted(): Promise<void> {
    this.pauses.forget();
    this.sources.forgetScripts();
    if (this.attached) await this.enable().catch(ignore);
  }

  /** Answers a request: the content of a `debug_reply`. */
  async request(content: JsonObject): Promise<JsonObject> {
    const response = (fields: JsonObject): JsonObject => ({
      seq: ++this.seq,
      type: 'response',
      request_seq: content['seq'] ?? 0,
      command: content['command'] ?? '',
      ...fields,
    });
    try {
      const request = parseRequest(content);
      const handler = Object.hasOwn(this.handlers, request.command) ? this.handlers[request.command] : undefined;
      if (!handler) throw new Error(`The debugger does not know the request "${request.command}".`);
      return response({ success: true, body: (await handler(request)) ?? {} });
    } catch (error) {
      return response({
        success: false,
        message: (error as Error).message,
        body: emptyBodies.get(content['command']) ?? {},
      });
    }
  }

  private ownHandlers(): DapHandlers {
    return {
      debugInfo: async () => ({
        isStarted: this.isStarted,
        hashMethod,
        hashSeed,
        tmpFilePrefix: pathPrefix,
        tmpFileSuffix: pathSuffix,
        breakpoints: this.breakpoints.list(),
        stoppedThreads: this.pauses.paused ? [threadId] : [],
        richRendering: true,
        exceptionPaths: [],
        copyToGlobals: true,
      }),
      initialize: async () => {
        this.isStarted = true;
        setImmediate(() => this.event('initialized'));
        return { ...capabilities };
      },
      attach: async () => {
        this.started();
        this.attached = true;
        await this.enable();
        return {};
      },
      disconnect: async () => {
        this.isStarted = this.attached = this.breakpoints.enabled = false;
        this.breakpoints.clear();
        this.pauses.exceptions = 'none';
        await this.options.inspector.send('Debugger.disable');
        this.pauses.forget();
        return {};
      },
      configurationDone: async () => ({}),
      dumpCell: async ({ arguments: given }) => {
        const code = stringField(given, 'code');
        return { sourcePath: this.sources.addDraft(code, await this.options.compiler.emit(code)).path };
      },
      setBreakpoints: async ({ arguments: given }) => {
        this.started();
        const path = stringField((given['source'] ?? {}) as JsonObject, 'path');
        return { breakpoints: await this.breakpoints.set(path, given['breakpoints'] ?? []) };
      },
      setExceptionBreakpoints: async ({ arguments: given }) => {
        this.started();
        const filters = Array.isArray(given['filters']) ? given['filters'] : [];
        this.pauses.exceptions = filters.includes('all') ? 'all' : filters.includes('uncaught') ? 'uncaught' : 'none';
        if (this.attached) await this.pauses.arm();
        return {};
      },
      source: async ({ arguments: given }) => {
        const path = stringField((given['source'] ?? {}) as JsonObject, 'path');
        const content = this.sources.code(path);
        if (content === undefined) throw new Error(`The source ${path} is not known.`);
        return { content, mimeType: 'text/typescript' };
      },
      modules: async ({ arguments: given }) => {
        if (this.attached) await this.options.inspector.send('Runtime.evaluate', { expression: '0' }); // behind what was parsed until now
        const all = this.sources.files().map(({ name, path }, id) => ({ id, name, path }));
        const start = integerField(given, 'startModule', 0);
        const count = integerField(given, 'moduleCount', all.length);
        return { modules: all.slice(start, start + count), totalModules: all.length };
      },
    };
  }

  private async enable(): Promise<void> {
    const { inspector } = this.options;
    await inspector.send('Debugger.enable');
    const own = new URL('../../', import.meta.url).pathname.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    await inspector.send('Debugger.setBlackboxPatterns', { patterns: ['^node:', '/node_modules/', own] });
    await this.pauses.arm();
    this.breakpoints.enabled = true;
    await this.breakpoints.restore();
  }

  private started(): void {
    if (!this.isStarted) throw new Error('The debugger is not started: send "initialize" and "attach" first.');
  }

  private event(event: string, body: JsonObject = {}): void {
    this.options.onEvent({ event, body });
  }
}

function ignore(): void {}
