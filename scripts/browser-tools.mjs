/** The tests' JupyterLab and Chromium, their stored outputs and the gallery's scenes, compiled for Node. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './setup/files.mjs';

const sources = ['test/browser/lab.ts', 'test/browser/outputs.ts', 'test/plot/scenes.ts', 'src/plot/figureParts.ts'];

export async function browserTools() {
  const { build } = await import('esbuild');
  const outfile = join(root, 'dist/scripts/browser-tools.mjs'); // as deep as test/browser/lab.ts: it looks for the root from there
  const contents = sources.map((file) => `export * from './${file}';`).join('\n');
  const stdin = { contents, resolveDir: root, loader: 'ts' };
  await build({
    stdin,
    outfile,
    bundle: true,
    packages: 'external',
    external: ['#*'],
    format: 'esm',
    platform: 'node',
  });
  return import(pathToFileURL(outfile).href);
}
