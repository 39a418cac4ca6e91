/**
 * The extension in a real JupyterLab and a real Chromium: stored outputs, theme, zoom, keyboard, live updates, hostile
 * outputs, memory. The kernel is IPython's, as for anybody who sends these MIME types; the TypeScript kernel has a test
 * of its own.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { figureMime } from '../../src/plot/figurePayload.js';
import { rasterMime } from '../../src/plot/payload.js';
import {
  axeViolations,
  command,
  kernelIdle,
  missing,
  openNotebook,
  outputFolder,
  root,
  startBrowser,
  startLab,
  until,
  type Browser,
  type Lab,
} from './lab.js';
import { scenes } from '../plot/scenes.js';
import { curves, curvesOutput, mnistLikeRaster, notebook, output, rasterOutput, samplesRaster } from './outputs.js';

let lab: Lab;
let browser: Browser;
let prefix: string;

const rasterText = 'raster: 15,513 spikes, 894 neurons, 400 steps';
const stored = notebook([
  { source: '# a raster', outputs: [withPng(rasterOutput(mnistLikeRaster(), rasterText))] },
  { source: '# curves', outputs: [withVega(curvesOutput(curves(3.4), 'curves: epoch 3.4 of 5'))] },
]);

beforeAll(async () => {
  if (missing) return;
  mkdirSync(outputFolder, { recursive: true });
  prefix = mkdtempSync(join(tmpdir(), 'spikelab-prefix-'));
  execFileSync(process.execPath, ['scripts/build-extension.mjs'], { cwd: root });
  execFileSync(process.execPath, ['dist/src/cli/main.js', 'install', '--prefix', prefix], { cwd: root });
  [lab, browser] = await Promise.all([startLab({ prefixes: [prefix] }), startBrowser()]);
});

afterAll(async () => {
  await browser?.stop();
  await lab?.stop();
  if (prefix) rmSync(prefix, { recursive: true, force: true });
});

beforeEach((context) => {
  if (missing) context.skip(missing);
});

/** A stored output also carries pictures for readers without the extension: these must lose. */
function withPng(output: Record<string, unknown>): Record<string, unknown> {
  const onePixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
  return { ...output, data: { ...(output.data as object), 'image/png': onePixel } };
}
function withVega(output: Record<string, unknown>): Record<string, unknown> {
  const spec = { data: { values: [{ x: 1 }] }, mark: 'point', encoding: { x: { field: 'x' } } };
  return { ...output, data: { ...(output.data as object), 'application/vnd.vegalite.v5+json': spec } };
}

async function open(name: string, text: string): Promise<{ plots: Locator }> {
  writeFileSync(join(lab.folder, name), text);
  await openNotebook(browser.page, lab, name);
  return { plots: browser.page.locator('.sl-Plot') };
}

interface Ink {
  /** Pixels nearly opaque: marks, lines, letters. */
  readonly count: number;
  /** Their mean brightness, 0..255. */
  readonly brightness: number;
  readonly width: number;
}

/** What is on the picture of a plot. */
function ink(plot: Locator): Promise<Ink> {
  return plot.locator('.sl-Plot-canvas').evaluate((node) => {
    const canvas = node as unknown as {
      width: number;
      height: number;
      getContext(kind: '2d'): { getImageData(x: number, y: number, w: number, h: number): { data: Uint8ClampedArray } };
    };
    if (canvas.width === 0) return { count: 0, brightness: 0, width: 0 };
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    let count = 0;
    let sum = 0;
    for (let p = 0; p < data.length; p += 4) {
      if (data[p + 3] < 200) continue;
      count++;
      sum += (data[p] + data[p + 1] + data[p + 2]) / 3;
    }
    return { count, brightness: count ? sum / count : 0, width: canvas.width };
  });
}

async function drawn(plot: Locator): Promise<Ink> {
  await plot.scrollIntoViewIfNeeded();
  await until(10_000, 'ink on the canvas', async () => (await ink(plot)).count > 1000);
  return ink(plot);
}

const reset = (plot: Locator): Locator => plot.getByRole('button', { name: /Show everything/ });

