/**
 * The whole of it as a user sees it: the quickstart notebook in a real JupyterLab in Chromium, with the installed
 * kernel and extension. Runs all cells, watches the curves grow while the cell trains, and keeps screenshots in
 * `test/output/`.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  command,
  kernelIdle,
  missing,
  openNotebook,
  outputFolder,
  root,
  startBrowser,
  startLab,
  type Browser,
  type Lab,
} from './lab.js';

const kernelSpec = join(root, '.venv/share/jupyter/kernels/spikelab/kernel.json');
const extension = join(root, '.venv/share/jupyter/labextensions/@spikelab/jupyterlab/package.json');
const why =
  missing ??
  ([kernelSpec, extension].every(existsSync)
    ? undefined
    : 'kernel or extension are not installed in .venv: npm run setup');

/** What is on the page at one moment. */
interface Look {
  /** Whether a cell is running. */
  readonly busy: boolean;
  /** For each plot, in order. */
  readonly plots: readonly {
    readonly kind: string;
    /** Pixels in colour (data, not axes). */ readonly ink: number;
    /** How far they go to the right in the left half, where the accuracy is: 0..1 of the half. */
    readonly reach: number;
  }[];
}

/** Reads the pixels of every plot's canvas, as drawn. */
function look(page: Page): Promise<Look> {
  return page.evaluate(() => ({
    busy: [...document.querySelectorAll('.jp-InputPrompt')].some((prompt) => prompt.textContent?.includes('*')),
    plots: [...document.querySelectorAll<HTMLElement>('.sl-Plot-stage')].map((stage) => {
      const canvas = stage.querySelector<HTMLCanvasElement>('canvas.sl-Plot-canvas');
      const kind = stage.getAttribute('aria-roledescription') ?? '';
      if (!canvas || canvas.width === 0) return { kind, ink: 0, reach: 0 };
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
      let ink = 0;
      let right = 0;
      for (let pixel = 0; pixel < data.length / 4; pixel += 1) {
        const [r, g, b, alpha] = data.subarray(4 * pixel, 4 * pixel + 4);
        if (alpha < 128 || Math.max(r, g, b) - Math.min(r, g, b) < 60) continue;
        ink += 1;
        const x = (pixel % canvas.width) + 1;
        if (x <= canvas.width / 2) right = Math.max(right, x);
      }
      return { kind, ink, reach: right / (canvas.width / 2) };
    }),
  }));
}

describe.skipIf(why !== undefined)(`quickstart in JupyterLab${why ? ` (${why})` : ''}`, () => {
  let lab: Lab;
  let browser: Browser;
  const looks: Look[] = [];
  let pictured = false;

  beforeAll(async () => {
    mkdirSync(outputFolder, { recursive: true });
    const data = process.env.SPIKELAB_DATA;
    lab = await startLab({ env: { ...(data && { SPIKELAB_DATA: data }) } });
    const notebook = readFileSync(join(root, 'notebooks/quickstart.ipynb'), 'utf8')
      .replace('let samples = 60_000;', 'let samples = 20_000;')
      .replace('let epochs = 2;', 'let epochs = 3;');
    writeFileSync(join(lab.folder, 'quickstart.ipynb'), notebook);
    browser = await startBrowser({ width: 1100, height: 1330 });
    const { page } = browser;
    await openNotebook(page, lab, 'quickstart.ipynb');
    await kernelIdle(page);
    await command(page, 'application:toggle-left-area');
    await command(page, 'notebook:clear-all-cell-outputs');
    const cells = JSON.parse(readFileSync(join(root, 'notebooks/quickstart.ipynb'), 'utf8')).cells as {
      cell_type: string;
    }[];
    for (const { cell_type } of cells.slice(0, -1)) {
      if (cell_type === 'code') await page.locator('.jp-Notebook .jp-mod-active').scrollIntoViewIfNeeded();
      const done = command(page, 'notebook:run-cell-and-select-next').then(() => true);
      while (!(await Promise.race([done, page.waitForTimeout(100).then(() => false)]))) await watch(page);
    }
    looks.push(await look(page));
    await page.waitForTimeout(500);
    await page.screenshot({ path: join(outputFolder, 'quickstart-end.png') });
  });

  /** Looks once, with raster and growing curves in sight; keeps a picture of them when most of the training is done. */
  async function watch(page: Page): Promise<void> {
    const curves = page.locator('.sl-Plot-stage[aria-roledescription*="curve"]').first();
    if ((await curves.count()) > 0) {
      await page
        .locator('.sl-Plot-stage[aria-roledescription*="raster"]')
        .first()
        .evaluate((stage) => stage.scrollIntoView({ block: 'start' }));
      await curves.scrollIntoViewIfNeeded();
    }
    looks.push(await look(page));
    if (pictured || (curvesAt(looks.at(-1)!)?.reach ?? 0) < 0.75) return;
    pictured = true;
    await page.screenshot({ path: join(outputFolder, 'quickstart.png') });
  }

  afterAll(async () => {
    await browser?.stop();
    await lab?.stop();
  });

  const curvesAt = (one: Look) => one.plots.find(({ kind }) => /curve/.test(kind));

  test('runs every cell without an error', async () => {
    expect(looks.at(-1)!.busy).toBe(false);
    const prompts = await browser.page.locator('.jp-CodeCell .jp-InputPrompt').allTextContents();
    expect(prompts.map((text) => Number(text.replace(/\D/g, '')))).toEqual(prompts.map((_, index) => index + 1));
    expect(
      await browser.page
        .locator(
          '.jp-RenderedText[data-mime-type="application/vnd.jupyter.error"], [data-mime-type="application/vnd.jupyter.stderr"]',
        )
        .count(),
    ).toBe(0);
  });

  test('draws the raster with the extension', async () => {
    const rasters = looks.at(-1)!.plots.filter(({ kind }) => /raster/.test(kind));
    expect(rasters.length).toBeGreaterThan(0);
    const raster = browser.page.locator('.sl-Plot-stage[aria-roledescription*="raster"]').last();
    await raster.scrollIntoViewIfNeeded();
    await browser.page.waitForTimeout(500);
    await raster.screenshot({ path: join(outputFolder, 'quickstart-raster.png') });
    const { plots } = await look(browser.page);
    expect(plots.filter(({ kind }) => /raster/.test(kind)).at(-1)!.ink).toBeGreaterThan(1000);
  });

  test('lets the curves grow to the right while the cell runs', async () => {
    const reached = looks.filter((one) => one.busy).flatMap((one) => curvesAt(one)?.reach ?? []);
    const growth = reached.filter((reach, index) => index > 0 && reach > reached[index - 1] + 0.002);
    expect(growth.length).toBeGreaterThanOrEqual(5);
    expect(Math.max(...reached) - Math.min(...reached)).toBeGreaterThan(0.3);
    expect(pictured).toBe(true);
  });

  test('leaves no error in the browser console', () => {
    expect(browser.console.filter((line) => /spikelab|sl-Plot|uncaught/i.test(line))).toEqual([]);
  });
});
