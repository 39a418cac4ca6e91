/** The wheel in an environment of its own, without Node on the path: install, run, doctor, uninstall, nothing left. */
import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { missing, root, WheelEnvironment } from './wheel-environment.js';

interface Cell {
  id: string;
  source: string | string[];
  outputs: { output_type: string; evalue?: string; traceback?: string[]; data?: Record<string, unknown> }[];
}
const cellsOf = (file: string): Cell[] => (JSON.parse(readFileSync(file, 'utf8')) as { cells: Cell[] }).cells;
const cell = (source: string, tags: string[] = []) => ({
  id: `c${Math.abs([...source].reduce((sum, one) => (31 * sum + one.charCodeAt(0)) | 0, 7))}`,
  cell_type: 'code',
  metadata: { tags },
  execution_count: null,
  outputs: [],
  source,
});
const notebook = (...cells: ReturnType<typeof cell>[]) =>
  JSON.stringify({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec: { name: 'spikelab', display_name: 'x', language: 'typescript' } },
    cells,
  });

describe.skipIf(missing)(`the wheel${missing ? ` (${missing})` : ''}`, () => {
  const environment = new WheelEnvironment();
  let before: string[];
  beforeAll(async () => {
    await environment.build();
    before = environment.files();
  });
  afterAll(() => environment.remove());
  const write = (name: string, text: string) => {
    const file = join(environment.home, name);
    writeFileSync(file, text);
    return file;
  };

  test('is at most 30 MB, and carries kernelspec, extension and the bindings of all platforms', () => {
    expect(statSync(environment.wheel).size).toBeLessThanOrEqual(30e6);
    expect(environment.has('share/jupyter/kernels/spikelab/kernel.json')).toBe(true);
    expect(environment.has('share/jupyter/labextensions/@spikelab/jupyterlab/package.json')).toBe(true);
    const bindings = before.filter((file) => file.endsWith('addon.node')).map((file) => file.replaceAll('\\', '/'));
    for (const platform of ['linux/x64', 'linux/arm64', 'darwin/x64', 'darwin/arm64', 'win32/x64', 'win32/arm64'])
      expect(bindings.some((file) => file.includes(`/build/${platform}/`))).toBe(true);
    expect(bindings.some((file) => file.includes('/musl-'))).toBe(true);
  });

  test('the launcher: candidates for Node, and its branch for systems without exec', () => {
    const { status, stderr } = environment.run('python', [join(root, 'test/install/launcher.py')]);
    expect(status, stderr).toBe(0);
    expect(stderr).toMatch(/Ran 8 tests/);
  });

  test('doctor finds the kernel good', () => {
    const { stdout, stderr, status } = environment.run('spikelab', ['doctor', '--json']);
    expect(stderr).toBe('');
    const { findings } = JSON.parse(stdout) as { findings: { check: string; status: string; detail: string }[] };
    const ours = findings.filter(({ detail }) => detail.includes(environment.venv));
    expect(ours.map(({ check, status }) => [check, status])).toEqual(
      expect.arrayContaining([
        ['Kernelspec', 'ok'],
        ['Extension', 'ok'],
      ]),
    );
    expect(status, stdout).toBe(0);
  });

  test('papermill itself injects the parameters; run-notebook does the same', () => {
    const texts = [
      cell("let seed = 1;\nlet hidden: number[] = [20];\nlet size: 'small' | 'full' = 'small';\nlet text = '';", [
        'parameters',
      ]),
      cell("const wide: 'small' | 'full' = size;\nJSON.stringify([seed + 1, hidden.map((n) => 2 * n), wide, text])"),
    ];
    const file = write('parameters.ipynb', notebook(...texts));
    const awkward = '"§\\ \u2028 ${x}';
    const values = ['-p', 'seed', '3', '-p', 'size', 'full', '-p', 'text', awkward];
    const [theirs, ours] = ['papermill.ipynb', 'run-notebook.ipynb'].map((name) => join(environment.home, name));
    const papermill = environment.run('python', ['-m', 'papermill', file, theirs, ...values, '-y', 'hidden: [100]']);
    expect(papermill.status, papermill.stderr).toBe(0);
    expect(papermill.stderr).not.toMatch(/unknown parameter|does not support/);
    const run = environment.run('spikelab', ['run-notebook', file, ours, ...values, '-p', 'hidden', '[100]']);
    expect(run, run.stdout).toMatchObject({ status: 0, stderr: '' });
    for (const out of [theirs, ours]) {
      const cells = cellsOf(out);
      const sorted = [cells[1].source].flat().join('').trim().split('\n').sort();
      expect(sorted).toEqual([
        '// Parameters',
        'let hidden: any = [100];',
        'let seed: any = 3;',
        'let size: any = "full";',
        `let text: any = ${JSON.stringify(awkward)};`,
      ]);
      const shown = String([cells[2].outputs[0].data?.['text/plain']].flat().join(''));
      expect(shown).toContain('[4,[200],"full",');
    }
    const help = environment.run('python', ['-m', 'papermill', '--help-notebook', file]);
    expect(help.stdout).toMatch(/hidden: number\[\] \(default \[20\]\)/);
  });

  test('Python files beside the notebook are not taken for the launcher or what it imports', () => {
    const folder = join(environment.home, 'beside');
    mkdirSync(folder, { recursive: true });
    for (const name of ['spikelab', 'types', 'json', 'signal', 'subprocess'])
      writeFileSync(join(folder, `${name}.py`), 'raise SystemExit("taken for a module of Python\'s")');
    writeFileSync(join(folder, 'in.ipynb'), notebook(cell('6 * 7')));
    const out = join(folder, 'out.ipynb');
    const run = environment.run('spikelab', ['run-notebook', 'in.ipynb', out], {}, folder);
    expect(run, run.stdout).toMatchObject({ status: 0, stderr: '' });
    expect([cellsOf(out)[0].outputs[0].data?.['text/plain']].flat()).toEqual(['42']);
    rmSync(folder, { recursive: true });
  });

  test.skipIf(process.platform === 'win32')('without a usable Node the cell says so', () => {
    const file = write('no-node.ipynb', notebook(cell('1 + 1')));
    const old = write('old-node', '#!/bin/sh\necho v18.20.4\n');
    chmodSync(old, 0o755);
    for (const [node, reason] of [
      [old, /18\.20\.4 is too old/],
      [join(environment.home, 'nowhere'), /No such file/],
    ] as const) {
      const out = join(environment.home, 'no-node-out.ipynb');
      const { status } = environment.run(
        'python',
        ['-m', 'nbconvert', '--execute', '--allow-errors', '--to', 'notebook', '--output', out, file],
        { SPIKELAB_NODE: node },
      );
      expect(status).toBe(0);
      const [output] = cellsOf(out)[0].outputs;
      expect(output).toMatchObject({ output_type: 'error', evalue: expect.stringContaining('needs Node 20.12') });
      expect(output.traceback?.join('\n')).toMatch(reason);
      expect(output.traceback?.join('\n')).toContain('spikelab install --node PATH');
      expect(environment.run('spikelab', ['doctor'], { SPIKELAB_NODE: node })).toMatchObject({
        status: 1,
        stderr: expect.stringMatching(reason),
      });
    }
  });

  test('install --node takes another Node, which the kernelspec then names; a wrong one is refused', () => {
    const { status } = environment.run('spikelab', ['install', '--user', '--node', process.execPath]);
    expect(status).toBe(0);
    const spec = join(environment.home, '.local/share/jupyter/kernels/spikelab/kernel.json');
    if (process.platform === 'linux')
      expect((JSON.parse(readFileSync(spec, 'utf8')) as { argv: string[] }).argv).toEqual([
        environment.python,
        '-c',
        expect.stringContaining('from spikelab.kernel import main'),
        '--node',
        process.execPath,
        '{connection_file}',
      ]);
    expect(environment.run('spikelab', ['install', '--node', join(root, 'package.json')]).status).toBe(64);
    expect(environment.run('spikelab', ['uninstall', '--user', '--keep-caches']).stdout).toContain('Removed');
  });

  test('spikelab uninstall clears the caches, pip uninstall the rest: nothing is left', () => {
    mkdirSync(join(environment.home, '.cache/spikelab/encoded'), { recursive: true });
    for (const name of ['parameters', 'papermill', 'run-notebook', 'no-node', 'no-node-out'])
      environment.run('python', ['-c', `import os; os.remove("${name}.ipynb")`]);
    environment.run('python', ['-c', 'import os; os.remove("old-node")']);
    const { stdout } = environment.run('spikelab', ['uninstall']);
    expect(stdout).toContain('pip uninstall spikelab');
    environment.pip('uninstall', '-y', 'spikelab');
    const ours = /[\\/](spikelab[\\/-]|@spikelab|bin[\\/]spikelab|kernels[\\/]spikelab)/;
    expect(before.filter((file) => ours.test(file.slice(environment.folder.length))).length).toBeGreaterThan(1000);
    expect(environment.files().filter((file) => ours.test(file.slice(environment.folder.length)))).toEqual([]);
  });
});