test('stored outputs are drawn at once, in the theme’s colours, and again when the theme changes', async () => {
  const { plots } = await open('stored.ipynb', stored);
  const { page } = browser;
  await until(20_000, 'two plots', async () => (await plots.count()) === 2);
  const light = [await drawn(plots.nth(0)), await drawn(plots.nth(1))];
  expect(await axeViolations(page, '.sl-Plot')).toEqual([]);
  expect(await plots.nth(0).getByRole('application').getAttribute('aria-label')).toBe(rasterText);
  await plots.nth(0).scrollIntoViewIfNeeded();
  await page.screenshot({ path: join(outputFolder, 'extension-light.png') });

  await command(page, 'apputils:change-theme', { theme: 'JupyterLab Dark' });
  for (const [k, before] of light.entries()) {
    await until(
      10_000,
      `plot ${k} in light colours on dark`,
      async () => (await ink(plots.nth(k))).brightness > before.brightness + 15,
    );
  }
  expect(await axeViolations(page, '.sl-Plot')).toEqual([]);
  await plots.nth(0).scrollIntoViewIfNeeded();
  await page.screenshot({ path: join(outputFolder, 'extension-dark.png') });
  await command(page, 'apputils:change-theme', { theme: 'JupyterLab Light' });
  await until(
    10_000,
    'light theme again',
    async () => Math.abs((await ink(plots.nth(0))).brightness - light[0].brightness) < 2,
  );
  expect(browser.console.filter((line) => /spikelab|sl-Plot|uncaught/i.test(line))).toEqual([]);
});

test('the pointer reads spikes, a drag zooms, a double click shows everything', async () => {
  const { plots } = await open('zoom.ipynb', stored);
  const { page } = browser;
  const raster = plots.nth(0);
  const whole = await drawn(raster);
  const box = (await raster.boundingBox())!;
  await page.mouse.move(box.x + 300, box.y + 250);
  const tooltip = raster.getByRole('status');
  await until(5000, 'tooltip', async () => /^hidden1 · neuron/.test((await tooltip.textContent()) ?? ''));
  expect(await reset(raster).isDisabled()).toBe(true);
  expect(await axeViolations(page, '.sl-Plot')).toEqual([]); // with the value that is read

  await page.mouse.down();
  await page.mouse.move(box.x + 420, box.y + 252, { steps: 5 });
  await page.screenshot({ path: join(outputFolder, 'extension-select.png') });
  await page.mouse.up();
  expect(await reset(raster).isDisabled()).toBe(false);
  await until(5000, 'fewer spikes', async () => (await ink(raster)).count < whole.count * 0.8);
  await page.screenshot({ path: join(outputFolder, 'extension-zoomed.png') });
  await page.mouse.dblclick(box.x + 300, box.y + 250);
  await until(5000, 'everything again', async () => (await ink(raster)).count === whole.count);
});

test('the wheel scrolls the notebook past a plot, and zooms one that has the focus', async () => {
  const { plots } = await open('wheel.ipynb', stored);
  const { page } = browser;
  const raster = plots.nth(0);
  await drawn(raster);
  const before = (await raster.boundingBox())!;
  await page.mouse.move(before.x + 300, before.y + 200);
  await page.mouse.wheel(0, 60);
  await until(5000, 'the notebook scrolls', async () => (await raster.boundingBox())!.y < before.y - 20);
  expect(await reset(raster).isDisabled()).toBe(true);
  const now = (await raster.boundingBox())!;
  await page.mouse.click(before.x + 300, before.y + 200);
  await page.mouse.wheel(0, -240);
  await until(5000, 'the view is zoomed', async () => !(await reset(raster).isDisabled()));
  expect((await raster.boundingBox())!.y).toBe(now.y);
});

