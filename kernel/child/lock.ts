/**
 * What a grade rests on, as it was before the student's first cell: in grading mode no cell can replace the parts of JavaScript, of the library
 * and of Node's modules that the kernel, the library and the tests use. Only what exists is locked: new properties may be added, and nothing
 * that objects commonly override (`toString`, `constructor`, an error's `name`).
 */
import module, { createRequire, syncBuiltinESMExports } from 'node:module';
import { Map, Object, Promise, Reflect, Set, Symbol, Uint8Array } from '../common/intrinsics.js';

const { defineProperty, getOwnPropertyDescriptor, getPrototypeOf, preventExtensions } = Object;
const { ownKeys } = Reflect;

const namespaces = ['Math', 'JSON', 'Reflect', 'Atomics', 'WebAssembly'];
const classes =
  'Object Function Array String Number Boolean BigInt Symbol RegExp Promise Map Set WeakMap WeakSet WeakRef Proxy ArrayBuffer SharedArrayBuffer DataView';
const typedArrays =
  'Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float32Array Float64Array BigInt64Array BigUint64Array';
const functions =
  'parseInt parseFloat isNaN isFinite structuredClone queueMicrotask setTimeout setInterval setImmediate clearTimeout clearInterval clearImmediate';

/** Node's modules whose classes the kernel and the library use. */
const nodeModules = 'async_hooks events worker_threads inspector buffer string_decoder stream util perf_hooks'.split(
  ' ',
);
const nodeClasses = 'EventTarget AbortController AbortSignal TextEncoder TextDecoder Buffer URL'.split(' ');

/** What objects that inherit it commonly replace by assignment, which a read-only property would forbid. */
const overridden: ReadonlySet<PropertyKey> = new Set([
  'constructor',
  'toString',
  'toLocaleString',
  'valueOf',
  'hasOwnProperty',
  'isPrototypeOf',
  'propertyIsEnumerable',
  '__proto__',
  'name',
  'length',
  'message',
  'stack',
]);

function lockProperty(owner: object, key: PropertyKey): void {
  const found = getOwnPropertyDescriptor(owner, key);
  if (!found?.configurable) return;
  defineProperty(owner, key, 'value' in found ? { writable: false, configurable: false } : { configurable: false });
}

/**
 * Locks a method that objects inherit, but lets them have their own by assignment: a read-only property would forbid that, and packages do it.
 * Symbols are not assigned to in practice, and V8 is quicker with `[Symbol.iterator]` as it was.
 */
function lockInherited(owner: object, key: PropertyKey): void {
  const found = getOwnPropertyDescriptor(owner, key);
  if (typeof key === 'symbol' || !found?.configurable || typeof found.value !== 'function')
    return lockProperty(owner, key);
  const { value, enumerable } = found as { value: unknown; enumerable: boolean };
  defineProperty(owner, key, {
    get: () => value,
    set(this: unknown, own: unknown) {
      if (this === owner || this === null || typeof this !== 'object') return;
      defineProperty(this, key, { value: own, writable: true, enumerable: true, configurable: true });
    },
    enumerable,
    configurable: false,
  });
}

/** Locks methods only: Node's classes keep state in fields of a prototype, which objects assign to. */
function lockMethod(owner: object, key: PropertyKey): void {
  if (typeof getOwnPropertyDescriptor(owner, key)?.value === 'function') lockInherited(owner, key);
}

function lockMembers(owner: unknown, except: ReadonlySet<PropertyKey> = overridden, lock = lockProperty): void {
  if ((typeof owner !== 'object' && typeof owner !== 'function') || owner === null) return;
  for (const key of ownKeys(owner)) if (!except.has(key)) lock(owner, key);
}

/** Prototypes that have no name: of iterators, generators, and of all typed arrays. */
function namelessPrototypes(): object[] {
  const iterators = [[].values(), new Map().values(), new Set().values(), ''[Symbol.iterator](), 'a'.matchAll(/a/g)];
  const generators = [function* () {}, async function* () {}, async () => {}];
  const made = [...iterators, ...generators, (generators[0] as () => object)(), (generators[1] as () => object)()];
  return made.flatMap((one) => {
    const own = getPrototypeOf(one) as object;
    return [own, getPrototypeOf(own) as object];
  });
}

/**
 * What every object inherits is what it was: an option that a check does not give must not come from `Object.prototype`. Other prototypes may
 * be added to, but for `then`: an array that has it would be a promise to `await`.
 */
function lockAdditions(prototypes: readonly object[]): void {
  for (const prototype of prototypes)
    if (!getOwnPropertyDescriptor(prototype, 'then'))
      defineProperty(prototype, 'then', { value: undefined, writable: false, configurable: false, enumerable: false });
  preventExtensions(Object.prototype);
}

/** Locks the methods of Node's classes; what its modules export may be replaced, because nothing here asks a module again. */
function lockNode(): void {
  const require = createRequire(import.meta.url);
  const globals = globalThis as unknown as Record<string, unknown>;
  const found = nodeModules.flatMap((name) => Object.values(require(`node:${name}`) as Record<string, unknown>));
  for (const value of [...found, ...nodeClasses.map((name) => globals[name])]) {
    if (typeof value !== 'function') continue;
    lockMembers(value.prototype as unknown, overridden, lockMethod);
    if (nodeClasses.includes(value.name)) lockMembers(value);
  }
}

/** Locks JavaScript's own functions, and keeps what Node's modules export from changing under the kernel's imports. */
export function lockLanguage(): void {
  const globals = globalThis as unknown as Record<string, { prototype?: object }>;
  // What `await` asks for stays a plain property.
  for (const key of ['then', 'constructor']) lockProperty(Promise.prototype, key);
  for (const name of [...namespaces, ...classes.split(' '), ...typedArrays.split(' ')]) {
    lockMembers(globals[name]);
    lockMembers(globals[name].prototype, overridden, lockInherited);
  }
  const typedArray = getPrototypeOf(Uint8Array) as { prototype: object };
  lockMembers(typedArray);
  lockMembers(typedArray.prototype, overridden, lockInherited);
  for (const owner of namelessPrototypes()) if (owner !== Object.prototype) lockMembers(owner);
  for (const name of [...namespaces, ...classes.split(' '), ...typedArrays.split(' '), ...functions.split(' ')])
    lockProperty(globalThis, name);
  lockAdditions(
    [...classes.split(' '), ...typedArrays.split(' ')]
      .filter((name) => name !== 'Object' && name !== 'Promise' && name !== 'Proxy')
      .map((name) => globals[name].prototype!)
      .concat(typedArray.prototype),
  );
  lockNode();
  module.syncBuiltinESMExports = () => {};
  syncBuiltinESMExports();
  lockProperty(module, 'syncBuiltinESMExports');
}

/** Locks the library's classes and objects: `SpikingNetwork.prototype.evaluate = …` changes nothing. */
export function lockLibrary(library: Readonly<Record<string, unknown>>): void {
  for (const value of Object.values(library)) {
    lockMembers(value);
    if (typeof value !== 'function' || !value.prototype) continue;
    lockMembers(value.prototype as unknown, new Set());
    preventExtensions(value.prototype);
  }
}
