/**
 * A cell may replace methods of the language: `JSON.stringify = …`, `Promise.prototype.then = …`. That is its business,
 * and must not reach the kernel in the same process: while the kernel works, they are what they were before the first
 * cell, and then again what the cell made of them.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { EventEmitter } from 'node:events';
import { Session } from 'node:inspector';
import { StringDecoder } from 'node:string_decoder';
import { compileFunction } from 'node:vm';
import { language } from '../common/grading.js';
import { Buffer, Date, Error, JSON, Map, Reflect, Set, Uint8Array } from '../common/intrinsics.js';

const { defineProperty, deleteProperty, getOwnPropertyDescriptor, getPrototypeOf, ownKeys } = Reflect;

/** A method, and where it stands. */
interface Method {
  readonly owner: Record<PropertyKey, unknown>;
  readonly key: PropertyKey;
  readonly own: PropertyDescriptor;
}

/** What stands in its place; `undefined` when it was deleted. */
interface Replacement {
  readonly method: Method;
  readonly theirs: PropertyDescriptor | undefined;
}

/** Prototypes of iterators and generators, which have no name, and of all typed arrays. */
function namelessOwners(): object[] {
  const made = [[].values(), new Map().values(), new Set().values(), ''[Symbol.iterator](), 'a'.matchAll(/a/g)];
  const generators = [function* () {}, async function* () {}].map((one) => one.prototype as object);
  const iterators = [...made, ...generators].map((one) => getPrototypeOf(one)!);
  const typedArray = getPrototypeOf(Uint8Array)!;
  return [
    ...iterators,
    ...iterators.map((one) => getPrototypeOf(one)!),
    typedArray,
    (typedArray as typeof Uint8Array).prototype,
  ];
}

function methodsOfLanguage(): Method[] {
  const globals = globalThis as unknown as Record<string, object & { prototype: object }>;
  const classes = [
    ...language.classes.filter((name) => name !== 'Proxy').map((name) => globals[name]),
    ...[Date, Error, Buffer, Uint8Array, AsyncLocalStorage, EventEmitter, Session, StringDecoder],
  ];
  const owners = new Set<object>([
    ...language.namespaces.filter((name) => name !== 'WebAssembly').map((name) => globals[name]),
    ...classes,
    ...classes.map(({ prototype }) => prototype as object),
    ...namelessOwners(),
  ]);
  const methods: Method[] = [];
  for (const owner of owners)
    for (const key of ownKeys(owner)) {
      const own = getOwnPropertyDescriptor(owner, key)!;
      // An error's way to print stacks is the cell's.
      if (typeof own.value === 'function' && own.configurable && key !== 'constructor' && key !== 'prepareStackTrace')
        methods.push({ owner: owner as Method['owner'], key, own });
    }
  return methods;
}

let methods: Method[] = [];

/** To be called before the first cell: methods are from now on, to the kernel, what they are now. */
export function keepLanguage(): void {
  methods = methodsOfLanguage();
  comparisons = makeComparisons();
}

/** For each owner, whether any of its methods is another one. */
let comparisons: (() => boolean)[] = [];

/**
 * Asked several times a cell, so this is code with each method's name in it: V8 is twenty times quicker with it than
 * with a loop over names.
 */
function makeComparisons(): (() => boolean)[] {
  const byOwner = new Map<object, string[]>();
  methods.forEach(({ owner, key }, n) => {
    const name = typeof key === 'string' ? JSON.stringify(key) : `methods[${n}].key`;
    const tests = byOwner.get(owner) ?? [];
    byOwner.set(owner, [...tests, `owner[${name}] !== values[${n}]`]);
  });
  const makers = [...byOwner.values()].map((tests) => `(owner) => () => ${tests.join(' || ')}`);
  const make = compileFunction(`return [${makers.join()}]`, ['methods', 'values']) as (
    ...all: unknown[]
  ) => ((owner: object) => () => boolean)[];
  const values = methods.map(({ own }) => own.value as unknown);
  return make(methods, values).map((maker, n) => maker([...byOwner.keys()][n]));
}

function isAnyReplaced(): boolean {
  try {
    for (let n = 0; n < comparisons.length; n++) if (comparisons[n]()) return true;
    return false;
  } catch {
    return true; // by an accessor that throws
  }
}

/** What cells have put in place of methods, while the kernel works; nothing while their own code runs. */
let replaced: Replacement[] = [];
let kernelWorks = false;

function isReplaced({ owner, key, own }: Method): boolean {
  try {
    return owner[key] !== own.value;
  } catch {
    return true; // by an accessor that throws
  }
}

function takeBack(): void {
  kernelWorks = true;
  if (!isAnyReplaced()) return;
  // By index, as nothing can be called before it is what it was.
  for (let n = 0; n < methods.length; n++) {
    const method = methods[n];
    if (!isReplaced(method)) continue;
    const { owner, key, own } = method;
    const theirs = getOwnPropertyDescriptor(owner, key);
    if (defineProperty(owner, key, own)) replaced[replaced.length] = { method, theirs };
  }
}

function giveAgain(): void {
  kernelWorks = false;
  if (replaced.length === 0) return;
  const all = replaced;
  replaced = [];
  for (let n = 0; n < all.length; n++) {
    const { method, theirs } = all[n];
    if (theirs) defineProperty(method.owner, method.key, theirs);
    else deleteProperty(method.owner, method.key);
  }
}

/** Runs a piece of the kernel's work, up to its first `await`, with the language's methods as they were. */
export function asKernel<T>(work: () => T): T {
  if (kernelWorks) return work();
  takeBack();
  try {
    return work();
  } finally {
    giveAgain();
  }
}

/** Runs code of a cell that the kernel's work calls, with the language's methods as cells have made them. */
export function asCell<T>(code: () => T): T {
  if (!kernelWorks) return code();
  giveAgain();
  try {
    return code();
  } finally {
    takeBack();
  }
}

/** A function of the kernel that cells or the event loop call. */
export function kernelFunction<This, Args extends unknown[], T>(
  work: (this: This, ...args: Args) => T,
): (this: This, ...args: Args) => T {
  return function (this: This, ...args: Args): T {
    return asKernel(() => Reflect.apply(work, this, args));
  };
}