test('all of it works from the keyboard, and the notebook’s shortcuts stay out of it', async () => {
  const { plots } = await open('keys.ipynb', stored);
  const { page } = browser;
  const raster = plots.nth(0);
  await drawn(raster);
  await raster.getByRole('application').focus();
  for (const key of ['a', 'b', 'd', 'd', 'x']) await page.keyboard.press(key); // insert, insert, delete, cut
  expect(await page.locator('.jp-Notebook .jp-Cell').count()).toBe(2);
  await page.keyboard.press('ArrowRight');
  const tooltip = raster.getByRole('status');
  expect(await tooltip.textContent()).toContain('neuron 0');
  await page.keyboard.press('ArrowDown');
  expect(await tooltip.textContent()).toContain('neuron 1');
  await page.keyboard.press('+');
  await until(5000, 'zoomed', async () => !(await reset(raster).isDisabled()));
  await page.keyboard.press('0');
  await until(5000, 'everything', async () => reset(raster).isDisabled());
  await page.keyboard.press('Escape');
  await page.keyboard.press('b');
  await until(
    5000,
    'the shortcut for a new cell works again',
    async () => (await page.locator('.jp-Notebook .jp-Cell').count()) === 3,
  );
});

test('plots follow the width of the page and the density of the screen', async () => {
  const { plots } = await open('size.ipynb', stored);
  const { page } = browser;
  const raster = plots.nth(0);
  const { width } = await drawn(raster);
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setDeviceMetricsOverride', {
    width: 1200,
    height: 1000,
    deviceScaleFactor: 2,
    mobile: false,
  });
  await until(
    5000,
    'twice the pixels',
    async () =>
      (await ink(raster)).width > 1.7 * width &&
      (await ink(raster)).width ===
        2 * (await raster.evaluate((node) => (node as unknown as { clientWidth: number }).clientWidth)),
  );
  await session.send('Emulation.clearDeviceMetricsOverride');
  await page.setViewportSize({ width: 900, height: 1000 });
  await until(
    5000,
    'a narrower plot',
    async () => (await ink(raster)).width < width - 200 && (await ink(raster)).count > 1000,
  );
  await page.setViewportSize({ width: 1280, height: 1000 });
});

test('live updates draw in place: the same canvas, more of the curve each time, never empty', async () => {
  writeFileSync(
    join(lab.folder, 'frames.json'),
    JSON.stringify(
      Array.from({ length: 16 }, (_, k) => curvesOutput(curves(0.1 + 0.3 * k, k < 15), `epoch ${k}`).data),
    ),
  );
  const source = `import json, time
from IPython.display import display
frames = json.load(open('frames.json'))
handle = display(frames[0], raw=True, display_id=True)
for frame in frames[1:]:
    time.sleep(0.25)
    handle.update(frame, raw=True)
`;
  const { plots } = await open('live.ipynb', notebook([{ source }]));
  const { page } = browser;
  await kernelIdle(page);
  const run = command(page, 'notebook:run-all-cells'); // until the cell has ended
  const plot = plots.nth(0);
  await plot.waitFor();
  await until(10_000, 'first ink', async () => (await ink(plot)).count > 500);
  // From now on looks at each frame, and marks the canvas to know it again.
  await page.evaluate(() => {
    const scope = globalThis as unknown as {
      document: {
        querySelector(selector: string):
          | (Record<string, unknown> & {
              width: number;
              height: number;
              getContext(kind: '2d'): { getImageData(...box: number[]): { data: Uint8ClampedArray } };
            })
          | null;
      };
      requestAnimationFrame(callback: () => void): void;
      inkSeen: number[];
    };
    scope.inkSeen = [];
    scope.document.querySelector('.sl-Plot-canvas')!.known = true;
    const look = (): void => {
      const canvas = scope.document.querySelector('.sl-Plot-canvas');
      if (canvas) {
        const { data } = canvas
          .getContext('2d')
          .getImageData(0, 0, Math.max(1, canvas.width), Math.max(1, canvas.height));
        let count = 0;
        for (let p = 3; p < data.length; p += 4) if (data[p] > 150) count++;
        scope.inkSeen.push(canvas.known ? count : -1);
      }
      scope.requestAnimationFrame(look);
    };
    look();
  });
  const label = plot.getByRole('application');
  await until(
    10_000,
    'half of the updates',
    async () => Number((await label.getAttribute('aria-label'))!.slice(6)) >= 7,
  );
  await page.screenshot({ path: join(outputFolder, 'extension-live.png') });
  await until(15_000, 'the last update', async () => (await label.getAttribute('aria-label')) === 'epoch 15');
  await run;
  const seen = await page.evaluate(() => (globalThis as unknown as { inkSeen: number[] }).inkSeen);
  expect(seen.length).toBeGreaterThan(3);
  expect(Math.min(...seen)).toBeGreaterThan(500); // neither another canvas (-1) nor an empty frame
  expect(new Set(seen).size).toBeGreaterThan(8); // it did change, update by update
  await page.screenshot({ path: join(outputFolder, 'extension-live-end.png') });
});

