/**
 * `npm run bench:plots`: a raster of 1e4, 1e5 and 1e6 spikes beside Vega-Lite, Plotly (scattergl) and Bokeh (webgl), in
 * one page and run of Chromium: first draw, zoom, everything again, and an update with other spikes. CPU time of the
 * page's main thread, milliseconds.
 *
 *     node bench/plots/plots.mjs [spikes ...]
 *
 * The others' packages are installed into node_modules/.cache; they are no dependencies of Spikelab.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { bundlePage, cache, executablePath, installOnce, openPage } from './chromium.mjs';
import { report, row } from '../report.mjs';

const versions = { 'plotly.js-dist-min': '4.1.2', '@bokeh/bokehjs': '3.10.0' };
const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [1e4, 1e5, 1e6];
const contenders = ['ours', 'vegaLite', 'plotly', 'bokeh'];
const steps = ['draw', 'zoom', 'redraw', 'update'];
/** Milliseconds that the issue allows our own steps. */
const targets = { 'ours redraw 1e6': 40, 'ours redraw 1e5': 5, 'ours update 1e5': 10 };

const packages = installOnce('plots', versions);
await bundlePage('page');
const { page, context, close } = await openPage();
const rows = [];
try {
  const session = await context.newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  for (const path of [
    'plotly.js-dist-min/plotly.min.js',
    '@bokeh/bokehjs/build/js/bokeh.min.js',
    '@bokeh/bokehjs/build/js/bokeh-gl.min.js',
    '@bokeh/bokehjs/build/js/bokeh-api.min.js',
  ])
    await page.addScriptTag({ path: join(packages, path) });
  await page.addScriptTag({ path: join(cache, 'page.js') });
  const run = (step, argument) => page.evaluate(([name, given]) => globalThis.run(name, given), [step, argument]);
  /** CPU time of the page's main thread so far, milliseconds. */
  const cpu = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return 1000 * metrics.find(({ name }) => name === 'TaskDuration').value;
  };
  for (const size of sizes) {
    await run('prepare', size);
    const label = `1e${Math.round(Math.log10(size))}`;
    for (const name of contenders) {
      const times = Object.fromEntries(steps.map((step) => [step, []]));
      const rounds = name === 'ours' ? 7 : size >= 1e6 ? 1 : 3;
      for (let round = 0; round < rounds; round++) {
        await run('make', name);
        for (const step of steps) {
          const before = await cpu();
          await run(step);
          times[step].push((await cpu()) - before);
        }
        await run('end');
      }
      for (const step of steps) {
        const id = `${name} ${step} ${label}`;
        rows.push(row(id, 'ms', times[step], targets[id] ? { target: targets[id] } : {}));
      }
    }
  }
} finally {
  await close();
}
report('plots', rows, {
  ...versions,
  chromium: execFileSync(executablePath, ['--version'], { encoding: 'utf8' }).trim(),
});
