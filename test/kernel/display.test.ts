/** How values show: by helpers, by what values say of themselves, in displays that change. */
import { deflateSync } from 'node:zlib';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client, missingBuild, type Executed } from './client.js';

let kernel: Client;
const folder = mkdtempSync(join(tmpdir(), 'spikelab-display-'));
const run = (code: string): Promise<Executed> => kernel.execute(code);
/** The data of everything that a cell shows, in order. */
const shown = async (code: string): Promise<Record<string, unknown>[]> => {
  const { outputs, error } = await run(code);
  expect(error).toBeUndefined();
  return outputs.filter(({ content }) => content.data).map(({ content }) => content.data as Record<string, unknown>);
};
const one = async (code: string): Promise<Record<string, unknown>> => {
  const all = await shown(code);
  expect(all).toHaveLength(1);
  return all[0];
};

/** The smallest PNG: one grey pixel. */
function png(): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    let crc = ~0;
    for (const byte of body)
      for (let k = 0, c = (crc ^ byte) & 255; k < 8; k++, c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1)
        if (k === 7) crc = (crc >>> 8) ^ (c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1);
    sum.writeUInt32BE(~crc >>> 0);
    return Buffer.concat([length, body, sum]);
  };
  const header = Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]);
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.from([0, 128]))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

describe.skipIf(missingBuild)('display', () => {
  beforeAll(async () => {
    writeFileSync(join(folder, 'pixel.png'), png());
    kernel = await Client.start({ cwd: folder });
  });
  afterAll(async () => {
    await kernel?.shutdown();
    rmSync(folder, { recursive: true, force: true });
  });

  test('the names that are loaded by the first cell that uses one are those that there are', async () => {
    const api = (await import('../../dist/kernel/child/rich-api.js')) as Record<string, unknown>;
    const { richNames } = (await import('../../dist/kernel/child/rich-globals.js')) as {
      richNames: readonly string[];
    };
    expect(Object.keys(api).sort()).toEqual([...richNames].sort());
    expect((await run("eval('typeof display')")).result).toBe("'function'");
  });

  test('helpers give one value in its MIME type; templates escape what is put into HTML', async () => {
    expect(await one("html`<b>${'<i>&'}</b>${html('<u>raw</u>')}${[html`<a>`, '<']}`")).toMatchObject({
      'text/html': '<b>&lt;i&gt;&amp;</b><u>raw</u><a>&lt;',
    });
    expect(await one('html(\'<b onclick="x">own</b>\')')).toMatchObject({ 'text/html': '<b onclick="x">own</b>' });
    expect(await one('md`**${2}** \\`code\\` $\\tau_m$`')).toMatchObject({ 'text/markdown': '**2** `code` $\\tau_m$' });
    expect(await one('latex`\\frac{a}{${1}}`')).toMatchObject({ 'text/latex': '$$\\frac{a}{1}$$' });
    expect(await one("svg('<svg/>')")).toMatchObject({ 'image/svg+xml': '<svg/>' });
    expect(await one('json({ a: 1n, m: new Map([["k", new Set([1])]]), f: new Float32Array(2) })')).toMatchObject({
      'application/json': { a: '1', m: { k: [1] }, f: [0, 0] },
    });
  });

  test('image takes bytes or a path, knows the format, and refuses what is none', async () => {
    const base64 = png().toString('base64');
    expect(await one("image('pixel.png')")).toEqual({
      'image/png': base64,
      'text/plain': 'pixel.png (image/png, 67 bytes)',
    });
    expect(
      await one("image(require('fs').readFileSync('pixel.png').buffer.slice(0), { type: 'image/png' })"),
    ).toHaveProperty(['image/png']);
    const { outputs } = await run("image('pixel.png', { width: 20 })");
    expect(outputs[0].content.metadata).toEqual({ 'image/png': { width: 20 } });
    expect((await run('image(new Uint8Array([1, 2, 3]))')).error?.evalue).toContain(
      'no image of a format that browsers show',
    );
    expect(await one(`image('data:image/png;base64,${base64}')`)).toMatchObject({ 'image/png': base64 });
    expect((await run("image('https://example.org/a.png')")).error?.evalue).toContain('fetch');
    expect((await run("image('missing.png')")).error?.evalue).toContain('missing.png');
  });

  test('vegaLite shows as Vega-Lite and, drawn here, as PNG; without PNG when its data are elsewhere', async () => {
    const spec = (data: string): string =>
      `vegaLite({ data: ${data}, mark: 'bar', encoding: { x: { field: 'a', type: 'nominal' } } })`;
    const drawn = await one(spec("{ values: [{ a: 'A' }, { a: 'B' }] }"));
    expect(drawn['application/vnd.vegalite.v5+json']).toMatchObject({
      mark: 'bar',
      $schema: expect.stringContaining('/v5.json') as string,
    });
    expect(Buffer.from(String(drawn['image/png']), 'base64').subarray(1, 4).toString()).toBe('PNG');
    expect(Object.keys(await one(spec("{ url: 'cars.json' }")))).toEqual([
      'application/vnd.vegalite.v5+json',
      'text/plain',
    ]);
  });

  test('a display changes by its handle, by its name, and when its promise is there; its place is kept', async () => {
    const { outputs } = await run(`const shownFirst = display(1, { id: 'first' });
      display(new Promise((resolve) => setTimeout(() => resolve(html('<b>late</b>')), 30)));
      console.log('below');
      shownFirst.update('two'); shownFirst`);
    const types = outputs.map(({ type }) => type);
    expect(types).toHaveLength(5);
    expect(types.slice(0, 2)).toEqual(['display_data', 'display_data']);
    expect(types.at(-1)).toBe('update_display_data');
    expect(outputs.filter(({ type }) => type === 'execute_result')).toEqual([]);
    const late = outputs.filter(({ content }) => content.transient?.display_id !== 'first' && content.transient);
    expect(late.map(({ type, content }) => [type, content.data['text/html']])).toEqual([
      ['display_data', undefined],
      ['update_display_data', '<b>late</b>'],
    ]);
    const later = await run("display(md`*three*`, { id: 'first', update: true }); shownFirst.update(4)");
    expect(
      later.outputs.map(({ type, content }) => [type, content.transient.display_id, content.data['text/plain']]),
    ).toEqual([
      ['update_display_data', 'first', '*three*'],
      ['update_display_data', 'first', '4'],
    ]);
    expect((await run('display(1, { update: true })')).error?.evalue).toContain('give its id');
  });

  test('an update that is overtaken does not come back', async () => {
    const { outputs } = await run(`const slow = display('a');
      slow.update(new Promise((resolve) => setTimeout(() => resolve('slow'), 40))); slow.update('newest');`);
    expect(outputs.map(({ content }) => content.data['text/plain'])).toEqual(["'a'", "'newest'"]);
  });

  test('bytes in a bundle go as base64, those of text formats as text', async () => {
    expect(
      await one(
        "({ [Symbol.for('Jupyter.display')]: () => ({ 'image/png': new Uint8Array([1, 2, 3]), 'text/html': Buffer.from('ü') }) })",
      ),
    ).toEqual({ 'image/png': 'AQID', 'text/html': 'ü', 'text/plain': expect.stringContaining('Jupyter.display') });
    expect(await one("display({ 'image/gif': new Uint8Array([255]).buffer, 'text/plain': 7 }, { raw: true })")).toEqual(
      { 'image/gif': '/w==', 'text/plain': '7' },
    );
    expect(
      await one("show({ [Symbol.for('Jupyter.display')]: () => ({ 'image/jpeg': new Uint8Array([1]) }) })"),
    ).toEqual({ 'image/jpeg': 'AQ==' });
  });

  test('DOM-like values, canvases and IPython-like methods show without a helper', async () => {
    expect(await one("({ outerHTML: '<p>dom</p>' })")).toEqual({
      'text/html': '<p>dom</p>',
      'text/plain': '<p>dom</p>',
    });
    expect(await one("({ documentElement: { outerHTML: '<html></html>' } })")).toMatchObject({
      'text/html': '<html></html>',
    });
    expect(await one("({ width: 2, height: 3, toDataURL: () => 'data:image/png;base64,AAAA' })")).toEqual({
      'image/png': 'AAAA',
      'text/plain': 'canvas of 2 × 3 pixels',
    });
    expect(await one("({ width: 2, height: 3, toDataURL: async () => 'data:image/png;base64,BBBB' })")).toMatchObject({
      'image/png': 'BBBB',
    });
    expect(
      await one("({ _repr_html_: async () => '<b>r</b>', _repr_svg_() { return null }, toString: () => 'its text' })"),
    ).toEqual({ 'text/html': '<b>r</b>', 'text/plain': 'its text' });
    expect(await one("({ _repr_mimebundle_: () => ({ 'text/markdown': '*m*' }) })")).toMatchObject({
      'text/markdown': '*m*',
    });
    expect(await one("({ toHTML: () => '<i>h</i>' })")).toMatchObject({ 'text/html': '<i>h</i>' });
    // A proxy may answer to every name.
    expect(Object.keys(await one('new Proxy({}, { get: () => () => "?" })'))).toEqual(['text/plain']);
  });

  test('arrays of records and column tables are tables: escaped, long ones cut, which is said', async () => {
    const html = String(
      (await one("[{ a: 1, '<n>': '<x>' }, { a: 2.5, when: new Date(0), deep: { b: [1] } }]"))['text/html'],
    );
    expect(html).toContain('<th>a</th><th>&lt;n&gt;</th><th>when</th><th>deep</th>');
    expect(html).toContain('&lt;x&gt;');
    expect(html).toContain('1970-01-01T00:00:00.000Z');
    expect(html).toContain('{ b: [ 1 ] }');
    const long = await one('Array.from({ length: 1234 }, (_, i) => ({ i }))');
    expect(String(long['text/html']).match(/<tr>/g)).toHaveLength(51);
    expect(long['text/html']).toContain('50 of 1,234 rows');
    expect(
      await one(
        'Array.from({ length: 2 }, () => Object.fromEntries(Array.from({ length: 99 }, (_, i) => ["c" + i, i])))',
      ),
    ).toMatchObject({
      'text/html': expect.stringContaining('30 of 99 columns') as string,
    });
    // As arquero's tables are.
    const table = await one(
      `({ columnNames: () => ['x', 'y'], numRows: () => 500, objects: ({ limit }) => Array.from({ length: limit }, (_, n) => ({ x: n, y: '&' })) })`,
    );
    expect(table['text/html']).toContain('50 of 500 rows');
    expect(table['text/html']).toContain('&amp;');
    expect(table['text/plain']).toMatch(/^x +y\n0 +&\n/);
    for (const text of [
      '[1, 2]',
      '[]',
      '[{}]',
      '[{ a: 1 }, 2]',
      '[{ get a() { throw new Error() } }]',
      '[new (class Point { x = 1 })]',
      'new Float32Array(3)',
    ])
      expect(Object.keys(await one(text))).toEqual(['text/plain']);
  });

  test('maps, sets, errors and dates show their contents', async () => {
    expect((await run("new Map([['a', new Set([1])]])")).result).toBe("Map(1) { 'a' => Set(1) { 1 } }");
    expect((await run('new Date(0)')).result).toBe('1970-01-01T00:00:00.000Z');
    expect((await run("new RangeError('bad')")).result).toMatch(/^RangeError: bad\n {4}at In\[\d+\]\.ts:1:1$/);
  });

  test("a display method that throws is the cell's error; names of the user's own win", async () => {
    expect((await run("({ _repr_html_() { throw new Error('mine') } })")).error).toMatchObject({
      ename: 'Error',
      evalue: 'mine',
    });
    expect((await run("const html = 'own', display = 2, text = html + display; text")).result).toBe("'own2'");
  });
});