test('a zoomed raster keeps its view while its cell sends the next sample', async () => {
  writeFileSync(
    join(lab.folder, 'samples.json'),
    JSON.stringify(
      [mnistLikeRaster(300), { ...mnistLikeRaster(300), label: '3' }].map(
        (payload, k) => rasterOutput(payload, `sample ${k}`).data,
      ),
    ),
  );
  const source = `import json
samples = json.load(open('samples.json'))
handle = display(samples[0], raw=True, display_id=True)`;
  const { plots } = await open(
    'samples.ipynb',
    notebook([{ source }, { source: 'handle.update(samples[1], raw=True)' }]),
  );
  const { page } = browser;
  await kernelIdle(page);
  await page.locator('.jp-Notebook .jp-Cell').nth(0).click();
  await command(page, 'notebook:run-cell-and-select-next');
  const plot = plots.nth(0);
  await plot.waitFor();
  await drawn(plot);
  await plot.getByRole('button', { name: /Zoom in/ }).click();
  expect(await reset(plot).isDisabled()).toBe(false);
  await page.locator('.jp-Notebook .jp-Cell').nth(1).click();
  await command(page, 'notebook:run-cell');
  await until(
    10_000,
    'the next sample',
    async () => (await plot.getByRole('application').getAttribute('aria-label')) === 'sample 1',
  );
  expect(await reset(plot).isDisabled()).toBe(false);
});

test('hostile outputs are words, never markup, and spoil nothing beside them', async () => {
  const good = mnistLikeRaster(100);
  const evil = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>';
  const bad: unknown[] = [
    { ...good, version: 2 },
    { ...good, steps: -1 },
    { ...good, layers: [{ ...good.layers[0], data: 'AAAA' }] },
    { ...good, layers: [{ ...good.layers[0], packedSpikes: 1 << 24 }] },
    { ...good, layers: evil },
    evil,
    [],
    {},
  ];
  const { plots } = await open(
    'hostile.ipynb',
    notebook([
      ...bad.map((payload) => ({ source: '# bad', outputs: [rasterOutput(payload, evil)] })),
      {
        source: '# good',
        outputs: [
          rasterOutput(
            { ...good, title: evil, layers: good.layers.map((layer) => ({ ...layer, name: evil.slice(0, 300) })) },
            evil,
          ),
        ],
      },
    ]),
  );
  await until(20_000, 'all outputs', async () => (await plots.count()) === bad.length + 1);
  for (let k = 0; k < bad.length; k++) {
    await plots.nth(k).scrollIntoViewIfNeeded();
    expect(await plots.nth(k).getByRole('alert').textContent()).toMatch(/^This spike raster cannot be drawn: /);
    expect(await plots.nth(k).locator('pre').textContent()).toBe(evil);
  }
  expect(await axeViolations(browser.page, '.sl-Plot')).toEqual([]);
  const last = plots.nth(bad.length);
  await drawn(last);
  const box = (await last.boundingBox())!;
  await browser.page.mouse.move(box.x + 300, box.y + 80);
  await until(5000, 'tooltip', async () => ((await last.getByRole('status').textContent()) ?? '').includes('<img'));
  expect(await browser.page.locator('.sl-Plot img, .sl-Plot script').count()).toBe(0);
  expect(await browser.page.evaluate(() => 'hacked' in globalThis)).toBe(false);
});

