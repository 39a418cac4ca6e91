/**
 * `npm run soak:pictures [-- minutes]`: a network trains in a real JupyterLab in Chromium, its curves and a raster
 * change all the while; the page's heap, nodes and listeners, each minute, go to docs/results/soak-pictures.json.
 * Exits with 1 when the heap grows by more than half between the first minute and the last.
 */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { browserTools } from './browser-tools.mjs';
import { orExplain, setUp } from './setup.mjs';
import { root, writeAtomically } from './setup/files.mjs';
import { SetupError } from './setup/run.mjs';

const minutes = Number(process.argv[2] ?? 60);
const most = 1.5;
const source = `const { train, test } = await datasets.strokes({ train: 400, test: 20, seed: 1 });
const net = snn.classifier({ hidden: [100], steps: 100, seed: 7 });
const live = new snn.LiveDisplay();
const next = { sample: 0 };
const ticking = setInterval(async () => {
  const run = await net.run(test.at(next.sample++ % test.length));
  live.update(() => raster(run));
}, 500);
try { await net.fit(train, { epochs: 100_000, validation: test }); } finally { clearInterval(ticking); }`;

async function soak({ startLab, startBrowser, openNotebook, kernelIdle, command, until, missing }) {
  if (missing) throw new SetupError(missing);
  const lab = await startLab();
  let browser;
  try {
    const cell = { cell_type: 'code', id: 'cell', metadata: {}, execution_count: null, outputs: [], source };
    const metadata = { kernelspec: { name: 'spikelab', display_name: 'TypeScript (Spikelab)' } };
    writeFileSync(
      join(lab.folder, 'soak.ipynb'),
      JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata, cells: [cell] }),
    );
    browser = await startBrowser();
    const { page } = browser;
    await openNotebook(page, lab, 'soak.ipynb');
    await kernelIdle(page);
    command(page, 'notebook:run-all-cells').catch(() => {}); // until the page is closed
    await until(
      60_000,
      'curves and a raster',
      async () =>
        (await page.locator('.sl-Plot-table td').count()) > 0 && (await page.locator('.sl-Plot').count()) === 2,
    );
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable');
    await session.send('HeapProfiler.enable');
    const measure = async (minute) => {
      await session.send('HeapProfiler.collectGarbage');
      const { metrics } = await session.send('Performance.getMetrics');
      const of = (name) => metrics.find((one) => one.name === name).value;
      const drawn = (
        await page.locator('.sl-Plot-stage').evaluateAll((all) => all.map((node) => node.getAttribute('aria-label')))
      ).join('; ');
      const row = {
        minute,
        heapMB: Number((of('JSHeapUsedSize') / 1e6).toFixed(1)),
        nodes: of('Nodes'),
        listeners: of('JSEventListeners'),
        drawn,
      };
      console.log(`minute ${minute}: ${row.heapMB} MB, ${row.nodes} nodes, ${row.listeners} listeners; ${drawn}`);
      return row;
    };
    await page.waitForTimeout(30_000); // what is made once
    const rows = [await measure(0)];
    for (let minute = 1; minute <= minutes; minute++) {
      await page.waitForTimeout(60_000);
      rows.push(await measure(minute));
    }
    await page.screenshot({ path: join(root, 'test/output/soak-pictures.png') });
    return { rows, errors: browser.console.filter((line) => /spikelab|sl-Plot|uncaught/i.test(line)) };
  } finally {
    await browser?.stop();
    await lab.stop();
  }
}

await orExplain(async () => {
  if (!(minutes >= 1 && minutes <= 24 * 60)) throw new SetupError(`${process.argv[2]} minutes: give 1 to 1440`);
  await setUp();
  const { rows, errors } = await soak(await browserTools());
  const [first, last] = [rows[0], rows.at(-1)];
  const growth = Number((last.heapMB / first.heapMB).toFixed(3));
  const record = {
    date: new Date().toISOString(),
    machine: `${cpus()[0]?.model.trim()}, ${cpus().length} cores`,
    minutes,
    heapMB: { first: first.heapMB, last: last.heapMB, growth },
    nodes: { first: first.nodes, last: last.nodes },
    listeners: { first: first.listeners, last: last.listeners },
    errors,
    rows: rows.map(({ drawn: _, ...row }) => row),
  };
  writeAtomically(join(root, 'docs/results/soak-pictures.json'), `${JSON.stringify(record, undefined, 2)}\n`);
  console.log(`heap ${first.heapMB} MB to ${last.heapMB} MB in ${minutes} minutes`);
  return growth <= most && errors.length === 0 ? 0 : 1;
});
