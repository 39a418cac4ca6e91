import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parseTar } from './tar.js';

const scratch = mkdtempSync(join(tmpdir(), 'spikelab-tar-'));
afterAll(() => rmSync(scratch, { recursive: true }));

/** An archive written by the system's tar. */
function archive(): Uint8Array {
  const deep = 'a'.repeat(60) + '/' + 'b'.repeat(60); // longer than a header's name field: goes into its prefix
  mkdirSync(join(scratch, 'in', deep), { recursive: true });
  writeFileSync(join(scratch, 'in/one.txt'), 'one');
  writeFileSync(join(scratch, 'in/empty'), '');
  writeFileSync(join(scratch, 'in', deep, 'block'), Buffer.alloc(512, 7));
  execFileSync('tar', ['--format=ustar', '-cf', join(scratch, 'out.tar'), '-C', scratch, 'in']);
  return new Uint8Array(readFileSync(join(scratch, 'out.tar')));
}

test('reads what tar wrote', () => {
  const files = parseTar(archive());
  expect([...files.keys()].sort()).toEqual([`in/${'a'.repeat(60)}/${'b'.repeat(60)}/block`, 'in/empty', 'in/one.txt']);
  expect(new TextDecoder().decode(files.get('in/one.txt'))).toBe('one');
  expect(files.get('in/empty')!.length).toBe(0);
  expect(files.get(`in/${'a'.repeat(60)}/${'b'.repeat(60)}/block`)).toEqual(new Uint8Array(512).fill(7));
});

test('refuses damaged and truncated archives', () => {
  const good = archive();
  expect(() => parseTar(good.subarray(0, 700), 'x.tar')).toThrow(/x\.tar: truncated/);
  expect(() =>
    parseTar(
      good.map((byte, k) => (k === 3 ? byte ^ 1 : byte)),
      'x.tar',
    ),
  ).toThrow(/x\.tar: wrong check sum at byte 0/);
  expect(() => parseTar(new Uint8Array(0))).toThrow(/truncated after 0 bytes/);
  expect(() => parseTar(new TextEncoder().encode('<html>'.repeat(200)))).toThrow(/check sum/);
});
