/**
 * The quickstart notebook through the real kernel, with nbclient: what a user gets from `npm run quickstart`, on few
 * samples.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { datasets } from '../../src/data/datasets.js';
import { classifier } from '../../src/train/build.js';

interface Output {
  output_type: string;
  name?: string;
  data?: Record<string, unknown>;
}

const root = new URL('../..', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'spikelab-notebook-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function runQuickstart(threads: number) {
  const out = join(folder, 'quickstart');
  const args = ['quickstart', '--out', out, '-p', 'samples', '1000', '-p', 'epochs', '2'];
  const run = spawnSync(process.execPath, ['dist/src/cli/main.js', ...args], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, SPIKELAB_THREADS: String(threads) },
  });
  const notebook = join(out, 'quickstart.ipynb');
  const cells = existsSync(notebook)
    ? (JSON.parse(readFileSync(notebook, 'utf8')).cells as { outputs?: Output[] }[])
    : [];
  const reportFile = join(out, 'report.json');
  return {
    run,
    outputs: cells.flatMap((cell) => cell.outputs ?? []),
    report: existsSync(reportFile)
      ? (JSON.parse(readFileSync(reportFile, 'utf8')) as Record<string, unknown>)
      : undefined,
    html: join(out, 'quickstart.html'),
  };
}

describe('quickstart notebook', () => {
  let result: ReturnType<typeof runQuickstart>;
  beforeAll(() => {
    result = runQuickstart(2);
  });

  test('runs to its end, with nothing on standard error', () => {
    expect(result.run).toMatchObject({ status: 0, stderr: '' });
    expect(result.run.stdout).toMatch(/Test accuracy \d+\.\d\d %/);
    expect(result.run.stdout).toContain('npm run lab');
  });

  test('has no error and no standard-error output in any cell', () => {
    expect(result.outputs.filter((output) => output.output_type === 'error')).toEqual([]);
    expect(result.outputs.filter((output) => output.name === 'stderr')).toEqual([]);
  });

  test.each(['spikelab.raster.v1', 'spikelab.curves.v1', 'vegalite.v5'])(
    'holds application/vnd.%s+json, each with a PNG that is not blank',
    (type) => {
      const shown = result.outputs.filter((output) => output.data && `application/vnd.${type}+json` in output.data);
      expect(shown.length).toBeGreaterThan(0);
      for (const { data } of shown) {
        const image = decode(Buffer.from(String(data!['image/png']), 'base64'));
        expect(Math.min(image.width, image.height)).toBeGreaterThan(100);
        expect(new Set(image.data).size).toBeGreaterThan(2);
        expect(String(data!['text/plain'])).not.toBe('');
      }
    },
  );

  test('reports the figures of its own run', () => {
    expect(result.report).toMatchObject({ samples: 1000, epochs: 2, threads: 2, seed: 7 });
    const { testAccuracy, trainSeconds, samplesPerSecond, weightsSha256 } = result.report as Record<
      string,
      number & string
    >;
    expect(testAccuracy).toBeGreaterThan(0.6); // ten classes, 2,000 updates: far above chance
    expect(samplesPerSecond * trainSeconds).toBeCloseTo(2000, -1);
    expect(weightsSha256).toMatch(/^[0-9a-f]{64}$/);
  });

  test('becomes a page with its pictures inside', () => {
    const html = readFileSync(result.html, 'utf8');
    expect(html).not.toContain('No description has been provided'); // nbconvert's, for a picture without a text
    expect(html.match(/src="data:image\/png;base64,/g)?.length).toBe(
      result.outputs.filter((output) => output.data?.['image/png']).length,
    );
  });

  test('has the weights that one thread reaches without a notebook', async () => {
    const { train, test } = await datasets.mnistOrStrokes({ size: 1000 });
    const net = classifier({ hidden: [100], steps: 200, seed: 7, threads: 1 });
    await net.fit(train, { epochs: 2, validation: test, silent: true });
    const { threads, weightsSha256, testAccuracy } = net.runRecord;
    expect(threads).toBe(1);
    expect(result.report).toMatchObject({ weightsSha256, testAccuracy });
  });
});
