/**
 * The npm package as others see it: what is in it, its types without a DOM, and what publint and arethetypeswrong say
 * of it.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'spikelab-package-'));
const installed = join(folder, 'node_modules/spikelab');
let tarball = '';
const run = (args: readonly string[], cwd = folder) =>
  spawnSync(process.execPath, args, { cwd, encoding: 'utf8', timeout: 600_000 });
const program = (path: string) => join(root, 'node_modules', path);

/** npm packs; its prepack finds the build up to date. */
beforeAll(() => {
  const args = ['pack', '--json', '--pack-destination', folder];
  const npm = spawnSync('npm', args, { cwd: root, encoding: 'utf8', shell: process.platform === 'win32' });
  if (npm.status !== 0) throw new Error(npm.stderr);
  const [{ filename }] = JSON.parse(npm.stdout) as [{ filename: string }];
  tarball = join(folder, filename);
  mkdirSync(installed, { recursive: true });
  const unpacked = spawnSync('tar', ['-xzf', tarball, '--strip-components=1', '-C', installed]);
  if (unpacked.status !== 0) throw new Error(unpacked.stderr.toString());
  for (const name of readdirSync(join(root, 'node_modules')))
    if (!name.startsWith('.') && !existsSync(join(folder, 'node_modules', name)))
      symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name), 'junction');
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the npm package', () => {
  test('is at most 2.5 MB and holds library, kernel, command line and extension', () => {
    expect(statSync(tarball).size).toBeLessThanOrEqual(2.5e6);
    for (const path of [
      'dist/src/index.js',
      'dist/src/engine/hm2bp.wasm',
      'dist/src/cli/main.js',
      'dist/src/cli/run_notebook.py',
      'dist/kernel/main.js',
      'extension/labextension/package.json',
      'notebooks/quickstart.ipynb',
    ])
      expect(existsSync(join(installed, path)), path).toBe(true);
    expect(readdirSync(join(installed, 'dist')).sort()).toEqual(['kernel', 'src']);
  });

  test('publint and arethetypeswrong have nothing to say', () => {
    expect(run([program('publint/src/cli.js'), tarball, '--strict'])).toMatchObject({ status: 0 });
    const types = run([program('@arethetypeswrong/cli/dist/index.js'), tarball, '--no-color', '--no-emoji']);
    expect(types.status, types.stdout).toBe(0);
  });

  const use = [
    "import { classifier, datasets, presets, type Dataset, type History } from 'spikelab';",
    'export async function accuracy(): Promise<number> {',
    '  const { train, test }: { train: Dataset; test: Dataset } = await datasets.mnistOrStrokes({ size: 100 });',
    '  const net = classifier({ hidden: [10], seed: 1 });',
    '  const history: History = await net.fit(train, { epochs: 1 });',
    '  // @ts-expect-error a number is wanted: without types this would pass',
    "  await net.fit(train, { epochs: 'one' });",
    '  return history.epochs.length + (await net.evaluate(test)).accuracy + presets.jin2018.mnistDense.epochs;',
    '}',
  ].join('\n');
  const strict = ['--noEmit', '--strict', '--target', 'es2022', '--lib', 'es2022', '--types', 'node'];
  const check = (file: string, module: string, resolution: string) =>
    run([
      program('typescript/bin/tsc'),
      ...strict,
      '--module',
      module,
      '--moduleResolution',
      resolution,
      '--listFiles',
      file,
    ]);

  test('its types hold in nodenext, node16 and bundler without a DOM, and lead to nothing inside', () => {
    writeFileSync(join(folder, 'use.ts'), use);
    writeFileSync(join(folder, 'use.cts'), use);
    for (const [file, module, resolution] of [
      ['use.ts', 'nodenext', 'nodenext'],
      ['use.ts', 'node16', 'node16'],
      ['use.ts', 'esnext', 'bundler'],
      ['use.cts', 'nodenext', 'nodenext'],
      ['use.cts', 'node16', 'node16'],
    ]) {
      const { status, stdout } = check(file, module, resolution);
      const errors = stdout.split('\n').filter((line) => line.includes('error TS'));
      expect(errors, `${file} ${resolution}`).toEqual([]);
      expect(status).toBe(0);
      const inside = stdout.split('\n').filter((line) => /spikelab\/dist\/src\/(engine|cli)\/|h5wasm/.test(line));
      expect(inside, `${file} ${resolution}`).toEqual([]);
    }
  });

  test('import and require give the same library', () => {
    const names = 'console.log(JSON.stringify(Object.keys(snn).sort()))';
    writeFileSync(join(folder, 'use.mjs'), `import * as snn from 'spikelab';\n${names}`);
    writeFileSync(join(folder, 'use.cjs'), `const snn = require('spikelab');\n${names}`);
    const [imported, required] = ['use.mjs', 'use.cjs'].map((file) => run(['--no-warnings', join(folder, file)]));
    expect(imported.stderr).toBe('');
    const listed = JSON.parse(imported.stdout) as string[];
    expect(listed).toContain('classifier');
    expect((JSON.parse(required.stdout) as string[]).filter((name) => name !== 'module.exports')).toEqual(listed);
  });
});
