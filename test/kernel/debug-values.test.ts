/** Variables in the debugger: their parts, and copies to the globals. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client, missingBuild } from './client.js';
import { debugging, values, type Variable } from './debug-client.js';

let kernel: Client;
const folder = mkdtempSync(join(tmpdir(), 'spikelab-values-'));
const run = (code: string) => kernel.execute(code);
const { send, ask, attach, paused, goOn, breakpoints, frames, variables } = debugging(() => kernel);

describe.skipIf(missingBuild)('values in the debugger', () => {
  beforeAll(async () => {
    kernel = await Client.start({ cwd: folder });
  });
  afterAll(async () => {
    await kernel?.shutdown();
    rmSync(folder, { recursive: true, force: true });
  });

  test('variables without a pause: inspectVariables, their parts, rich display', async () => {
    await run(
      'let count = 3; const word = "it\'s"; interface P { x: number }\nconst point: P & Record<string, unknown> = { x: 1, deep: { list: [1, 2] } }; const weights = new Float32Array(25_000); weights[24_999] = 0.5;\nconst table = new Map([["a", 1]]); class Box { constructor(readonly inside: number) {} get double() { return 2 * this.inside } }\nconst box = new Box(4); const long = "x".repeat(1_000_000); let later: string;',
    );
    const { variables: list } = await ask('inspectVariables');
    expect(values(list)).toMatchObject({
      count: '3',
      word: "'it\\'s'",
      point: '{ x: 1, deep: Object }',
      weights: expect.stringMatching(/^Float32Array\(25000\) \[ 0, 0/),
      table: "Map(1) { 'a' => 1 }",
      box: 'Box { inside: 4 }',
      later: 'undefined',
    });
    expect(values(list)['long'].length).toBeLessThan(300);
    const named = (name: string): Variable => list.find((one: Variable) => one.name === name);
    const parts = await variables(named('point').variablesReference);
    expect(values(parts)).toEqual({ x: '1', deep: '{ list: Array(2) }' });
    const inner = await variables((await variables(parts[1].variablesReference))[0].variablesReference);
    expect(inner.map(({ name, value }) => [name, value])).toEqual([
      ['0', '1'],
      ['1', '2'],
    ]);
    // 25,000 weights come in pages, and a page of its pages.
    const pages = await variables(named('weights').variablesReference);
    expect(pages.map(({ name }) => name)).toEqual(['[0 … 9999]', '[10000 … 19999]', '[20000 … 24999]']);
    const last = (await variables(pages[2].variablesReference)).at(-1)!;
    expect((await variables(last.variablesReference)).at(-1)).toMatchObject({ name: '24999', value: '0.5' });
    expect(values(await variables(named('weights').variablesReference, { start: 24_998, count: 2 }))).toEqual({
      24998: '0',
      24999: '0.5',
    });
    expect(await ask('richInspectVariables', { variableName: 'point' })).toMatchObject({
      data: { 'text/plain': '{ x: 1, deep: { list: [ 1, 2 ] } }' },
    });
    expect(await ask('richInspectVariables', { variableName: 'process.exit()' })).toEqual({ data: {}, metadata: {} });
    expect(await send('variables', { variablesReference: 999_999 })).toMatchObject({
      success: false,
      message: expect.stringContaining('999999'),
      body: { variables: [] },
    });
    await run('const picture = { [Symbol.for("Jupyter.display")]: async () => ({ "image/png": "iVBORw0KGgo=" }) }');
    expect((await ask('richInspectVariables', { variableName: 'picture' })).data).toEqual({
      'image/png': 'iVBORw0KGgo=',
      'text/plain': '{ [Symbol(Jupyter.display)]: [AsyncFunction: [Jupyter.display]] }',
    });
  });

  test('copies a variable to the globals, where later cells know it', async () => {
    await attach();
    const code = 'function hidden() {\n  const secret = { a: 42 };\n  return secret.a;\n}\nhidden()';
    await breakpoints(code, 3);
    const running = await paused(code);
    await ask('copyToGlobals', {
      srcVariableName: 'secret',
      dstVariableName: 'secret',
      srcFrameId: (await frames())[0].id,
    });
    expect(
      await send('copyToGlobals', { srcVariableName: 'a b', dstVariableName: 'x', srcFrameId: (await frames())[0].id }),
    ).toMatchObject({ success: false });
    await breakpoints(code);
    await goOn(running);
    expect((await run('secret.a')).result).toBe('42');
  });
});
