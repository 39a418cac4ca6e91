/**
 * `npm run lab` as a user has it: JupyterLab from `.venv` opens the quickstart notebook without a question, and Ctrl-C
 * ends it.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kernelIdle, missing, root, startBrowser, until, type Browser } from './lab.js';

describe.skipIf(missing !== undefined)(`npm run lab${missing ? ` (${missing})` : ''}`, () => {
  const home = mkdtempSync(join(tmpdir(), 'spikelab-lab-command-'));
  let lab: ChildProcess;
  let browser: Browser;
  let log = '';

  beforeAll(async () => {
    const env = { PATH: process.env.PATH, LANG: 'C.UTF-8', HOME: home };
    lab = spawn(
      process.execPath,
      ['scripts/lab.mjs', '--no-browser', '--expose-app-in-browser', '--ServerApp.port=0'],
      { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    for (const stream of [lab.stdout, lab.stderr]) stream?.on('data', (chunk: Buffer) => (log += chunk.toString()));
    await until(90_000, 'JupyterLab says where it is', async () => /file:\/\/\S+-open\.html/.test(log));
    browser = await startBrowser();
    // The page that JupyterLab itself would give to the user's browser.
    await browser.page.goto(/file:\/\/\S+-open\.html/.exec(log)![0]);
    await browser.page.waitForSelector('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell');
    await kernelIdle(browser.page);
  });

  afterAll(async () => {
    await browser?.stop();
    lab?.kill('SIGTERM');
    rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  });

  test('opens the notebook with the kernel, and nothing in front of it', async () => {
    const { page } = browser;
    expect(await page.locator('.lm-DockPanel-tabBar .lm-TabBar-tabLabel').allTextContents()).toEqual([
      'quickstart.ipynb',
    ]);
    expect(await page.locator('.jp-Toolbar-kernelName').first().textContent()).toContain('TypeScript (Spikelab)');
    await page.waitForTimeout(2000); // a question about news or updates comes late
    expect(await page.locator('.jp-Dialog, .Toastify__toast').count()).toBe(0);
  });

  test('draws the stored raster with the extension', async () => {
    await browser.page
      .locator('.sl-Plot-stage[aria-roledescription*="raster"] canvas')
      .first()
      .waitFor({ state: 'attached' });
  });

  test('ends on Ctrl-C with exit code 0 and without a question', async () => {
    await browser.stop();
    const ended = new Promise((resolve) => lab.once('exit', resolve));
    lab.kill('SIGINT');
    expect(await ended).toBe(0);
    expect(log).not.toMatch(/Traceback|Error:/);
  });
});
