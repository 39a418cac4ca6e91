import { createRequire } from 'node:module';
import { inspect, type InspectOptions } from 'node:util';
import { Function, Object, Symbol, WeakMap } from '../common/intrinsics.js';

export type ModuleNamespace = Record<string, unknown>;

const { cache } = createRequire(import.meta.url);
const known = new WeakMap<object, ModuleNamespace>();

/**
 * A module as bundlers give it. Node gives of a CommonJS module its `exports` as `default`, and of its members those
 * that it could see in the text: here all are members, and `default` is what a module that was compiled from ES syntax
 * means by it.
 */
export function asBundled(module: ModuleNamespace): ModuleNamespace {
  const exports = module['default'];
  if (!isObject(exports) || !isCommonJs(exports) || hasOthers(module, exports)) return module;
  const made = known.get(module) ?? namespaceOf(exports, module);
  known.set(module, made);
  return made;
}

const required = new WeakMap<object, ModuleNamespace>();

/**
 * An ES module as `require` gives it, by Node's rules: with a mark that its `default` is one of ES syntax.
 */
export function asRequired(module: ModuleNamespace): unknown {
  if ('module.exports' in module) return module['module.exports'];
  if (!('default' in module) || '__esModule' in module) return module;
  const made = required.get(module) ?? (Object.create(null) as ModuleNamespace);
  if (required.has(module)) return made;
  required.set(module, made);
  for (const name of Object.keys(module))
    Object.defineProperty(made, name, { get: () => module[name], enumerable: true, configurable: true });
  Object.defineProperty(made, '__esModule', { value: true });
  Object.defineProperty(made, Symbol.toStringTag, { value: 'Module' });
  Object.defineProperty(made, inspect.custom, {
    value: (_depth: number, options: InspectOptions) => inspectModule(made, options),
  });
  return made;
}

const ofRequired = new WeakMap<object, ModuleNamespace>();

/** What an import gives of a local file that `require` made CommonJS of: the same module. */
export function asImported(module: NodeModule): ModuleNamespace {
  const known = ofRequired.get(module);
  if (known) return known;
  const exports: unknown = module.exports;
  const made = isObject(exports) ? namespaceOf(exports) : { default: exports };
  if (isObject(exports) && '__esModule' in exports) {
    delete made['__esModule'];
    if (!('default' in exports)) delete made['default'];
  }
  ofRequired.set(module, made);
  return made;
}

/** Node keeps CommonJS modules that were imported where it keeps those that were required. */
function isCommonJs(exports: object): boolean {
  return Object.values(cache).some((module) => module?.exports === exports);
}

/**
 * Whether a module has what these exports have not: then it is an ES module around a CommonJS module, which is its
 * `default`.
 */
function hasOthers(module: ModuleNamespace, exports: object): boolean {
  return Object.keys(module).some(
    (name) => name !== 'default' && name !== 'module.exports' && !(name in exports) && module[name] !== undefined,
  );
}

/** @param native what Node gives of it, which is what it shows as */
function namespaceOf(exports: object, native?: ModuleNamespace): ModuleNamespace {
  const namespace = Object.create(null) as ModuleNamespace;
  const members = exports as ModuleNamespace;
  for (let from: object | null = exports; from && from !== Object.prototype && from !== Function.prototype;) {
    const inherited = from !== exports;
    for (const name of Object.getOwnPropertyNames(from)) {
      if (name in namespace || name === 'default' || isOfFunctions(from, name)) continue;
      if (inherited && name === 'constructor') continue;
      const get = (): unknown => {
        const value = members[name];
        // A method that an object inherits is called on the object; with the namespace it would not find its state.
        return inherited && typeof value === 'function' ? (value.bind(exports) as unknown) : value;
      };
      Object.defineProperty(namespace, name, { get, enumerable: !inherited, configurable: true });
    }
    from = Object.getPrototypeOf(from) as object | null;
  }
  const isCompiled = members['__esModule'] === true && 'default' in exports;
  const get = (): unknown => (isCompiled ? members['default'] : exports);
  Object.defineProperty(namespace, 'default', { get, enumerable: true, configurable: true });
  Object.defineProperty(namespace, Symbol.toStringTag, { value: 'Module' });
  const show = (_depth: number, options: InspectOptions): string =>
    native ? inspect(native, options) : inspectModule(namespace, options);
  Object.defineProperty(namespace, inspect.custom, { value: show });
  return namespace;
}

/** As Node shows modules: with what getters give. */
function inspectModule(namespace: ModuleNamespace, options: InspectOptions): string {
  const values = Object.create(null) as ModuleNamespace;
  for (const name of Object.keys(namespace).sort()) values[name] = namespace[name];
  return `[Module: null prototype] ${inspect(values, options).replace(/^\[Object: null prototype\] /, '')}`;
}

/** What every function has. */
function isOfFunctions(object: object, name: string): boolean {
  return typeof object === 'function' && ['length', 'name', 'prototype', 'arguments', 'caller'].includes(name);
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
