/**
 * A released assignment as a student has it in JupyterLab: cells are reached, answered and run by keyboard, and the
 * check below each says in a sentence what is wrong, and then that all is well.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { released } from '../course/released.js';
import { readNotebook, sourceOf } from '../course/submissions.js';
import {
  kernelIdle,
  missing,
  openNotebook,
  root,
  startBrowser,
  startLab,
  until,
  type Browser,
  type Lab,
} from './lab.js';

const kernelSpec = join(root, '.venv/share/jupyter/kernels/spikelab/kernel.json');
const why = missing ?? (existsSync(kernelSpec) ? undefined : 'the kernel is not installed in .venv: npm run setup');

const name = '1-one-neuron.ipynb';
const assignment = released(readNotebook(join(root, 'notebooks/classroom', name)));
const cellOf = (id: string): number => assignment.cells.findIndex(({ metadata }) => metadata.nbgrader?.grade_id === id);

/** What a cell has printed, once it has run. */
async function outputOf(page: Page, cell: number): Promise<string> {
  await until(60_000, `cell ${cell} has run`, () =>
    page.evaluate((n) => {
      const text = document.querySelector(`.jp-Cell[data-windowed-list-index="${n}"] .jp-InputPrompt`)?.textContent;
      return /\d/.test(text ?? '');
    }, cell),
  );
  await kernelIdle(page);
  return page.locator(`.jp-Cell[data-windowed-list-index="${cell}"] .jp-OutputArea`).innerText();
}

/** Replaces the text of the cell that is active, and runs it and the check behind it. */
async function answer(page: Page, text: string): Promise<void> {
  await page.keyboard.press('Enter');
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText(text);
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.press('Shift+Enter');
}

describe.skipIf(why !== undefined)(`an assignment in JupyterLab${why ? ` (${why})` : ''}`, () => {
  let lab: Lab;
  let browser: Browser;
  beforeAll(async () => {
    lab = await startLab();
    writeFileSync(join(lab.folder, name), JSON.stringify(assignment));
    browser = await startBrowser();
    await openNotebook(browser.page, lab, name);
    await kernelIdle(browser.page);
  });
  afterAll(async () => {
    await browser?.stop();
    await lab?.stop();
  });

  test('a wrong answer is told what was expected and what came, a right one has its points; all by keyboard', async () => {
    const { page } = browser;
    const [task, check] = [cellOf('leak'), cellOf('leak-check')];
    expect(sourceOf(assignment.cells[task])).toContain('YOUR CODE HERE');
    await page.locator('.jp-Cell[data-windowed-list-index="0"]').click();
    await page.keyboard.press('Escape');
    for (let n = 0; n < task; n++) await page.keyboard.press('ArrowDown');
    await answer(
      page,
      'const leak = (v: number, tau: number): number => v / tau;\nconst halfLife = (tau: number): number => 46;',
    );
    const wrong = await outputOf(page, check);
    expect(wrong).toContain('✗ leak: 0 of 1. expected 7.875, got 0.125.');
    expect(wrong).toContain('A step takes v/tau away');
    expect(wrong).toContain('✗ half-life of 64 steps: 0 of 1. expected 45, got 46. Start at 1');

    for (let n = check + 1; n > task; n--) await page.keyboard.press('ArrowUp');
    await answer(
      page,
      'const leak = (v: number, tau: number): number => v * (1 - 1 / tau);\n' +
        'const halfLife = (tau: number): number => Math.ceil(Math.log(0.5) / Math.log(1 - 1 / tau));',
    );
    await until(60_000, 'the check says that all is well', async () =>
      (await outputOf(page, check)).includes('✓ leak: 1 of 1\n✓ half-life of 64 steps: 1 of 1'),
    );
  });
});
