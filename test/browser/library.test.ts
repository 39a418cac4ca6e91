/**
 * The library on a web page: bundled without a single import of Node's, it trains in Chromium to the same weights as
 * here, on module workers over a shared memory where the page is isolated from other origins, else on the page's own
 * thread.
 */
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { convertIndexedToRgb, decode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as library from '../../src/index.js';
import { noChromium, root, startBrowser, type Browser } from './lab.js';
import { trained, type Outcome } from './library-training.js';

/** What a page fetches beside the bundle, as docs/browser.md says. */
const served = [
  'dist/src/engine/hm2bp.wasm',
  'dist/src/engine/hm2bp-unshared.wasm',
  'node_modules/@resvg/resvg-wasm/index_bg.wasm',
  'node_modules/@expo-google-fonts/source-sans-3/400Regular/SourceSans3_400Regular.ttf',
  'node_modules/@expo-google-fonts/source-sans-3/600SemiBold/SourceSans3_600SemiBold.ttf',
];
const folder = mkdtempSync(join(tmpdir(), 'spikelab-page-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function bundle(): Promise<Metafile> {
  const { metafile } = await build({
    entryPoints: [join(root, 'test/browser/library-page.ts'), join(root, 'dist/src/engine/worker.browser.js')],
    entryNames: '[name]',
    outdir: folder,
    absWorkingDir: root,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    metafile: true,
    logLevel: 'silent', // Node's modules would be errors; they are thrown
  });
  return metafile;
}

/** Files that a module loads at once, imported dynamically or not. */
function loadedAtOnce(metafile: Metafile, entry: string): Set<string> {
  const found = new Set<string>();
  const visit = (file: string): void => {
    if (found.has(file)) return;
    found.add(file);
    for (const { kind, path } of metafile.inputs[file].imports) if (kind === 'import-statement') visit(path);
  };
  visit(entry);
  return found;
}

describe('the bundle for browsers', () => {
  let metafile: Metafile;
  beforeAll(async () => {
    metafile = await bundle();
  });

  test('imports nothing of Node', () => {
    const imports = Object.values(metafile.inputs).flatMap((input) => input.imports);
    const ofNode = imports.filter(({ path }) => path.startsWith('node:') || builtinModules.includes(path));
    expect(ofNode).toEqual([]);
    expect(imports.filter(({ external }) => external)).toEqual([]);
    expect(Object.keys(metafile.inputs).filter((file) => file.endsWith('.node.js'))).toEqual([]);
    const rooms = Object.keys(metafile.inputs).filter((file) => file.endsWith('platform.browser.js'));
    expect(rooms.sort()).toEqual(
      ['data', 'engine', 'plot', 'train'].map((room) => `dist/src/${room}/platform.browser.js`),
    );
  });

  test('loads the renderer and Vega only when they are needed', () => {
    const files = [...loadedAtOnce(metafile, 'test/browser/library-page.ts')];
    expect(files.filter((file) => file.startsWith('dist/src/')).length).toBeGreaterThan(100);
    expect(files.filter((file) => /node_modules\/(vega|vega-lite|@resvg)/.test(file))).toEqual([]);
  });
});

test('the platform files of a room have the same names', async () => {
  for (const room of ['data', 'engine', 'plot', 'train']) {
    const names = await Promise.all(
      ['node', 'browser'].map(async (place) =>
        Object.keys((await import(`../../dist/src/${room}/platform.${place}.js`)) as object).sort(),
      ),
    );
    expect(names[1], room).toEqual(names[0]);
  }
});

const types: Record<string, string> = { '.js': 'text/javascript', '.wasm': 'application/wasm', '.ttf': 'font/ttf' };

/** A page with the bundle, `/isolated` with and `/plain` without cross-origin isolation. */
async function servePage(): Promise<Server> {
  for (const file of served) copyFileSync(join(root, file), join(folder, basename(file)));
  const server = createServer((request, response) => {
    const name = basename(new URL(request.url ?? '/', 'http://page').pathname);
    const isolated = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' };
    if (name === 'isolated' || name === 'plain') {
      response.writeHead(200, { 'content-type': 'text/html', ...(name === 'isolated' && isolated) });
      return response.end(
        '<!doctype html><title>Spikelab</title><script type="module" src="library-page.js"></script>',
      );
    }
    try {
      const content = readFileSync(join(folder, name));
      response.writeHead(200, { 'content-type': types[extname(name)] ?? 'text/plain', ...isolated });
      return response.end(content);
    } catch {
      return response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

/** The colours of a PNG, three bytes a pixel. */
const pixelsOf = (png: readonly number[]): Buffer => Buffer.from(convertIndexedToRgb(decode(Uint8Array.from(png))));

describe.skipIf(noChromium !== undefined)(`in Chromium${noChromium ? ` (${noChromium})` : ''}`, () => {
  let server: Server;
  let browser: Browser;
  let inNode: Outcome;

  beforeAll(async () => {
    server = await servePage();
    inNode = await trained(library, 2);
    browser = await startBrowser({ width: 800, height: 600 });
  });

  afterAll(async () => {
    await browser?.stop();
    server?.closeAllConnections();
    await new Promise((resolve) => server?.close(resolve));
  });

  test.each([
    ['isolated', 1, 1],
    ['isolated', 2, 2],
    ['plain', 2, 1], // no memory to share: the page's own thread
  ])('a page %s, asked for %i threads, trains to the same bits as Node', async (path, asked, used) => {
    const { page } = browser;
    const { port } = server.address() as AddressInfo;
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    await page.goto(`http://127.0.0.1:${port}/${path}`);
    await page.waitForFunction(() => 'trainOnPage' in globalThis, undefined, { timeout: 600_000 });
    const workers: string[] = [];
    page.on('worker', (worker) => workers.push(basename(worker.url())));
    const outcome = await page.evaluate((threads) => globalThis.trainOnPage(threads), asked);
    expect(errors).toEqual([]);
    const { isolated, png, ...figures } = outcome;
    expect(isolated).toBe(path === 'isolated');
    expect(workers).toEqual(isolated ? Array.from({ length: used }, () => 'worker.browser.js') : []);
    const { png: ours, ...expected } = inNode;
    expect(figures).toEqual({ ...expected, threads: used });
    // Packed by another zlib: the files differ, the pictures do not.
    expect(pixelsOf(png).equals(pixelsOf(ours)), 'the same pixels').toBe(true);
  });
});
