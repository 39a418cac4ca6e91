import { syncBuiltinESMExports } from 'node:module';
import vm from 'node:vm';
import { userSource } from '../common/function-source.js';
import { kernelFunction } from './own-language.js';
import { URL } from '../common/intrinsics.js';

/** Makes the `toString` of a realm's functions give the user's own text; it looks like V8's own. */
const install = `(userSource, native = Function.prototype.toString) => {
  const { toString } = { toString() { return this === toString ? native.call(native) : userSource(native.call(this)); } };
  Object.defineProperty(Function.prototype, 'toString', { value: toString, configurable: true, writable: true, enumerable: false });
}`;

const clean = kernelFunction(userSource);

const script = new vm.Script(install, { filename: new URL(import.meta.url).pathname });

/**
 * Interrupt guards are part of what V8 compiles, so they are in what `toString` gives; whoever sends functions
 * elsewhere (workers, browsers, parsers of expressions) is to get what the user wrote. Also in the realms that `vm`
 * makes.
 */
export function installFunctionSource(): void {
  (script.runInThisContext() as (clean: typeof userSource) => void)(clean);
  const { createContext } = vm;
  const realm: typeof createContext = (sandbox, options) => {
    const isNew = !(typeof sandbox === 'object' && vm.isContext(sandbox));
    const context = createContext(sandbox, options);
    if (isNew) (script.runInContext(context) as (clean: typeof userSource) => void)(clean);
    return context;
  };
  vm.createContext = realm;
  vm.runInNewContext = (code, sandbox, options): unknown =>
    vm.runInContext(code, realm(sandbox, realmOptions(options)), options);
  vm.Script.prototype.runInNewContext = function (sandbox, options): unknown {
    return this.runInContext(realm(sandbox, realmOptions(options)), options);
  };
  syncBuiltinESMExports();
}

/** What of the options for running code is for making its realm. */
function realmOptions(options: vm.RunningCodeInNewContextOptions | string | undefined): vm.CreateContextOptions {
  if (typeof options !== 'object') return {};
  const { contextName, contextOrigin, contextCodeGeneration, microtaskMode } = options;
  return {
    ...(contextName !== undefined && { name: contextName }),
    ...(contextOrigin !== undefined && { origin: contextOrigin }),
    ...(contextCodeGeneration && { codeGeneration: contextCodeGeneration }),
    ...(microtaskMode && { microtaskMode }),
  };
}
