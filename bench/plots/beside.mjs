/**
 * `npm run bench -- beside`: one recording of a trained network as our raster, in Vega-Lite and in Observable Plot, as
 * one picture to look at: docs/images/pictures-beside.png. Observable Plot is installed into node_modules/.cache.
 */
import { join } from 'node:path';
import { writeAtomically } from '../../scripts/setup/files.mjs';
import { bundlePage, cache, installOnce, openPage, root } from './chromium.mjs';

// Drawn digits: everybody has them.
const { datasets, classifier, raster } = await import(new URL('../../dist/src/index.js', import.meta.url));
const { rasterMime } = await import(new URL('../../dist/src/plot/payload.js', import.meta.url));

const { train, test } = await datasets.strokes();
const net = classifier({ hidden: [60], steps: 100, seed: 1 });
await net.fit(train, { epochs: 1, silent: true });
const sample = test.at(3);
const { data } = await raster(await net.run(sample)).displayBundle();

const packages = installOnce('beside', { '@observablehq/plot': '0.6.17', d3: '7.9.0' });
await bundlePage('beside');
const { page, close } = await openPage();
try {
  await page.setViewportSize({ width: 2300, height: 600 });
  await page.setContent(
    '<style>body{font-family:sans-serif;display:flex;gap:24px;margin:16px;width:2260px}h2{font-size:16px}</style>',
  );
  for (const file of ['d3/dist/d3.min.js', '@observablehq/plot/dist/plot.umd.min.js'])
    await page.addScriptTag({ path: join(packages, file) });
  await page.addScriptTag({ path: join(cache, 'beside.js') });
  await page.evaluate((json) => globalThis.beside(json), JSON.stringify(data[rasterMime]));
  writeAtomically(join(root, 'docs/images/pictures-beside.png'), await page.screenshot({ fullPage: true }));
} finally {
  await close();
}
console.log('docs/images/pictures-beside.png');
process.exit(0);
