import type { JsonObject } from '../protocol/message.js';

/**
 * The parts of the Debug Adapter Protocol that the kernel speaks. Source: the protocol's specification, and "Debug
 * request" in Jupyter's documents.
 */
export interface DapRequest {
  readonly seq: number;
  readonly command: string;
  /** Comes from outside: every field is checked where it is used. */
  readonly arguments: JsonObject;
}

export interface DapEvent {
  readonly event: string;
  readonly body: JsonObject;
}

export interface DapSource {
  readonly name: string;
  readonly path: string;
}

export interface DapBreakpoint {
  readonly id?: number;
  readonly verified: boolean;
  readonly line: number;
  readonly source: { readonly path: string };
  readonly message?: string;
}

/** Without the optional `type`: JupyterLab shows it instead of the value, unless it is a name of Python's. */
export interface DapVariable {
  readonly name: string;
  readonly value: string;
  /** Name of the value's expression, for `evaluate`. */
  readonly evaluateName?: string;
  /** Asks for the parts of the value; 0 when it has none. */
  readonly variablesReference: number;
  readonly indexedVariables?: number;
}

export interface DapScope {
  readonly name: string;
  readonly variablesReference: number;
  readonly expensive: boolean;
}

export interface DapFrame {
  readonly id: number;
  readonly name: string;
  readonly source: DapSource;
  readonly line: number;
  readonly column: number;
}

/** Answers to requests, by command: each gives the body of the response. */
export type DapHandlers = Readonly<Record<string, (request: DapRequest) => Promise<JsonObject | undefined>>>;

/** What the debugger can do: the body of the reply to `initialize`. */
export const capabilities = {
  supportsConfigurationDoneRequest: true,
  supportsConditionalBreakpoints: true,
  supportsSetVariable: true,
  supportsEvaluateForHovers: true,
  supportsModulesRequest: true,
  supportsExceptionInfoRequest: false,
  exceptionBreakpointFilters: [
    { filter: 'uncaught', label: 'Uncaught Exceptions', default: false },
    { filter: 'all', label: 'All Exceptions', default: false },
  ],
} as const;

/**
 * Bodies of refusals. JupyterLab reads these lists without a look at `success`, for instance of a frame that has just
 * gone on.
 */
export const emptyBodies: ReadonlyMap<unknown, JsonObject> = new Map(
  Object.entries({
    inspectVariables: { variables: [] },
    modules: { modules: [] },
    scopes: { scopes: [] },
    setBreakpoints: { breakpoints: [] },
    stackTrace: { stackFrames: [] },
    variables: { variables: [] },
  }),
);

/** Checks a `debug_request`'s content. @throws Error that names the field */
export function parseRequest(content: JsonObject): DapRequest {
  const { seq, command, arguments: given = {} } = content;
  if (typeof seq !== 'number') throw new Error(`A debug_request's "seq" must be a number, it is ${typeof seq}.`);
  if (typeof command !== 'string')
    throw new Error(`A debug_request's "command" must be a string, it is ${typeof command}.`);
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw new Error(`A debug_request's "arguments" must be an object.`);
  return { seq, command, arguments: given as JsonObject };
}

/** A field of a request's arguments that must be a string. @throws Error that names it */
export function stringField(fields: JsonObject, name: string): string {
  const value = fields[name];
  if (typeof value !== 'string')
    throw new Error(`"${name}" must be a string, it is ${JSON.stringify(value) ?? 'missing'}.`);
  return value;
}

/** A field of a request's arguments that must be a whole number. @throws Error that names it */
export function integerField(fields: JsonObject, name: string, absent?: number): number {
  const value = fields[name] ?? absent;
  if (!Number.isInteger(value))
    throw new Error(`"${name}" must be a whole number, it is ${JSON.stringify(value) ?? 'missing'}.`);
  return value as number;
}
