/**
 * What JupyterLab does with the kernel's optional features: its debugger on a TypeScript cell, as a user works with it
 * (switch it on, click a breakpoint, run, look at the variables, go on), and comms, which it sends over a subshell.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  command,
  kernelIdle,
  missing,
  openNotebook,
  outputFolder,
  restartKernel,
  root,
  startBrowser,
  startLab,
  until,
  type Browser,
  type Lab,
} from './lab.js';

const kernelSpec = join(root, '.venv/share/jupyter/kernels/spikelab/kernel.json');
const why = missing ?? (existsSync(kernelSpec) ? undefined : 'the kernel is not installed in .venv: npm run setup');

const cells = [
  'interface Neuron { v: number; threshold: number }\nlet spikes = 0;',
  'function step(neuron: Neuron, current: number): boolean {\n  neuron.v += current;\n  return neuron.v >= neuron.threshold;\n}\nconst neuron: Neuron = { v: 0, threshold: 20 };\nfor (let t = 0; t < 3; t++) if (step(neuron, 12)) spikes++;\nspikes',
];
const notebook = {
  metadata: { kernelspec: { name: 'spikelab', display_name: 'TypeScript (Spikelab)', language: 'typescript' } },
  nbformat: 4,
  nbformat_minor: 5,
  cells: cells.map((source, n) => ({
    cell_type: 'code',
    id: `cell-${n}`,
    metadata: {},
    source,
    outputs: [],
    execution_count: null,
  })),
};

describe.skipIf(why !== undefined)(`the kernel in JupyterLab${why ? ` (${why})` : ''}`, () => {
  let lab: Lab;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    mkdirSync(outputFolder, { recursive: true });
    lab = await startLab();
    writeFileSync(join(lab.folder, 'debug.ipynb'), JSON.stringify(notebook));
    browser = await startBrowser({ width: 1500, height: 900 });
    page = browser.page;
    await openNotebook(page, lab, 'debug.ipynb');
    await kernelIdle(page);
  });

  afterAll(async () => {
    await browser?.stop();
    await lab?.stop();
  });

  const text = (selector: string): Promise<string> => page.locator(selector).first().innerText();
  const stoppedAt = (line: string) =>
    until(30_000, `the frame at line ${line}`, async () =>
      (await page.locator('.jp-DebuggerCallstackFrame').allInnerTexts()).some((frame) => frame.includes(`:${line}`)),
    );

  test('is on after a click on its button, and lists the variables of the cells', async () => {
    // JupyterLab draws the button before it has asked the kernel, and draws it anew then: a click in between goes
    // nowhere, and a person clicks again.
    await until(60_000, 'the pressed button', async () => {
      const pressed = page.locator('.jp-DebuggerBugButton[aria-pressed="true"]').first();
      if ((await pressed.count()) > 0) return true;
      await page.locator('.jp-DebuggerBugButton[aria-disabled="false"]').first().click();
      return pressed.waitFor({ timeout: 30_000 }).then(
        () => true,
        () => false,
      );
    });
    await page.locator('.jp-Cell').nth(0).click();
    await command(page, 'notebook:run-cell-and-select-next');
    await until(30_000, 'the variable spikes', async () => (await text('.jp-DebuggerVariables')).includes('spikes'));
  });

  test('stops at the breakpoint that was clicked, shows the names of the user, goes on', async () => {
    const second = page.locator('.jp-Cell').nth(1);
    await second.locator('.cm-content').click();
    // Line 2; the first element of a gutter is its measure.
    await second.locator('.cm-breakpoint-gutter .cm-gutterElement').nth(2).click();
    await until(30_000, 'the breakpoint in the panel', async () =>
      /line 2|:2|\b2\b/.test(await text('.jp-DebuggerBreakpoints')),
    );
    const done = command(page, 'notebook:run-cell');
    await stoppedAt('2');
    await until(
      30_000,
      'the variables',
      async () =>
        /neuron/.test(await text('.jp-DebuggerVariables')) && /current/.test(await text('.jp-DebuggerVariables')),
    );
    await page.waitForTimeout(500);
    await page.screenshot({ path: join(outputFolder, 'debugger.png') });
    expect(
      await page.locator('.jp-DebuggerEditor-highlight, .jp-mod-debugger-highlight, [class*="highlight"]').count(),
    ).toBeGreaterThan(0);
    const shown = await text('.jp-DebuggerVariables');
    expect(shown.replace(/\s+/g, ' ')).toContain('neuron { v: 0, threshold: 20 } current 12');
    await command(page, 'debugger:next');
    await stoppedAt('3');
    for (let turn = 0; turn < 3; turn++) {
      await command(page, 'debugger:continue');
      if (turn < 2) await stoppedAt('2');
    }
    await done;
    expect(await second.locator('.jp-OutputArea-output').innerText()).toBe('2');
    await page.screenshot({ path: join(outputFolder, 'debugger-end.png') });
  });

  test('after a restart while it is paused, the breakpoint still stands', async () => {
    void command(page, 'notebook:run-cell').catch(() => {}); // the restart cancels it
    await stoppedAt('2');
    await restartKernel(page);
    await kernelIdle(page);
    await until(
      30_000,
      'an empty call stack',
      async () => (await page.locator('.jp-DebuggerCallstackFrame').count()) === 0,
    );
    // JupyterLab gives a new kernel the breakpoints in its own time.
    await until(30_000, 'the breakpoint in the new kernel', () =>
      page.evaluate(async () => {
        interface Kernel {
          requestDebug(request: object): { done: Promise<{ content: { body: { breakpoints: object[] } } }> };
        }
        const app = (
          globalThis as unknown as {
            jupyterapp: { shell: { currentWidget: { sessionContext: { session: { kernel: Kernel } } } } };
          }
        ).jupyterapp;
        const { content } = await app.shell.currentWidget.sessionContext.session.kernel.requestDebug({
          seq: 1,
          type: 'request',
          command: 'debugInfo',
          arguments: {},
        }).done;
        return content.body.breakpoints.length > 0;
      }),
    );
    await page.locator('.jp-Cell').nth(0).click();
    await command(page, 'notebook:run-cell-and-select-next');
    const done = command(page, 'notebook:run-cell');
    for (let turn = 0; turn < 3; turn++) {
      await stoppedAt('2');
      await command(page, 'debugger:continue');
    }
    await done;
    expect(await page.locator('.jp-Cell').nth(1).locator('.jp-OutputArea-output').innerText()).toBe('2');
  });

  test('has its comms answered over a subshell while a cell of the notebook waits', async () => {
    const answered = await page.evaluate(async () => {
      interface Comm {
        onMsg: (message: { content: { data: { n: number } } }) => void;
        open(data: object): { done: Promise<unknown> };
        send(data: object): { done: Promise<unknown> };
        readonly subshellId: string | null;
        readonly subshellStarted: Promise<void>;
      }
      interface Kernel {
        requestExecute(content: object): { done: Promise<{ content: { status: string } }> };
        createComm(target: string): Comm;
      }
      const app = (
        globalThis as unknown as {
          jupyterapp: { shell: { currentWidget: { sessionContext: { session: { kernel: Kernel } } } } };
        }
      ).jupyterapp;
      const { kernel } = app.shell.currentWidget.sessionContext.session;
      await kernel.requestExecute({
        code: 'let heard = 0; comms.register("echo", (comm) => { comm.onMessage = ({ data }) => { heard = Number(data.n); comm.send({ n: heard + 1 }) } })',
      }).done;
      const waiting = kernel.requestExecute({
        code: 'while (heard === 0) await new Promise((resolve) => setTimeout(resolve, 5)); heard',
      }).done;
      const comm = kernel.createComm('echo');
      await comm.subshellStarted;
      const reply = new Promise<number>((resolve) => (comm.onMsg = (message) => resolve(message.content.data.n)));
      await comm.open({}).done;
      await comm.send({ n: 41 }).done;
      return { subshell: comm.subshellId, n: await reply, cell: (await waiting).content.status };
    });
    expect(answered).toEqual({ subshell: expect.stringMatching(/^[\da-f-]{36}$/), n: 42, cell: 'ok' });
  });

  test('is asked for the membrane of a neuron that was not recorded when its row is pinned', async () => {
    const source = `const { test } = await datasets.strokes({ train: 20, test: 4, seed: 1 });
const net = classifier({ hidden: [20], steps: 60, seed: 3, threads: 1 });
show(raster([await net.run(test.at(0)), await net.run(test.at(1))]));`;
    const [cell] = notebook.cells;
    writeFileSync(join(lab.folder, 'membrane.ipynb'), JSON.stringify({ ...notebook, cells: [{ ...cell, source }] }));
    await openNotebook(page, lab, 'membrane.ipynb');
    await kernelIdle(page);
    await command(page, 'notebook:run-all-cells');
    const plot = page.locator('.jp-NotebookPanel:not(.lm-mod-hidden) .sl-Plot');
    const caption = plot.locator('.sl-Plot-table caption');
    await until(60_000, 'a drawn raster', async () => (await caption.count()) === 1);
    await page.mouse.move(5, 5); // the keyboard's cursor alone
    const pinHidden = async (): Promise<void> => {
      await plot.getByRole('application').focus();
      for (const key of ['ArrowRight', 'Home', 'PageUp', 'PageUp', 'PageDown', 'Enter']) await page.keyboard.press(key);
    };
    await pinHidden();
    await until(60_000, 'the membrane', async () =>
      /hidden1 · neuron 0: membrane from \S+ to [\d.]+, threshold/.test((await caption.textContent()) ?? ''),
    );
    await page.screenshot({ path: join(outputFolder, 'kernel-membrane.png') });
    expect(await plot.getByRole('slider', { name: 'Sample' }).getAttribute('aria-valuetext')).toMatch(
      /^sample 1 of 2 · true class \d · predicted \d [✓✗]$/,
    );
    await page.keyboard.press('Backspace');
    await restartKernel(page);
    await kernelIdle(page);
    await pinHidden();
    await until(60_000, 'the sentence', async () =>
      ((await caption.textContent()) ?? '').includes('the kernel does not know this run any more: run its cell again'),
    );
  });

  test('tells the panel of its trainings, also when the page is loaded anew, and ends one without an interrupt', async () => {
    const sources = [
      `const { train } = await datasets.strokes({ train: 200, test: 4, seed: 1 });
const net = classifier({ hidden: [20], steps: 40, seed: 3, threads: 1 });
await net.fit(train, { epochs: 100_000 });`,
      'net.history.plannedEpochs',
    ];
    const file = join(lab.folder, 'training.ipynb');
    const [cell] = notebook.cells;
    const training = sources.map((source, k) => ({ ...cell, id: `training-${k}`, source }));
    writeFileSync(file, JSON.stringify({ ...notebook, cells: training }));
    const panel = page.locator('.sl-Trainings');
    const says = (what: RegExp): Promise<void> =>
      until(60_000, `${String(what)} in the panel`, async () => what.test((await panel.textContent()) ?? ''));
    const openIt = async (): Promise<void> => {
      await openNotebook(page, lab, 'training.ipynb');
      await page.evaluate(() => {
        (
          globalThis as unknown as { jupyterapp: { shell: { activateById(id: string): void } } }
        ).jupyterapp.shell.activateById('spikelab-trainings');
      });
    };
    let interrupts = 0;
    const count = (request: { url(): string }): void => void (interrupts += Number(/\/interrupt/.test(request.url())));
    page.on('request', count);
    await openIt();
    await kernelIdle(page);
    await page.locator('.jp-Cell').nth(0).click();
    void command(page, 'notebook:run-cell').catch(() => {}); // loading the page anew forgets it
    await says(/training\.ipynb.*training · epoch/s);
    await openIt();
    await says(/training\.ipynb.*training · epoch/s);
    const epoch = async (): Promise<string> => /epoch [\d.]+/.exec((await panel.textContent()) ?? '')?.[0] ?? '';
    const seen = await epoch();
    await until(60_000, 'news of it', async () => ![seen, ''].includes(await epoch()));
    await page.screenshot({ path: join(outputFolder, 'kernel-panel-reloaded.png') });
    const stop = panel.getByRole('button', { name: 'Stop' });
    await until(60_000, 'the end of the training', async () => {
      if (/No training|stopped at epoch/.test((await panel.textContent()) ?? '')) return true;
      await stop.press('Enter', { timeout: 10_000 }).catch(() => undefined); // it may have gone meanwhile
      return false;
    });
    await page.locator('.jp-Cell').nth(1).click();
    await command(page, 'notebook:run-cell');
    const shown = page
      .locator('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell')
      .nth(1)
      .locator('.jp-OutputArea-output');
    await until(60_000, 'the network as it was left', async () => (await shown.allInnerTexts()).join('') === '100000');
    expect(interrupts).toBe(0);
    page.off('request', count);

    // A restart ends it, and panel and plot say so at once, whatever the last news were.
    await page.locator('.jp-Cell').nth(0).click();
    void command(page, 'notebook:run-cell').catch(() => {}); // the restart cancels it
    await says(/training\.ipynb.*training · epoch/s);
    await restartKernel(page);
    await says(/training\.ipynb.*stopped at epoch/s);
    const caption = page.locator('.jp-NotebookPanel:not(.lm-mod-hidden) .sl-Plot-table caption');
    await until(60_000, 'stopped, below the cell', async () =>
      /stopped at epoch/.test((await caption.first().textContent()) ?? ''),
    );
    expect(await panel.getByRole('button', { name: 'Stop' }).isDisabled()).toBe(true);
  });

  test('leaves no error in the browser console', () => {
    // A restart cancels what JupyterLab has asked, and it says so.
    expect(
      browser.console.filter((line) => /debug|spikelab|uncaught/i.test(line) && !/Canceled future/.test(line)),
    ).toEqual([]);
  });
});
