import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { encodeCochleagram } from '../encode/bsa.js';
import { parseCochleagram } from '../formats/cochleagram.js';
import { datasets } from '../datasets.js';

let scratch: string;
beforeEach(() => void (scratch = mkdtempSync(join(tmpdir(), 'spikelab-cochleagrams-'))));
afterEach(() => rmSync(scratch, { recursive: true }));

const put = (path: string, text: string): void => {
  mkdirSync(dirname(join(scratch, path)), { recursive: true });
  writeFileSync(join(scratch, path), text);
};
/** Two channels, of `frames` frames with these rates. */
const ear = (first: number, second: number, frames = 30): string =>
  [first, second].map((rate) => Array.from({ length: frames }, () => rate).join(' ')).join('\n');

test("files in the authors' layout become recordings, classes mixed", async () => {
  put('train/0/f1/a.dat', ear(2e-4, 0));
  put('train/0/f2/b.dat', ear(3e-4, 1e-4));
  put('train/12/a.txt', ear(0, 2e-4));
  put('train/notes.txt', 'not a class');
  put('test/0/a.csv', ear(1e-4, 1e-4).replaceAll(' ', ', '));
  const { train, test: held } = await datasets.cochleagrams(scratch, { channels: 2, steps: 200 });
  expect([train.inputs, train.steps, [...train.labels], [...held.labels], train.classNames.length]).toEqual([
    2,
    200,
    [0, 12, 0],
    [0],
    13,
  ]);
  // 0.25/2000 a step gives the spikes that BSA's own test has; here the values of the file, rounded to float32
  const plain = parseCochleagram(ear(0, 2e-4));
  expect(train.at(1).spikes).toEqual(encodeCochleagram({ ...plain, rates: plain.rates.map(Math.fround) }, 200));
  expect(train.at(1).spikes.times.length).toBeGreaterThan(20);
  const letters = await datasets.cochleagrams(scratch, { channels: 2, classNames: [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'] });
  expect(letters.train.classNames[letters.train.labels[1]]).toBe('M');
});

test('what is wrong is named', async () => {
  await expect(datasets.cochleagrams(scratch)).rejects.toThrow(/no <class>\/\*\.dat in .*train/);
  put('train/0/a.dat', ear(1e-4, 1e-4));
  put('test/1/a.dat', ear(1e-4, 1e-4));
  await expect(datasets.cochleagrams(scratch)).rejects.toThrow(/0[/\\]a\.dat: 2 lines, expected 78, one a channel/);
  put('test/1/a.dat', '1e-4 1e-4\n1e-4 x\n');
  await expect(datasets.cochleagrams(scratch, { channels: 2 })).rejects.toThrow(
    /1[/\\]a\.dat: line 2: value 2 is not a number/,
  );
  put('test/300/a.dat', ear(0, 0));
  await expect(datasets.cochleagrams(scratch, { channels: 2 })).rejects.toThrow(
    'class 300: classes are numbered 0 .. 255',
  );
});
