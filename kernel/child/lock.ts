/**
 * What a grade rests on, as it was before the student's first cell: in grading mode no cell can replace the parts of
 * JavaScript, of the library and of Node's modules that the kernel, the library and the tests use. Only what exists is
 * locked: new properties may be added, and nothing that objects commonly override (`toString`, `constructor`, an
 * error's `name`).
 */
import module, { createRequire, syncBuiltinESMExports } from 'node:module';
import { language } from '../common/grading.js';
import { hideTests } from './no-spies.js';
import { Array, Map, Object, Promise, Reflect, Set, Symbol, Uint8Array } from '../common/intrinsics.js';

const { defineProperty, freeze, getOwnPropertyDescriptor, getPrototypeOf, isFrozen, preventExtensions } = Object;
const { ownKeys } = Reflect;

const { namespaces, classes, typedArrays, functions } = language;
/** Prototypes whose `constructor` decides what `map`, `slice` and their like make. */
const species = ['Array', ...typedArrays, 'ArrayBuffer', 'SharedArrayBuffer', 'RegExp'];

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
 * Locks a method that objects inherit, but lets them have their own by assignment: a read-only property would forbid
 * that, and packages do it. Symbols are not assigned to in practice, and V8 is quicker with `[Symbol.iterator]` as it
 * was.
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
 * What every object inherits is what it was: an option that a check does not give must not come from
 * `Object.prototype`. Nor do arrays inherit anything new: an accessor at an index, or another prototype, would get hold
 * of what the library puts into its own arrays. Other prototypes may be added to, but for `then`: an object that has it
 * would be a promise to `await`.
 */
function lockAdditions(prototypes: readonly object[]): void {
  for (const prototype of prototypes)
    if (!getOwnPropertyDescriptor(prototype, 'then'))
      defineProperty(prototype, 'then', { value: undefined, writable: false, configurable: false, enumerable: false });
  for (const closed of [Object.prototype, Array.prototype, ...prototypes.filter(isOfTypedArrays)])
    preventExtensions(closed);
}
const isOfTypedArrays = (prototype: object): boolean => {
  const all = getPrototypeOf(Uint8Array.prototype) as object;
  return prototype === all || getPrototypeOf(prototype) === all;
};

/**
 * Locks the methods of Node's classes; what its modules export may be replaced, because nothing here asks a module
 * again.
 */
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
  for (const name of [...namespaces, ...classes, ...typedArrays]) {
    lockMembers(globals[name]);
    lockMembers(globals[name].prototype, overridden, lockInherited);
  }
  const typedArray = getPrototypeOf(Uint8Array) as { prototype: object };
  lockMembers(typedArray);
  lockMembers(typedArray.prototype, overridden, lockInherited);
  for (const name of species) lockProperty(globals[name].prototype!, 'constructor');
  lockProperty(typedArray.prototype, 'constructor');
  for (const owner of namelessPrototypes()) if (owner !== Object.prototype) lockMembers(owner);
  for (const name of [...namespaces, ...classes, ...typedArrays, ...functions]) lockProperty(globalThis, name);
  lockAdditions(
    [...classes, ...typedArrays]
      .filter((name) => name !== 'Object' && name !== 'Promise' && name !== 'Proxy')
      .map((name) => globals[name].prototype!)
      .concat(typedArray.prototype),
  );
  hideTests();
  lockNode();
  module.syncBuiltinESMExports = () => {};
  syncBuiltinESMExports();
  lockProperty(module, 'syncBuiltinESMExports');
}

/** Whether a value is only data: a preset, a list. */
const isPlain = (value: object): boolean => Array.isArray(value) || getPrototypeOf(value) === Object.prototype;

/**
 * Locks plain data to its last field: a preset whose `steps` a cell has changed would be another network for the test,
 * too.
 */
function lockData(value: unknown): void {
  if (typeof value !== 'object' || value === null || !isPlain(value) || isFrozen(value)) return;
  freeze(value);
  for (const key of ownKeys(value)) lockData((value as Record<PropertyKey, unknown>)[key]);
}

function lockClass({ prototype }: { prototype?: unknown }): void {
  if (typeof prototype !== 'object' || prototype === null) return;
  lockMembers(prototype, new Set());
  preventExtensions(prototype);
}

/**
 * Locks the library's classes and objects: `SpikingNetwork.prototype.evaluate = …` changes nothing.
 * @param made objects of classes that the library does not export
 */
export function lockLibrary(library: Readonly<Record<string, unknown>>, ...made: readonly object[]): void {
  for (const value of Object.values(library)) {
    lockMembers(value);
    lockData(value);
    if (typeof value === 'function') lockClass(value);
  }
  for (const one of made)
    for (let own = getPrototypeOf(one) as object | null; own && own !== Object.prototype;)
      own = (lockClass({ prototype: own }), getPrototypeOf(own) as object | null);
}
