/**
 * `npm run gallery`: each kind of picture as a real JupyterLab in Chromium draws it, in the light and in the dark
 * theme; writes docs/gallery/ and its page.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { browserTools } from './browser-tools.mjs';
import { orExplain, setUp } from './setup.mjs';
import { root, writeAtomically } from './setup/files.mjs';
import { SetupError } from './setup/run.mjs';

/** What is shown, and what it is called. */
const pictures = {
  'raster-run': 'A run: input, hidden and output layer, and their rates',
  'raster-wrong': 'A wrong prediction, with names of classes',
  'raster-100000-spikes': 'More marks than pixels: shades and their legend',
  'raster-samples': 'Several runs, with the image that the network saw',
  'curves-reference': 'A training beside the authors’ curve',
  'curves-runs': 'Three runs',
  'curves-seeds': 'Seeds of one experiment, their mean and band',
  'curves-panels': 'What the layers do meanwhile',
  'counts-wrong': 'Firing counts, with targets and margins',
  'membrane-output': 'A membrane potential',
  'confusion-fashion': 'What is taken for what',
  'bars-groups': 'Groups of points with error bars',
  'bars-one': 'Bars',
  'chart-marks': 'Every mark of a chart',
  'images-row': 'Images of a data set',
  'encoding-ring': 'An image beside its spikes',
  'weights-maps': 'Weights of neurons as images',
  'weights-histogram': 'Weights by layer',
  'layers-gradient': 'A gradient by layer',
};
const themes = { light: 'JupyterLab Light', dark: 'JupyterLab Dark' };
const folder = join(root, 'docs/gallery');

async function capture({ startLab, startBrowser, openNotebook, command, until, missing, notebook, scenes }) {
  if (missing) throw new SetupError(missing);
  const lab = await startLab();
  let browser;
  try {
    const cells = Object.keys(pictures).map((name) => {
      const data = scenes[name]().lightBundle().data;
      return { source: name, outputs: [{ output_type: 'display_data', metadata: {}, data }] };
    });
    writeFileSync(join(lab.folder, 'gallery.ipynb'), notebook(cells));
    browser = await startBrowser({ width: 900, height: 1000 });
    const { page } = browser;
    await openNotebook(page, lab, 'gallery.ipynb');
    await command(page, 'application:toggle-left-area');
    await command(page, 'application:toggle-mode'); // the notebook alone
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const [theme, id] of Object.entries(themes)) {
      await command(page, 'apputils:change-theme', { theme: id });
      await until(60_000, id, async () => (await page.locator(`body[data-jp-theme-name="${id}"]`).count()) === 1);
      for (const [k, name] of Object.keys(pictures).entries()) {
        const plot = page.locator('.jp-Cell').nth(k).locator('.sl-Plot');
        await plot.scrollIntoViewIfNeeded();
        await until(60_000, name, async () => (await plot.locator('.sl-Plot-table td').count()) > 0);
        await page.mouse.move(2, 2);
        await page.waitForTimeout(600); // the theme's colours, and no tool bar
        await plot.screenshot({ path: join(folder, `${name}-${theme}.png`) });
      }
    }
  } finally {
    await browser?.stop();
    await lab.stop();
  }
}

/** The page that shows them. */
function pageOf() {
  const sections = Object.entries(pictures).map(
    ([name, title]) =>
      `## ${title}\n\n![${title}, in JupyterLab’s light theme](gallery/${name}-light.png)\n\n![The same in the dark theme](gallery/${name}-dark.png)\n`,
  );
  return `# Gallery\n\nEach kind of [picture](pictures.md) as JupyterLab draws it; \`npm run gallery\` makes this page.\n\n${sections.join('\n')}`;
}

await orExplain(async () => {
  await setUp();
  await capture(await browserTools());
  writeAtomically(join(root, 'docs/gallery.md'), pageOf());
  console.log(`docs/gallery: ${2 * Object.keys(pictures).length} pictures`);
  return 0;
});
