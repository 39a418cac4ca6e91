/** A Chromium, a bundled page and other people's packages, for the benchmarks of pictures. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const cache = join(root, 'node_modules/.cache/spikelab/bench-plots');

export const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find(existsSync);
if (!executablePath) {
  console.error('error: no Chromium: apt install chromium');
  process.exit(1);
}

/** The folder of packages by version, installed into the cache of a bench: they are no dependencies of Spikelab. */
export function installOnce(bench, versions) {
  const folder = join(cache, bench, 'node_modules');
  const missing = Object.entries(versions).filter(([name]) => !existsSync(join(folder, name)));
  if (missing.length === 0) return folder;
  mkdirSync(join(cache, bench), { recursive: true });
  const wanted = Object.entries(versions).map(([name, version]) => `${name}@${version}`);
  const options = ['--prefix', join(cache, bench), '--no-save', '--no-audit', '--no-fund', '--ignore-scripts'];
  execFileSync('npm', ['install', ...options, ...wanted], { stdio: 'inherit', shell: process.platform === 'win32' });
  return folder;
}

/** `bench/plots/NAME.ts` as one script, `NAME.js` in the cache. */
export async function bundlePage(name) {
  await build({
    entryPoints: [join(root, `bench/plots/${name}.ts`)],
    outfile: join(cache, `${name}.js`),
    bundle: true,
    format: 'iife',
    minify: true,
    external: ['@resvg/resvg-wasm'], // the raster's own PNG is not drawn here
    logLevel: 'warning',
  });
}

/** An empty page of a Chromium of its own; `close` ends it. */
export async function openPage() {
  const profile = mkdtempSync(join(tmpdir(), 'spikelab-bench-'));
  const quiet = ['--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', ...quiet],
  });
  const page = await context.newPage();
  page.setDefaultTimeout(600_000);
  const close = async () => {
    await context.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
  return { page, context, close };
}
