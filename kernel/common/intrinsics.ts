/**
 * The language's own objects as they were before the first cell. A cell may replace `globalThis.JSON` or `Promise`:
 * that is its business, and must not reach the kernel in the same process. Modules that live there import what they use
 * from here.
 */
export const {
  JSON,
  Promise,
  Buffer,
  Map,
  Set,
  WeakMap,
  WeakSet,
  WeakRef,
  Error,
  TypeError,
  RangeError,
  SyntaxError,
  Object,
  Array,
  Number,
  String,
  RegExp,
  Symbol,
  Uint8Array,
  Int32Array,
  Float64Array,
  SharedArrayBuffer,
  ArrayBuffer,
  Reflect,
  Atomics,
  BigInt,
  Date,
  Math,
  Proxy,
  Function,
  URL,
  AbortController,
  performance,
  structuredClone,
} = globalThis;

type Method<This, Args extends unknown[], T> = (this: This, ...args: Args) => T;

/**
 * A method as a function of its object, for what runs so often that nothing may stand around it: `toString.call(x)`
 * without asking for `call`.
 */
export const uncurryThis = globalThis.Function.prototype.bind.bind(globalThis.Function.prototype.call) as <
  This,
  Args extends unknown[],
  T,
>(
  method: Method<This, Args, T>,
) => (self: This, ...args: Args) => T;
