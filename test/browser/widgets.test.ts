/**
 * Widgets in JupyterLab with the real front ends, jupyterlab_widgets and anywidget, as a user works with them: drag a
 * slider and see the raster follow, click, choose, several views, reload, restart.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
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
  until,
} from './lab.js';
import type { Browser, Lab } from './lab.js';

const share = join(root, '.venv/share/jupyter');
const needed = ['kernels/spikelab', 'labextensions/@jupyter-widgets/jupyterlab-manager', 'labextensions/anywidget'];
const lacking = needed.find((name) => !existsSync(join(share, name)));
const why = missing ?? (lacking && `no ${lacking} in .venv: npm run setup`);

const esm = `export default { render({ model, el, experimental }) {
  const button = document.createElement('button'); button.className = 'own';
  const show = () => { button.textContent = 'count ' + model.get('count') + ', sum ' + sum(model.get('data')); };
  const sum = (view) => { let all = 0; for (let at = 0; at < view.byteLength; at += 4) all += view.getFloat32(at, true); return all; };
  button.onclick = () => {
    model.set('count', model.get('count') + 1);
    model.set('data', new DataView(new Float32Array([1, 2, model.get('count')]).buffer));
    model.save_changes();
    experimental.invoke('twice', 21).then(([answer]) => { button.dataset.answer = answer; });
  };
  model.on('change:count', show); model.on('change:data', show); show(); el.append(button);
} }`;

const cells = [
  `const layers = (threshold: number) => sequential([input(28, 28), dense(30, { threshold }), dense(10)], { steps: 60, seed: 3, threads: 1 });
const digit = (await datasets.strokes({ train: 1, test: 1 })).test.at(0);
const shown = interact(async ({ threshold }) => { console.log('threshold', threshold); show(raster(await layers(threshold).run(digit), { title: 'threshold ' + threshold })); }, { threshold: slider({ label: 'threshold', min: 1, max: 30, value: 4 }) });`,
  `const s = slider({ label: 'value', max: 10, value: 3 });
const log: unknown[] = [];
const choice = dropdown({ label: 'choice', options: { first: 1, second: 2 } });
choice.onChange((value) => { log.push(value); console.log('chosen', value); });
const go = button('Go', () => { s.value = 9; log.push('clicked'); });
const yes = checkbox({ label: 'yes' }); const words = text({ label: 'words', value: 'a' });
row(s, choice, go)`,
  'column(s, yes, words, rangeSlider({ label: "range", max: 8, value: [2, 5] }), play({ max: 5 }))',
  `const own = widget({ esm: ${JSON.stringify(esm)}, css: '.own { color: rgb(1, 2, 3); }', state: { count: 1, data: new Float32Array([1.5, 2]) }, commands: { twice: (n) => 2 * (n as number) } }); own`,
  'JSON.stringify([s.value, choice.value, yes.value, words.value, log, own.get("count"), own.get("data")])',
  's.close(); own.set({ count: 40 })',
];
const notebook = {
  metadata: { kernelspec: { name: 'spikelab', display_name: 'TypeScript (Spikelab)', language: 'typescript' } },
  nbformat: 4,
  nbformat_minor: 5,
  cells: cells.map((source, n) => ({
    ...{ cell_type: 'code', id: `cell-${n}`, metadata: {}, source, outputs: [], execution_count: null },
  })),
};

describe.skipIf(why !== undefined)(`widgets in JupyterLab${why ? ` (${why})` : ''}`, () => {
  let lab: Lab;
  let browser: Browser;
  let page: Page;

  const cell = (n: number): Locator => page.locator('.jp-Cell').nth(n);
  const output = (n: number): Locator => cell(n).locator('.jp-OutputArea');
  const run = async (n: number): Promise<void> => {
    await cell(n).locator('.cm-content').click();
    await command(page, 'notebook:run-cell');
  };
  /** The value of a text in a cell's output, as soon as it matches. */
  const says = (n: number, what: RegExp): Promise<void> =>
    until(60_000, `${what} in cell ${n}`, async () => what.test(await output(n).first().innerText()));
  const picture = (n: number): Promise<string> =>
    output(n)
      .first()
      .locator('canvas')
      .first()
      .evaluate((canvas) => (canvas as unknown as { toDataURL(): string }).toDataURL());
  /** Drags a slider's handle by so many pixels. */
  const drag = async (slider: Locator, pixels: number): Promise<void> => {
    const box = (await slider.locator('.noUi-handle').first().boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2 + pixels, box.y + box.height / 2, { steps: 5 });
    await page.mouse.up();
  };

  beforeAll(async () => {
    mkdirSync(outputFolder, { recursive: true });
    const data = process.env['SPIKELAB_DATA'];
    lab = await startLab({ env: { ...(data && { SPIKELAB_DATA: data }) } });
    const explore = readFileSync(join(root, 'notebooks/explore.ipynb'), 'utf8');
    writeFileSync(join(lab.folder, 'explore.ipynb'), explore.replace('= 6_000;', '= 1_500;')); // its parameter
    writeFileSync(join(lab.folder, 'widgets.ipynb'), JSON.stringify(notebook));
    browser = await startBrowser({ width: 1300, height: 1600 });
    page = browser.page;
    await openNotebook(page, lab, 'widgets.ipynb');
    await kernelIdle(page);
  });
  afterAll(async () => {
    await browser?.stop();
    await lab?.stop();
  });

  test('dragging a slider simulates anew and redraws the raster in its place', async () => {
    await run(0);
    await output(0).locator('.widget-slider').first().waitFor();
    await says(0, /threshold 4/);
    await until(60_000, 'the raster', async () => (await output(0).locator('canvas').count()) > 0);
    const before = await picture(0);
    const outputs = await output(0).locator('.jp-OutputArea-child').count();
    await drag(output(0).locator('.widget-slider').first(), 120);
    await until(60_000, 'another raster', async () => (await picture(0)) !== before);
    await until(60_000, 'its text', async () => !/threshold 4\n/.test(`${await output(0).first().innerText()}\n`));
    expect(await output(0).locator('.jp-OutputArea-child').count()).toBe(outputs);
    await page.screenshot({ path: join(outputFolder, 'widgets-raster.png') });
  });

  test('controls set values here and there; handlers print under the cell that set them', async () => {
    for (const n of [1, 2, 3]) await run(n);
    await output(3).locator('button.own').waitFor();
    await output(1).locator('select').first().selectOption({ label: 'second' });
    await says(1, /chosen 2/);
    await output(1).locator('button', { hasText: 'Go' }).click();
    // Two views of one slider, in two cells.
    await until(60_000, 'the slider in both cells', async () =>
      (await Promise.all([1, 2].map((n) => output(n).locator('.widget-readout').first().innerText()))).every(
        (value) => value === '9',
      ),
    );
    await output(2).locator('input[type="checkbox"]').first().check();
    const field = output(2).locator('input[type="text"]').first();
    await field.fill('typed');
    await field.press('Enter');
    await output(3).locator('button.own').click();
    await until(
      60_000,
      "the widget's own text",
      async () => (await output(3).locator('button.own').innerText()) === 'count 2, sum 5',
    );
    await output(3).locator('button.own[data-answer="42"]').waitFor();
    expect(
      await output(3)
        .locator('button.own')
        .evaluate((own) => getComputedStyle(own).color),
    ).toBe('rgb(1, 2, 3)');
    await page.screenshot({ path: join(outputFolder, 'widgets-controls.png') });
    await until(60_000, 'every value in the kernel', async () => {
      await run(4);
      await kernelIdle(page);
      return (await output(4).first().innerText()).includes('[9,2,true,"typed",[2,"clicked"],2,{"0":1,"1":2,"2":2}]');
    });
  });

  test('after a reload of the page the widgets are there with their values, and work', async () => {
    await command(page, 'docmanager:save');
    await openNotebook(page, lab, 'widgets.ipynb');
    await kernelIdle(page);
    await until(
      60_000,
      'the slider with its value',
      async () =>
        (await output(1)
          .locator('.widget-readout')
          .first()
          .innerText()
          .catch(() => '')) === '9',
    );
    await output(3).locator('button.own').click();
    await until(
      60_000,
      'one more',
      async () => (await output(3).locator('button.own').innerText()) === 'count 3, sum 6',
    );
    const fallen = browser.console.filter((line) => /jupyter\.widget\.control|fallback/.test(line));
    expect(fallen).toEqual([]);
  });

  test('a closed widget leaves its views; after a restart the notebook runs again', async () => {
    await run(5);
    await until(60_000, 'no view of the slider', async () => (await output(1).locator('.widget-slider').count()) === 0);
    await until(60_000, 'the other widget', async () =>
      (await output(3).locator('button.own').innerText()).startsWith('count 40'),
    );
    void command(page, 'kernelmenu:restart').catch(() => {}); // ends with the dialog
    await page.locator('.jp-Dialog button.jp-mod-warn').click();
    await kernelIdle(page);
    await run(3);
    await until(
      60_000,
      'a new widget',
      async () =>
        (await output(3)
          .locator('button.own')
          .innerText()
          .catch(() => '')) === 'count 1, sum 3.5',
    );
  });

  test('notebooks/explore.ipynb: the raster follows threshold, tauM and brightness', async () => {
    await openNotebook(page, lab, 'explore.ipynb');
    await kernelIdle(page);
    const last = page.locator('.jp-Cell', { hasText: 'explore.controls.threshold.value' }).last();
    const controls = page.locator('.jp-Cell', { hasText: 'const explore = interact' }).last();
    void command(page, 'notebook:run-all-cells').catch(() => {});
    await until(180_000, 'the last cell', async () => /threshold: \d/.test(await last.innerText()));
    await kernelIdle(page);
    const title = (): Promise<string> => controls.locator('.jp-OutputArea').innerText();
    const canvas = (): Promise<string> =>
      controls
        .locator('canvas')
        .first()
        .evaluate((drawn) => (drawn as unknown as { toDataURL(): string }).toDataURL());
    for (const [n, pixels] of [
      [0, -40],
      [1, 60],
      [2, -50],
    ] as const) {
      const [text, before] = [await title(), await canvas()];
      const slider = controls.locator('.widget-slider').nth(n);
      await slider.scrollIntoViewIfNeeded();
      await drag(slider, pixels);
      await until(60_000, 'another raster', async () => (await canvas()) !== before && (await title()) !== text);
      await kernelIdle(page);
    }
    await controls.locator('.widget-slider').first().scrollIntoViewIfNeeded();
    await page.screenshot({ path: join(outputFolder, 'explore.png') });
  });
});
