import { SourceMap, type SourceMapPayload } from 'node:module';
import { inspect } from 'node:util';
import { codeFrame, dim, red, type ErrorReport } from '../common/error-report.js';
import { userMessage } from '../common/function-source.js';
import { cellFilePattern, kernelFile, ownPrefix } from '../common/runtime-names.js';
import { kernelFunction } from './own-language.js';
import { newSources } from './loader-thread.js';
import {
  Error,
  JSON,
  Map,
  Number,
  Object,
  RangeError,
  Reflect,
  RegExp,
  Set,
  String,
  Symbol,
  SyntaxError,
  TypeError,
  WeakMap,
} from '../common/intrinsics.js';

interface CellSource {
  readonly code: string;
  /** As JSON: few cells are ever asked for theirs, and read it takes many times the memory. */
  readonly map: string;
}

const sources = new Map<string, CellSource>();
const inCell = new RegExp(`${cellFilePattern.source}:\\d+:\\d+`);
/** A place in a cell or in a local file, which a stack names by its URL or, when it was required, by its path. */
const located = new RegExp(
  `(${cellFilePattern.source}|file:[^\\s)]*\\.[cm]?[jt]sx?(?:\\?changed=[\\d.]+)?|(?:/|[A-Za-z]:\\\\)[^\\n()]*?\\.[cm]?[jt]sx?):(\\d+):(\\d+)`,
);
const everyPlace = new RegExp(located, 'g');
const internalFrame = new RegExp(`\\(?node:|${kernelFile.source}|__spikelab`);
/** Internal frames as they stand in a printed error. */
const internalLines = new RegExp(
  `\\n +at (?:[^\\n]*\\()?(?:async )?(?:node:|file:[^\\s)]*${kernelFile.source})[^\\s)]*:\\d+:\\d+\\)?`,
  'g',
);

/** The frames at a stack's end that V8 adds for cells that were waiting when the error was made. */
const awaitingCells = new RegExp(`(\\n +at async (?:[^\\n]*\\()?${inCell.source}\\)?)+$`);

/** Remembers a cell's text and source map for later tracebacks. */
export function rememberSource(fileName: string, code: string, map: string): void {
  sources.set(fileName, { code, map });
}

/** Source maps that were read, of the files that errors came from last. */
const maps = new Map<string, SourceMap>();
const rememberedMaps = 20;

function sourceMap({ map }: CellSource): SourceMap {
  const known = maps.get(map);
  if (known) return known;
  const read = new SourceMap(JSON.parse(map) as SourceMapPayload);
  maps.set(map, read);
  if (maps.size > rememberedMaps) maps.delete(maps.keys().next().value as string);
  return read;
}

function takeUpSources(): void {
  for (const { url, code, map } of newSources()) rememberSource(url, code, map);
}

/** Rewrites `In[4].ts:line:column` of the emitted code to where the user wrote it; the same for local files. */
function mapLocation(text: string): string {
  takeUpSources();
  return text.replace(
    located,
    (whole, file: string, line: string, column: string) => written(file, line, column) ?? whole,
  );
}

/** Where the user wrote what stands at a place of emitted code. */
function written(file: string, line: string, column: string): string | undefined {
  const source = sources.get(file);
  const entry = source && sourceMap(source).findEntry(Number(line) - 1, Number(column) - 1);
  return entry && 'originalLine' in entry ? `${file}:${entry.originalLine + 1}:${entry.originalColumn + 1}` : undefined;
}

/** Whether a frame is of a function that TypeScript puts before the code, as `__decorate`: nobody has written it. */
function isOfHelper(frame: string): boolean {
  const [, file, line, column] = located.exec(frame) ?? [];
  return file !== undefined && sources.has(file) && written(file, line, column) === undefined;
}

/**
 * Without what the kernel and Node have to do with it: everything below the cell's own first frame, and frames in
 * between.
 */
function userFrames(lines: readonly string[]): readonly string[] {
  const bottom = lines.findLastIndex((line) => inCell.test(line));
  return (bottom < 0 ? lines : lines.slice(0, bottom + 1))
    .filter((line) => inCell.test(line) || !internalFrame.test(line))
    .map(withoutHelpers);
}

/** V8 names a function without a name by what it was given to: `__spikelab.value.interact.x`. */
function withoutHelpers(line: string): string {
  return line.replace(/__spikelab\.\w+\.?/g, '').replace(/^(async )?\s*(?:\[as [^\]]*\] )?\((.*)\)$/, '$1$2');
}

/** Makes every `error.stack` show the user's own lines, and no frames of the kernel. */
export function installStackTraces(): void {
  const print = kernelFunction((error: Error, frames: NodeJS.CallSite[]) => {
    let head: string;
    try {
      head = userMessage(Error.prototype.toString.call(error));
    } catch {
      head = '<error>';
    }
    takeUpSources();
    const shown = userFrames(frames.map(String)).filter((frame) => !isOfHelper(frame));
    return [head, ...shown.map((frame) => `    at ${mapLocation(frame)}`)].join('\n');
  });
  Reflect.set(Error, 'prepareStackTrace', print); // which a cell may have made read-only
}

