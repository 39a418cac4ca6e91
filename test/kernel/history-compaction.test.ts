/** Compaction of the history while other processes append to it, as several kernels do. */
import { spawn } from 'node:child_process';
import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { compactFile } from '../../kernel/front/history-compaction.js';

const folder = mkdtempSync(join(tmpdir(), 'spikelab-compaction-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test('no line is lost, doubled or cut while two processes append and the file is compacted again and again', async () => {
  const path = join(folder, 'busy.jsonl');
  const writer = (name: string) =>
    `const { appendFileSync } = require("node:fs"); for (let n = 0; n < 20000; n++) appendFileSync(${JSON.stringify(path)}, "${name} " + n + "\\n")`;
  writeFileSync(path, 'first\n'.repeat(1000));
  const writers = ['a', 'b'].map((name) => spawn(process.execPath, ['-e', writer(name)]));
  const ended = Promise.all(writers.map((child) => new Promise((resolve) => child.on('exit', resolve))));
  let going = true;
  void ended.then(() => (going = false));
  let compactions = 0;
  while (going) {
    // Only the lines of the beginning may go.
    compactFile(path, (text) => text.replaceAll(/^first\n/gm, ''));
    compactions++;
    await pause(1);
  }
  await pause(1200); // those who came too late
  expect(compactions).toBeGreaterThan(20);
  const lines = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  for (const name of ['a', 'b']) {
    const numbers = lines.filter((line) => line.startsWith(name)).map((line) => Number(line.slice(2)));
    expect(numbers.sort((x, y) => x - y)).toEqual(Array.from({ length: 20000 }, (_, n) => n));
  }
  expect(lines).toHaveLength(40000);
});

test('a line written to the old file after it was replaced is carried over', async () => {
  const path = join(folder, 'late.jsonl');
  writeFileSync(path, 'old\nkept\n');
  const opened = openSync(path, 'a');
  compactFile(path, () => 'kept\n');
  writeSync(opened, 'late\n');
  closeSync(opened);
  appendFileSync(path, 'new\n');
  await expect.poll(() => readFileSync(path, 'utf8')).toBe('kept\nnew\nlate\n');
});

test('one at a time; a lock that a dead process left is taken', () => {
  const path = join(folder, 'locked.jsonl');
  writeFileSync(path, 'old\n');
  writeFileSync(`${path}.lock`, '');
  compactFile(path, () => 'new\n');
  expect(readFileSync(path, 'utf8')).toBe('old\n');
  utimesSync(`${path}.lock`, new Date(0), new Date(0));
  compactFile(path, () => 'new\n');
  expect(readFileSync(path, 'utf8')).toBe('new\n');
  expect(existsSync(`${path}.lock`)).toBe(false);
});
