import type { ModuleNamespace } from './namespace.js';
import { kernelFunction } from './own-language.js';
import { Object } from '../common/intrinsics.js';

/**
 * Puts exports of a module on the global object as they are now, each time they are asked for: `export let n` is seen
 * to change. Who gives such a name a value of his own has a variable like any other.
 * @param names pairs of an export's name and the name that the cell gives it
 * @returns nothing, as what a cell can take apart
 */
export const live = kernelFunction((module: ModuleNamespace, names: readonly (readonly [string, string])[]): [] => {
  for (let n = 0; n < names.length; n++) {
    const [exported, local] = names[n];
    const own = { configurable: true, enumerable: false };
    Object.defineProperty(globalThis, local, {
      ...own,
      get: () => module[exported],
      set: (value: unknown) => Object.defineProperty(globalThis, local, { ...own, writable: true, value }),
    });
  }
  return [];
});