/** Gives an error that has no frame of a cell its place in one: a place of the emitted code. */
export function placeError(error: unknown, file: string, line: number, column: number): void {
  if (!(error instanceof Error) || inCell.test(String(error.stack))) return;
  setStack(error, `${error.name}: ${error.message}\n    at ${mapLocation(`${file}:${line}:${column}`)}`);
}

const { captureStackTrace } = Error;

/** Stacks as they were before a call site was added: a module's error is the same object each time it is imported. */
const ownStacks = new WeakMap<Error, string>();

/**
 * Notes who called `entry`, for an error that comes from Node's loader with no trace of who asked.
 * @returns gives an error that has no frame of a cell those of the call, in place of Node's, and returns it
 */
export function noteCallSite(entry: (...args: never[]) => unknown): (error: unknown) => unknown {
  const callSite: { stack?: string } = {};
  captureStackTrace(callSite, entry);
  return kernelFunction((error: unknown) => {
    if (!(error instanceof Error)) return error;
    const own = ownStacks.get(error) ?? String(error.stack).replace(awaitingCells, '');
    if (inCell.test(own)) return error;
    ownStacks.set(error, own);
    // The mark of an error that came from another thread, as the loader's do: it would be printed as `SyntaxError
    // [Error]`.
    Reflect.deleteProperty(error, Symbol.toStringTag);
    const frames = String(callSite.stack)
      .split('\n')
      .filter((line) => inCell.test(line));
    setStack(error, [own.replace(internalLines, ''), ...frames].join('\n'));
    return error;
  });
}

/**
 * Also where it is read-only, as in errors that came from another thread; a frozen error keeps the stack that it has.
 */
function setStack(error: Error, stack: string): void {
  Reflect.defineProperty(error, 'stack', { value: stack, writable: true, configurable: true, enumerable: false });
}

/**
 * What a cell threw, as the content of an `error` message. Anything can be thrown, so nothing here may throw itself.
 */
export const reportError = kernelFunction((thrown: unknown): ErrorReport => {
  try {
    if (!(thrown instanceof Error) && !isErrorLike(thrown)) {
      const text = inspect(thrown, { depth: 2 });
      return { ename: 'Thrown', evalue: text, traceback: [`${red('Thrown')}: ${text}`] };
    }
    const ename = errorName(thrown);
    // V8 says `$cell_Map is not a constructor`.
    const evalue = userMessage(String(thrown.message));
    // Stacks that were made in another thread have internal frames. An error without frames is inspected in brackets.
    const printed = inspect(thrown, { colors: false })
      .replace(internalLines, '')
      .replace(/^\[(.*?)\](?=$| \{\n)/s, '$1');
    const traceback = userMessage(printed).split('\n');
    if (traceback[0].startsWith(ename)) traceback[0] = red(ename) + traceback[0].slice(ename.length);
    takeUpSources();
    const places = String(thrown.stack).matchAll(everyPlace);
    const place = [...places].find(([, file]) => sources.has(file));
    const source = place && sources.get(place[1]);
    if (place && source)
      traceback.push(
        '',
        dim(`${place[1]}:${place[2]}`),
        ...codeFrame(source.code.split(/\r?\n/), Number(place[2]), Number(place[3])),
      );
    return { ename, evalue, traceback };
  } catch {
    return withoutStack(thrown);
  }
});

/**
 * Name and message of an error whose stack cannot be had: a cell's own `prepareStackTrace` throws, and cannot be
 * replaced.
 */
function withoutStack(thrown: unknown): ErrorReport {
  let [ename, evalue] = ['Error', 'an error that cannot be printed'];
  try {
    if (thrown instanceof Error) [ename, evalue] = [errorName(thrown), userMessage(String(thrown.message))];
  } catch {
    // Neither can these.
  }
  return { ename, evalue, traceback: [`${red(ename)}: ${evalue}`] };
}

/** Prototypes whose `name` says no more than what kind of error it is. */
const builtIn = new Set<unknown>(
  [Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError, AggregateError].map(
    ({ prototype }) => prototype,
  ),
);

/** Its `name`, or that of its class when it has only a built-in's, as most classes of errors do. */
function errorName(error: Error): string {
  const name = String(error.name || 'Error');
  let owner: unknown = error;
  while (typeof owner === 'object' && owner !== null && !Object.hasOwn(owner, 'name'))
    owner = Reflect.getPrototypeOf(owner);
  const made: unknown = builtIn.has(owner) && typeof error.constructor === 'function' && error.constructor.name;
  return typeof made === 'string' && made !== '' ? made.replaceAll(ownPrefix, '') : name;
}

function isErrorLike(value: unknown): value is Error {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as Error).message === 'string' &&
    typeof (value as Error).name === 'string' &&
    'stack' in value
  );
}
