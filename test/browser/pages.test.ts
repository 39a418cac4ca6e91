/**
 * Pages that are read without a kernel, in Chromium, light and dark: each assignment's, and the documentation's site
 * where `npm run docs` has made it. axe-core finds nothing, every picture has a text, and the keyboard goes through
 * them in the order of reading.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { coursePages } from '../../src/cli/course.js';
import { axeViolations, missing, noChromium, root, startBrowser, type Browser } from './lab.js';

const kernelSpec = join(root, '.venv/share/jupyter/kernels/spikelab/kernel.json');
const noPages = missing ?? (existsSync(kernelSpec) ? undefined : 'no kernel in .venv: npm run setup');
const site = join(root, 'site');
const noSite = noChromium ?? (existsSync(join(site, 'index.html')) ? undefined : 'no site: npm run docs');

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
};

/** Pictures without a text of at least two words. */
const mute = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll('img')]
      .filter((image) => !/\S\s+\S/.test(image.alt) && image.getAttribute('aria-hidden') !== 'true')
      .map((image) => image.outerHTML.slice(0, 100)),
  );

const problems = async (page: Page, file: string): Promise<string[]> =>
  [...(await axeViolations(page, 'html')), ...(await mute(page))].map((problem) => `${file}: ${problem}`);

/** Presses Tab through a page; what got the focus before something that stands above it. */
async function outOfOrder(page: Page, stops: number): Promise<{ reached: number; jumps: string[] }> {
  const jumps: string[] = [];
  await page.evaluate(() => {
    (globalThis as { before?: Element | null }).before = null;
  });
  for (let n = 0; n < stops; n++) {
    await page.keyboard.press('Tab');
    const jump = await page.evaluate(() => {
      const state = globalThis as { before?: Element | null };
      const now = document.activeElement;
      if (now === null || now === document.body) return 'end';
      const { before } = state;
      state.before = now;
      const back = before && (before.compareDocumentPosition(now) & Node.DOCUMENT_POSITION_PRECEDING) !== 0;
      return back ? `${before.outerHTML.slice(0, 80)} then ${now.outerHTML.slice(0, 80)}` : undefined;
    });
    if (jump === 'end') return { reached: n, jumps };
    if (jump) jumps.push(jump);
  }
  return { reached: stops, jumps };
}

describe.skipIf(noPages !== undefined)(`pages of the assignments${noPages ? ` (${noPages})` : ''}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'spikelab-pages-'));
  let browser: Browser;
  let pages: string[];
  beforeAll(async () => {
    pages = await coursePages(folder, true);
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(['light', 'dark'] as const)('%s: axe-core finds nothing, and every picture has a text', async (scheme) => {
    const { page } = browser;
    expect(pages).toHaveLength(6);
    await page.emulateMedia({ colorScheme: scheme });
    const found: string[] = [];
    let pictures = 0;
    for (const file of pages) {
      await page.goto(pathToFileURL(file).href);
      found.push(...(await problems(page, file)));
      pictures += await page.locator('img').count();
    }
    expect(found).toEqual([]);
    expect(pictures).toBeGreaterThan(12);
    await page.goto(pathToFileURL(pages[3]).href);
    expect(await page.locator('img[alt^="curves: epoch 3 of 3"]').count()).toBe(1); // of the training
  });

  test('Tab goes through each from the top to the end', async () => {
    const { page } = browser;
    for (const file of pages) {
      await page.goto(pathToFileURL(file).href);
      const code = await page.locator('pre').count();
      const { reached, jumps } = await outOfOrder(page, 3 * code);
      expect(jumps, file).toEqual([]);
      expect(reached, file).toBeGreaterThanOrEqual(code);
    }
  });
});

describe.skipIf(noSite !== undefined)(`the documentation's site${noSite ? ` (${noSite})` : ''}`, () => {
  let browser: Browser;
  let server: Server;
  let url: string;
  beforeAll(async () => {
    server = createServer((request, response) => {
      const file = join(site, decodeURIComponent(new URL(request.url ?? '/', 'http://site').pathname));
      response.setHeader('content-type', types[extname(file)] ?? 'application/octet-stream');
      if (existsSync(file)) response.end(readFileSync(file));
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.stop();
    server?.close();
  });
  const files = existsSync(join(site, 'docs'))
    ? ['index.html', ...readdirSync(join(site, 'docs'), { recursive: true }).map((file) => join('docs', String(file)))]
    : [];

  test.each(['light', 'dark'] as const)('%s: axe-core finds nothing, and every picture has a text', async (scheme) => {
    const { page } = browser;
    await page.emulateMedia({ colorScheme: scheme });
    const found: string[] = [];
    for (const file of files.filter((one) => one.endsWith('.html'))) {
      await page.goto(`${url}/${file}`);
      await page.waitForSelector('.VPSwitchAppearance:not([title=""])', { state: 'attached' }); // scripts name the buttons
      found.push(...(await problems(page, file)));
    }
    expect(found).toEqual([]);
  });
});