test('a damaged sample is words, and the others can still be chosen', async () => {
  const { samples = [], ...first } = samplesRaster();
  const [second, ...others] = samples;
  const damaged = { ...second, layers: second.layers.map((layer) => ({ ...layer, data: 'AAAA' })) };
  const { plots } = await open(
    'damaged.ipynb',
    notebook([
      { source: '# samples', outputs: [rasterOutput({ ...first, samples: [damaged, ...others] }, 'samples')] },
    ]),
  );
  const plot = plots.first();
  await drawn(plot);
  const stage = plot.getByRole('application');
  const slider = plot.getByRole('slider', { name: 'Sample' });
  await slider.press('ArrowRight');
  await until(20_000, 'words', async () => (await plot.getByRole('alert').count()) === 1);
  expect(await stage.isVisible()).toBe(false);
  await slider.press('ArrowRight');
  await until(
    20_000,
    'the third sample',
    async () => (await stage.isVisible()) && (await plot.getByRole('alert').count()) === 0,
  );
  expect(await slider.getAttribute('aria-valuetext')).toMatch(/^sample 3 of 3/);
});

test('every other view follows the theme and the width of the page, says its data in a table, and offers its files', async () => {
  const names = Object.keys(scenes).filter((name) => !/^(raster|curves)/.test(name));
  const outputs = names.map((name) => {
    const { data } = scenes[name]().lightBundle();
    return withPng(output(figureMime, data[figureMime], data['text/plain'] as string));
  });
  const { page } = browser;
  const session = await page.context().newCDPSession(page);
  /** As it is on the screen, whole: Playwright's own screenshot would go back to the usual size. */
  const keep = async (name: string): Promise<void> => {
    const { data } = await session.send('Page.captureScreenshot');
    writeFileSync(join(outputFolder, name), Buffer.from(data, 'base64'));
  };
  const size = (width: number, height: number, deviceScaleFactor = 1): Promise<unknown> =>
    session.send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor, mobile: false });
  await size(1100, 6600);
  const { plots } = await open('figures.ipynb', notebook([{ source: '# views', outputs }]));
  await until(30_000, 'all views', async () => (await plots.count()) === names.length);
  const pictures = async (): Promise<{ width: number; white: number; ink: number }[]> =>
    plots.locator('.sl-Plot-canvas').evaluateAll((all) =>
      all.map((node) => {
        const canvas = node as unknown as {
          width: number;
          height: number;
          getContext(kind: '2d'): { getImageData(...box: number[]): { data: Uint8ClampedArray } };
        };
        if (canvas.width === 0 || canvas.height === 0) return { width: 0, white: 1, ink: 0 };
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        let [white, drawn] = [0, 0];
        for (let p = 0; p < data.length; p += 4) {
          if (data[p + 3] > 200) drawn++;
          if (data[p] > 250 && data[p + 1] > 250 && data[p + 2] > 250 && data[p + 3] > 250) white++;
        }
        return { width: canvas.width, white: white / (data.length / 4), ink: drawn };
      }),
    );
  const allDrawn = (what: string, condition: (one: { width: number; white: number }) => boolean): Promise<void> =>
    until(30_000, what, async () => {
      const all = await pictures();
      return all.length === names.length && all.every((one) => one.ink > 300 && condition(one));
    });
  await allDrawn('every view drawn', () => true);
  await keep('figures-light.png');
  expect(await axeViolations(page, '.sl-Plot')).toEqual([]);
  for (const [k, name] of names.entries()) {
    const plot = plots.nth(k);
    expect(await plot.getByRole('group').first().getAttribute('aria-label'), name).toBe(
      scenes[name]().lightBundle().data['text/plain'],
    );
    expect(await plot.locator('.sl-Plot-table td').count(), name).toBeGreaterThan(0);
    expect(await plot.getByRole('button', { name: 'Export' }).count(), name).toBe(1);
    const kind = name.split('-')[0];
    if (names.findIndex((one) => one.startsWith(kind)) !== k) continue;
    // Of each kind what lies under the pointer is said: somewhere, line by line from below.
    const { x, y, width, height } = (await plot.locator('.sl-Plot-canvas').boundingBox())!;
    let said = '';
    for (let step = 1; step < (12 * height) / 20 && said === ''; step++) {
      await page.mouse.move(x + (width * (step % 12)) / 12, y + height - 20 * Math.floor(step / 12));
      const words = plot.getByRole('status');
      said = (await words.isVisible()) ? ((await words.textContent()) ?? '') : '';
    }
    expect(said, name).toMatch(/\d/);
  }
  await keep('figures-readout.png');
  // Also over a low picture the whole menu is there.
  const low = plots.nth(names.indexOf('images-row'));
  await low.getByRole('button', { name: 'Export' }).focus();
  await page.keyboard.press('Enter');
  const [menu, plot] = await Promise.all([low.getByRole('menu').boundingBox(), low.boundingBox()]);
  expect(menu!.y + menu!.height).toBeLessThanOrEqual(plot!.y + plot!.height);
  await page.keyboard.press('Escape');
  await command(page, 'apputils:change-theme', { theme: 'JupyterLab Dark' });
  // No card of paper in a dark page: only images hold white pixels.
  await allDrawn('every view in the dark theme', ({ white }) => white < 0.1);
  await keep('figures-dark.png');
  expect(await axeViolations(page, '.sl-Plot')).toEqual([]);
  await command(page, 'application:toggle-left-area');
  await size(480, 9000);
  await allDrawn('every view in a window of 480 pixels', ({ width }) => width < 480);
  await keep('figures-narrow-dark.png');
  await command(page, 'apputils:change-theme', { theme: 'JupyterLab Light' });
  await size(640, 9000, 2);
  await allDrawn('every view at 200 %', ({ width }) => width > 640 && width < 1280);
  await keep('figures-200.png');
  await session.send('Emulation.clearDeviceMetricsOverride');
  await command(page, 'application:toggle-left-area');
});

