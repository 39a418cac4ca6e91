/**
 * Writes what `require('spikelab')` finds: `dist/src/index.cjs`, which requires the ES modules (Node 20.19, 22.12 and
 * newer do that), and `index.d.cts`, its types. TypeScript lets CommonJS re-export the types of an ES module, but its
 * values only one by one.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root, writeAtomically } from './files.mjs';

const folder = join(root, 'dist/src');
const mode = "{ 'resolution-mode': 'import' }";
const isClass = (value) => typeof value === 'function' && /^class\b/.test(Function.prototype.toString.call(value));

export async function writeCommonJs() {
  const library = await import(pathToFileURL(join(folder, 'index.js')).href);
  const of = (name) => `import('./index.js', { with: ${mode} }).${name}`;
  const values = Object.entries(library).flatMap(([name, value]) => [
    `export declare const ${name}: typeof ${of(name)};`,
    ...(isClass(value) ? [`export type ${name} = ${of(name)};`] : []), // a value alone would hide the class's type
  ]);
  const types = [`export type * from './index.js' with ${mode};`, ...values, ''].join('\n');
  writeAtomically(join(folder, 'index.d.cts'), types);
  writeAtomically(join(folder, 'index.cjs'), "'use strict';\nmodule.exports = require('./index.js');\n");
}
