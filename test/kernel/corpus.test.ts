/**
 * The corpus: cells as people write them. `npm run corpus` runs it in other versions of Node; `SPIKELAB_CORPUS_NODE`
 * names the program. What a case expects and how to add one: corpus/cases.ts.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client, missingBuild, type Executed } from './client.js';
import { corpus, parseCases, type Case, type Expected } from './corpus/cases.js';

const node = process.env['SPIKELAB_CORPUS_NODE'] ?? process.execPath;
const [major, minor] = spawnSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' })
  .stdout.split('.')
  .map(Number);
const has = ({ node: [needed, part] = [0, 0] }: Case): boolean => major > needed || (major === needed && minor >= part);

/** What a cell showed, in the form of what is expected of it. */
function shown({ stdout, stderr, result, error, outputs }: Executed, { display }: Case): Record<string, string> {
  const line = (text: string): string => text.replace(/\n$/, '');
  const bundles = outputs.filter(({ content }) => content.data !== undefined);
  const data = display && bundles.map(({ content }) => content.data[display.type] as string | undefined).find(Boolean);
  return {
    ...(result !== undefined && !display && { result }),
    ...(stdout !== '' && { out: line(stdout) }),
    ...(stderr !== '' && { err: line(stderr) }),
    ...(error && { error: stripVTControlCharacters(`${error.ename}: ${error.evalue}`) }),
    ...(data !== undefined && { display: data }),
  };
}

function expected(one: Case): Record<string, unknown> {
  const of = (field: Expected | undefined, contained = false): unknown =>
    field &&
    (field.pattern
      ? (expect.stringMatching(new RegExp(field.text)) as unknown)
      : contained
        ? (expect.stringContaining(field.text) as unknown)
        : field.text);
  const all = {
    result: of(one.result),
    out: of(one.out),
    err: of(one.err),
    error: of(one.error, true),
    display: of(one.display),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

test('the corpus is read as it says', () => {
  const text =
    '1 + 1 //=> 2\nlet a = "x //y"\na //out one\n//out two\n//=>~ x$\n\n//only a comment //--\nb //node 22\n//! E';
  expect(parseCases(text)).toEqual([
    { line: 1, code: '1 + 1', result: { text: '2', pattern: false } },
    {
      line: 3,
      code: 'let a = "x //y"\na',
      out: { text: 'one\ntwo', pattern: false },
      result: { text: 'x$', pattern: true },
    },
    { line: 7, code: '//only a comment' },
    { line: 8, code: 'b', node: [22, 0], error: { text: 'E', pattern: false } },
  ]);
  expect([...corpus().values()].flat().length).toBeGreaterThan(400);
});

describe.skipIf(missingBuild).each([...corpus()])('%s', (_group, cases) => {
  const folder = mkdtempSync(join(tmpdir(), 'spikelab-corpus-'));
  let kernel: Client;
  beforeAll(async () => {
    // Its own place for what it keeps: nothing of this machine's.
    kernel = await Client.start({ cwd: folder, node, env: { NO_COLOR: '1' } });
  });
  afterAll(async () => {
    await kernel?.shutdown();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(cases.filter(has))('line $line: $code', async (one) => {
    expect(shown(await kernel.execute(one.code), one)).toEqual(expected(one));
  });
});
