/** While a grader runs a notebook: what would let the tested code read the test that calls it. */
import { createRequire } from 'node:module';
import { Error, Object } from '../common/intrinsics.js';

/** Functions of Node's modules that give the sources, or all values, of the process. */
const spies: Readonly<Record<string, readonly string[]>> = {
  inspector: ['open', 'waitForDebugger'],
  v8: ['getHeapSnapshot', 'writeHeapSnapshot', 'setHeapSnapshotNearHeapLimit'],
};

function refuse(owner: object, name: string): void {
  const value = (): never => {
    throw new Error(`${name} would read the tests, so it is not there while a grader runs the notebook.`);
  };
  Object.defineProperty(owner, name, { value, writable: false, configurable: false });
}

/** Takes the debugger and heap snapshots away from cells; the kernel has its own session by then. */
export function hideTests(): void {
  const require = createRequire(import.meta.url);
  for (const name of Object.keys(spies)) {
    const exported = require(`node:${name}`) as Record<string, unknown>;
    for (const key of spies[name]) if (typeof exported[key] === 'function') refuse(exported, key);
  }
  const { Session } = require('node:inspector') as typeof import('node:inspector');
  for (const name of ['connect', 'connectToMainThread']) refuse(Session.prototype, name);
}
