/**
 * Builds the compiler's start-up snapshot: `node build-snapshot.js <record file> <library description> [in the
 * background]`. See `compiler-snapshot.ts`.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { constants, setPriority, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { LibraryDescription } from './cell-compiler.js';
import { cleanSnapshots, type SnapshotRecord } from './compiler-snapshot.js';
import type { SnapshotTask } from './snapshot-main.js';
import { snapshotScript } from './snapshot-script.js';

const [recordFile, library, background] = process.argv.slice(2);
const work = mkdtempSync(join(tmpdir(), 'spikelab-snapshot-'));
process.on('exit', () => rmSync(work, { recursive: true, force: true }));
if (background) {
  setPriority(constants.priority.PRIORITY_LOW);
  // The front process holds the other end.
  process.stdin
    .on('error', () => process.exit(1))
    .on('close', () => process.exit(1))
    .resume();
}

const { script, files } = await snapshotScript();
const scriptFile = join(work, 'compiler.cjs');
writeFileSync(scriptFile, script);
const task: SnapshotTask = {
  folder: work,
  library: JSON.parse(library) as LibraryDescription,
  list: join(work, 'files.json'),
};
const folder = dirname(recordFile);
mkdirSync(folder, { recursive: true });
const stem = basename(recordFile, '.json');
const blob = join(folder, `${stem}-${process.pid}.blob`);
const node = spawn(process.execPath, ['--snapshot-blob', blob, '--build-snapshot', scriptFile], {
  cwd: work,
  env: { ...process.env, SPIKELAB_SNAPSHOT_TASK: JSON.stringify(task) },
  stdio: 'ignore',
  windowsHide: true,
});
const giveUp = (): void => {
  node.kill('SIGKILL');
  rmSync(blob, { force: true });
};
process.on('exit', giveUp);
const status = await new Promise((resolve) => node.on('error', () => resolve(undefined)).on('exit', resolve));
if (status !== 0) process.exit(1);
const read = [...files, ...(JSON.parse(readFileSync(task.list, 'utf8')) as string[])];
const record: SnapshotRecord = { blob, files: read.map((file) => [file, statSync(file).mtimeMs, statSync(file).size]) };
const fresh = `${recordFile}.${process.pid}`;
writeFileSync(fresh, JSON.stringify(record));
renameSync(fresh, recordFile);
process.off('exit', giveUp);
cleanSnapshots(recordFile);
process.exit(); // its standard input may be open
