/**
 * `npm run animation`: the picture of the README that moves. A network learns in a real JupyterLab in Chromium, in a
 * notebook of two cells; what is on the screen becomes docs/images/learning.gif, of the same pixels twice only once.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { browserTools } from './browser-tools.mjs';
import { orExplain, setUp } from './setup.mjs';
import { root, writeAtomically } from './setup/files.mjs';
import { SetupError } from './setup/run.mjs';

const size = { width: 920, height: 640 };
const frameMs = 200;
const limitMB = 2;
const cells = [
  [
    "const { train, test } = await datasets.mnist({ size: 'full' });",
    'const net = snn.classifier({ hidden: [100], steps: 100, seed: 7 });',
    'await net.fit(train.slice(0, 20_000), { epochs: 2, validation: test.slice(0, 2_000) });',
  ],
  ["show(raster(await net.run(test.at(3), { record: ['spikes'] })))"],
];

const notebook = {
  nbformat: 4,
  nbformat_minor: 5,
  metadata: { kernelspec: { name: 'spikelab', display_name: 'TypeScript (Spikelab)' } },
  cells: cells.map((lines, k) => ({
    cell_type: 'code',
    id: `cell-${k}`,
    metadata: {},
    execution_count: null,
    outputs: [],
    source: lines.join('\n'),
  })),
};

/** Screens while the cells run, PNG. */
async function capture({ startLab, startBrowser, openNotebook, kernelIdle, command, missing }) {
  if (missing) throw new SetupError(missing);
  const data = process.env.SPIKELAB_DATA;
  const lab = await startLab({ env: { ...(data && { SPIKELAB_DATA: data }) } });
  let browser;
  try {
    writeFileSync(join(lab.folder, 'learning.ipynb'), JSON.stringify(notebook));
    browser = await startBrowser(size);
    const { page } = browser;
    await openNotebook(page, lab, 'learning.ipynb');
    await kernelIdle(page);
    await command(page, 'application:toggle-left-area');
    await command(page, 'application:toggle-mode'); // the notebook alone
    const screens = [];
    const take = async () => screens.push(await page.screenshot());
    await take();
    for (let cell = 0; cell < cells.length; cell++) {
      const done = command(page, 'notebook:run-cell-and-select-next').then(() => true);
      while (!(await Promise.race([done, page.waitForTimeout(frameMs).then(() => false)]))) await take();
      await page.waitForTimeout(500); // the last picture is drawn
      await page.locator('.sl-Plot-stage').last().scrollIntoViewIfNeeded();
      for (let k = 0; k < 1500 / frameMs; k++) await take();
    }
    return screens;
  } finally {
    await browser?.stop();
    await lab.stop();
  }
}

/** One animation: a palette for all frames, and in each frame only the pixels that changed. */
async function encode(screens) {
  const { default: gifenc } = await import('gifenc');
  const { decode } = await import('fast-png');
  const frames = screens.map((png) => rgba(decode(png)));
  const some = [0, Math.floor(frames.length / 2), frames.length - 1].map((k) => frames[k]);
  const palette = gifenc.quantize(Buffer.concat(some), 127);
  const transparent = palette.length;
  const kept = [];
  for (const frame of frames) {
    const pixels = gifenc.applyPalette(frame, palette);
    const before = kept.at(-1);
    if (before && pixels.every((colour, n) => colour === before.pixels[n])) before.delay += frameMs;
    else kept.push({ pixels, delay: frameMs });
  }
  const gif = gifenc.GIFEncoder();
  for (const [k, { pixels, delay }] of kept.entries()) {
    const before = kept[k - 1]?.pixels;
    const shown = before ? pixels.map((colour, n) => (colour === before[n] ? transparent : colour)) : pixels;
    const colours = before
      ? { transparent: true, transparentIndex: transparent }
      : { palette: [...palette, [0, 0, 0]] };
    gif.writeFrame(shown, size.width, size.height, { ...colours, delay, dispose: 1, repeat: 0 });
  }
  gif.finish();
  return gif.bytes();
}

function rgba({ width, height, channels, data }) {
  if (channels === 4) return Buffer.from(data);
  const out = Buffer.alloc(width * height * 4, 255);
  for (let n = 0; n < width * height; n++) out.set(data.subarray(3 * n, 3 * n + 3), 4 * n);
  return out;
}

await orExplain(async () => {
  await setUp();
  const screens = await capture(await browserTools());
  const bytes = await encode(screens);
  if (bytes.length > limitMB * 1e6)
    throw new SetupError(
      `the animation has ${(bytes.length / 1e6).toFixed(2)} MB, more than ${limitMB}: fewer samples`,
    );
  writeAtomically(join(root, 'docs/images/learning.gif'), bytes);
  console.log(`docs/images/learning.gif: ${screens.length} screens, ${(bytes.length / 1e6).toFixed(2)} MB`);
  return 0;
});
