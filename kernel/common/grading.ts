/** Grading mode: how cells behave while a grader runs a notebook, so that marks are right. */

/**
 * Whether a grader runs this kernel: `SPIKELAB_GRADING` is `1`, or it is not set and nbgrader says that it autogrades
 * or validates. Read by every process at its start, before any code of a student's.
 */
export function isGrading(environment: NodeJS.ProcessEnv = process.env): boolean {
  const { SPIKELAB_GRADING: asked, NBGRADER_EXECUTION: nbgrader } = environment;
  return asked === undefined || asked === '' ? nbgrader === 'autograde' || nbgrader === 'validate' : asked === '1';
}

/** Globals that are the grader's own: a cell may have variables of these names, but no other cell sees them. */
export const gradersNames: ReadonlySet<string> = new Set(['checks', 'partialCredit', 'snn']);

/**
 * The language's own: namespaces, classes, functions that tests and the library use. No cell can replace them, and a
 * cell's variable of one of these names (`class Map`, `const Float32Array = …`) is nobody else's, either.
 */
export const language = {
  namespaces: 'Math JSON Reflect Atomics WebAssembly'.split(' '),
  classes:
    'Object Function Array String Number Boolean BigInt Symbol RegExp Promise Map Set WeakMap WeakSet WeakRef Proxy ArrayBuffer SharedArrayBuffer DataView'.split(
      ' ',
    ),
  typedArrays:
    'Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float32Array Float64Array BigInt64Array BigUint64Array'.split(
      ' ',
    ),
  functions:
    'parseInt parseFloat isNaN isFinite structuredClone queueMicrotask setTimeout setInterval setImmediate clearTimeout clearInterval clearImmediate'.split(
      ' ',
    ),
} as const;
/** Names that no cell can give to another one while a grader runs the notebook. */
export const reservedNames: ReadonlySet<string> = new Set([
  ...gradersNames,
  ...Object.values(language).flat(),
  ...['undefined', 'NaN', 'Infinity', 'globalThis', 'Error', 'TypeError', 'RangeError', 'Date'],
]);

/** Characters of text and displays that a cell may put into the graded notebook. */
export const gradedOutputLimit = 1_000_000;

/**
 * Milliseconds after which a stopped cell takes its process with it, and those that training may take to save: nbgrader
 * gives up on a kernel after four seconds.
 */
export const gradedGiveUpMs = 2500;
export const gradedSavingMs = 1000;