test('closing the notebook gives the canvases’ memory back', async () => {
  const { plots } = await open('close.ipynb', stored);
  const { page } = browser;
  await drawn(plots.nth(0));
  const canvases = await page.evaluateHandle(() => {
    const { document } = globalThis as unknown as {
      document: { querySelectorAll(selector: string): Iterable<{ width: number }> };
    };
    return [...document.querySelectorAll('.sl-Plot canvas')];
  });
  await kernelIdle(page); // the kernel's first answer changes the notebook
  await command(page, 'docmanager:save'); // or closing would ask
  await command(page, 'application:close');
  const discard = page.locator('.jp-Dialog button.jp-mod-warn');
  await until(30_000, 'no plot left', async () => {
    if ((await discard.count()) > 0) await discard.first().click(); // it has changed once more: its files do not matter
    return (await plots.count()) === 0;
  });
  expect(await canvases.evaluate((all) => all.map(({ width }) => width))).toEqual([0, 0, 0, 0]);
});

test('the bundle is light: all of its JavaScript together has at most 150 kB', () => {
  const folder = join(root, 'extension/labextension/static');
  const scripts = readdirSync(folder).filter((name) => name.endsWith('.js'));
  const bytes = scripts.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  expect(bytes).toBeGreaterThan(20_000);
  expect(bytes).toBeLessThanOrEqual(150_000);
});

test('JupyterLab finds nothing to complain of in the installed extension', () => {
  const list = execFileSync(
    join(
      process.env.SPIKELAB_LAB ? join(process.env.SPIKELAB_LAB, '..') : join(root, '.venv/bin'),
      'jupyter-labextension',
    ),
    ['list'],
    {
      env: { ...process.env, JUPYTER_PATH: join(prefix, 'share/jupyter') },
      stdio: ['ignore', 'pipe', 'pipe'],
      encoding: 'utf8',
    },
  );
  expect(list).not.toContain('incompatible');
  expect(rasterMime).toBe('application/vnd.spikelab.raster.v1+json'); // the name that saved notebooks carry
});
