/**
 * The compiler process, started from a V8 snapshot. When the snapshot is built, this module loads the compiler and lets
 * it check a cell; a process started from the snapshot goes on from there, with everything read, parsed and bound.
 */
import { writeFileSync } from 'node:fs';
import { startupSnapshot } from 'node:v8';
import type { LibraryDescription } from './cell-compiler.js';
import { serve } from './compiler-server.js';
import { filesRead } from './notebook-host.js';
import { TypeScriptCompiler } from './typescript-compiler.js';

/** What the builder passes in the environment. */
export interface SnapshotTask {
  readonly folder: string;
  readonly library: LibraryDescription;
  /** File for the list of files that were read, as JSON. */
  readonly list: string;
}

const { folder, library, list } = JSON.parse(process.env['SPIKELAB_SNAPSHOT_TASK'] ?? '') as SnapshotTask;
const compiler = new TypeScriptCompiler(folder, library);
// No completion here: what its sorting makes (Intl.Collator) cannot be kept in a snapshot.
for (const code of ['const warm: number[] = [1, 2].map((x) => x + 1);', 'console.log(warm)']) {
  compiler.compile({ code, label: '0', generation: 0, expressions: {} });
  compiler.commit(code);
}
writeFileSync(list, JSON.stringify(filesRead()));

startupSnapshot.setDeserializeMainFunction(serve);
