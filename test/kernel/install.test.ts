/** `spikelab install`, `uninstall` and `doctor`, and what Jupyter and VS Code see of it. */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { nodeVersion } from '../../kernel/install/doctor.js';
import { missingBuild } from './client.js';
import { commandLine, here, Jupyter, missing } from './python-client.js';

const folder = mkdtempSync(join(tmpdir(), 'spikelab-install-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let place: string;
beforeEach(() => (place = mkdtempSync(join(folder, 'place-'))));

/**
 * Without Python on the path, without the user's own folders, and without touching this build's snapshot, which other
 * tests use.
 */
const run = (args: string[], env: NodeJS.ProcessEnv = {}, main = commandLine) =>
  spawnSync(process.execPath, [main, ...args], {
    encoding: 'utf8',
    env: { HOME: place, PATH: '', SPIKELAB_SNAPSHOT: 'own', ...env },
    timeout: 600_000,
  });
const spec = (...path: string[]) => join(...path, 'kernels/spikelab/kernel.json');
const read = (file: string) =>
  JSON.parse(readFileSync(file, 'utf8')) as {
    argv: string[];
    interrupt_mode: string;
    language: string;
    display_name: string;
  };
interface Finding {
  check: string;
  status: string;
  detail: string;
}
const doctor = (env: NodeJS.ProcessEnv = {}, main?: string) => {
  const { status, stdout, stderr } = run(['doctor', '--json'], { SPIKELAB_SNAPSHOT: 'off', ...env }, main);
  expect(stderr).toBe('');
  const findings = (JSON.parse(stdout) as { findings: Finding[] }).findings;
  return { status, find: (check: string) => findings.filter((one) => one.check === check) };
};

describe.skipIf(missingBuild)('install and uninstall', () => {
  test("by default and with --user: the user's Jupyter folder, with absolute paths, without Python", () => {
    for (const [args, env] of [
      [[], { JUPYTER_DATA_DIR: join(place, 'own') }],
      [['--user'], { JUPYTER_DATA_DIR: join(place, 'own') }],
    ] as const) {
      expect(run(['install', ...args], { SPIKELAB_SNAPSHOT: 'off', ...env }).status).toBe(0);
      const { argv, interrupt_mode, language } = read(spec(place, 'own'));
      expect(argv).toEqual([process.execPath, here('../../dist/kernel/main.js'), '{connection_file}']);
      expect(argv.slice(0, 2).every((part) => isAbsolute(part) && existsSync(part))).toBe(true);
      expect([interrupt_mode, language]).toEqual(['message', 'typescript']);
      expect(run(['uninstall', ...args], env).stdout).toContain('Removed');
      expect(existsSync(spec(place, 'own'))).toBe(false);
      expect(run(['uninstall', ...args], env).stdout).toContain('No Spikelab kernel was installed');
      expect(existsSync(join(place, 'own'))).toBe(false); // it was made for kernel and extension
    }
  });

  test('--sys-prefix and --prefix; two places at once are refused', () => {
    expect(run(['install', '--sys-prefix'], { VIRTUAL_ENV: place, SPIKELAB_SNAPSHOT: 'off' }).status).toBe(0);
    expect(existsSync(spec(place, 'share/jupyter'))).toBe(true);
    expect(run(['install', '--prefix', join(place, 'p')], { SPIKELAB_SNAPSHOT: 'off' }).status).toBe(0);
    expect(existsSync(spec(place, 'p/share/jupyter'))).toBe(true);
    const { status, stderr } = run(['install', '--user', '--sys-prefix']);
    expect(status).toBe(64);
    expect(stderr).toContain('not several');
    const none = run(['install', '--sys-prefix']);
    expect(none.status).toBe(1);
    expect(none.stderr).toContain('--sys-prefix needs a Python environment');
  });

  test('kernel and extension come and go together, with caches and history; what else is there stays', () => {
    const env = {
      JUPYTER_DATA_DIR: join(place, 'own'),
      XDG_CACHE_HOME: join(place, 'cache'),
      XDG_STATE_HOME: join(place, 'state'),
    };
    const others = ['own/kernels/python3/kernel.json', 'own/labextensions/@other/package.json', 'cache/other/file'];
    const ours = ['cache/spikelab/encoded/file', 'state/spikelab/history.jsonl'];
    for (const file of [...others, ...ours]) {
      mkdirSync(dirname(join(place, file)), { recursive: true });
      writeFileSync(join(place, file), '');
    }
    expect(run(['install', '--user'], { SPIKELAB_SNAPSHOT: 'off', ...env }).stdout).toContain('JupyterLab extension');
    const { version } = JSON.parse(
      readFileSync(join(place, 'own/labextensions/@spikelab/jupyterlab/package.json'), 'utf8'),
    );
    expect(version).toBe(JSON.parse(readFileSync(here('../../package.json'), 'utf8')).version);
    expect(run(['uninstall', '--keep-caches'], env).status).toBe(0);
    expect(existsSync(join(place, 'state/spikelab/history.jsonl'))).toBe(true);
    expect(run(['install', '--user'], { SPIKELAB_SNAPSHOT: 'off', ...env }).status).toBe(0);
    expect(run(['uninstall'], env).status).toBe(0);
    for (const file of ['own/labextensions/@spikelab', 'own/kernels/spikelab', 'cache/spikelab', 'state/spikelab'])
      expect(existsSync(join(place, file)), file).toBe(process.platform !== 'linux' && file.endsWith('/spikelab'));
    for (const file of others) expect(existsSync(join(place, file)), file).toBe(true);
  });

  test('of a folder that SPIKELAB_CACHE names only what can be made again is removed', () => {
    for (const name of ['encoded', 'data']) mkdirSync(join(place, 'mine', name), { recursive: true });
    run(['uninstall'], { JUPYTER_DATA_DIR: join(place, 'own'), SPIKELAB_CACHE: join(place, 'mine') });
    expect(readdirSync(join(place, 'mine'))).toEqual(['data']);
  });

  test('a Node that cannot be used is refused before anything is written', () => {
    for (const node of [join(place, 'nowhere'), '/bin/true']) {
      const { status, stderr } = run(['install', '--prefix', place, '--node', node]);
      expect(status).toBe(64);
      expect(stderr).toContain('is no Node that runs here');
    }
    expect(existsSync(join(place, 'share'))).toBe(false);
  });

  test('an empty prefix is not the current folder, and an empty path no Node: both are refused', () => {
    for (const args of [
      ['--prefix', ''],
      ['--prefix', place, '--node', ''],
    ])
      expect(run(['install', ...args])).toMatchObject({ status: 64, stderr: expect.stringContaining('is empty') });
    expect(readdirSync(place)).toEqual([]);
  });

  test('a home that is a file is named with the way out', () => {
    writeFileSync(join(place, 'file'), '');
    const env = { SPIKELAB_SNAPSHOT: 'off', JUPYTER_DATA_DIR: join(place, 'file/jupyter') };
    const { status, stderr } = run(['install', '--user'], env);
    expect(status).toBe(1);
    expect(stderr).toMatch(/cannot be written \(ENOTDIR: .*\): use --user, --prefix FOLDER, or the rights/s);
  });

  test('prepares the start-up snapshot of the compiler', () => {
    const { stdout } = run(['install', '--prefix', place, '--json'], { SPIKELAB_CACHE: join(place, 'cache') });
    expect(JSON.parse(stdout)).toMatchObject({ snapshot: true });
    expect(readdirSync(join(place, 'cache/compiler')).some((name) => name.endsWith('.blob'))).toBe(true);
  });
});

const venvPython = (venv: string) =>
  process.platform === 'win32' ? join(venv, 'Scripts/python.exe') : join(venv, 'bin/python');

/** The command line of a copy of this project without its .venv, and without one of its packages. */
function isolated(packageLeftOut?: string): string {
  const copy = join(place, 'copy');
  cpSync(here('../../dist'), join(copy, 'dist'), { recursive: true });
  cpSync(here('../../package.json'), join(copy, 'package.json'));
  mkdirSync(join(copy, 'node_modules'));
  for (const name of readdirSync(here('../../node_modules')))
    if (name !== packageLeftOut)
      symlinkSync(here(`../../node_modules/${name}`), join(copy, 'node_modules', name), 'junction');
  return join(copy, 'dist/src/cli/main.js');
}

describe.skipIf(missingBuild)('doctor', () => {
  const data = () => ({ JUPYTER_DATA_DIR: join(place, 'own') });
  const write = (path: string, argv: string[]) => {
    mkdirSync(join(path, 'kernels/spikelab'), { recursive: true });
    writeFileSync(spec(path), JSON.stringify({ argv, display_name: 'x', language: 'typescript' }));
  };

  test('finds a good installation good, and says what an idle kernel needs', () => {
    run(['install', '--user'], { SPIKELAB_SNAPSHOT: 'off', ...data() });
    const { status, find } = doctor({ PATH: process.env['PATH'], ...data() });
    expect(status).toBe(0);
    expect(find('Kernelspec')).toContainEqual({
      check: 'Kernelspec',
      status: 'ok',
      detail: expect.stringContaining(join(place, 'own')),
    });
    const [idle] = find('Idle kernel');
    expect(idle).toMatchObject({ status: 'ok' });
    const [, milliseconds, memory] = /after (\d+) ms from cold, then (\d+) MiB/.exec(idle.detail) ?? [];
    expect(Number(milliseconds)).toBeGreaterThan(50);
    expect(Number(memory)).toBeGreaterThan(50); // a Node process alone has more
    expect(Number(memory)).toBeLessThan(350);
  });

  test('an old Node', () => {
    expect(nodeVersion('18.20.4')).toMatchObject({
      status: 'problem',
      detail: expect.stringContaining('20.12 is needed'),
    });
    expect(nodeVersion('20.11.1').status).toBe('problem');
    expect(nodeVersion('22.0.0').status).toBe('ok');
  });

  test('no kernelspec, no JupyterLab', () => {
    const { status, find } = doctor(data(), isolated());
    expect(status).toBe(1);
    expect(find('Kernelspec')).toMatchObject([
      { status: 'problem', detail: expect.stringContaining('spikelab install') },
    ]);
    expect(find('JupyterLab')).toMatchObject([{ status: 'warning' }]);
  });

  test('a Node or a kernel that is gone, two kernels of the same name', () => {
    const [program, main] = [isolated(), here('../../dist/kernel/main.js')];
    write(join(place, 'own'), ['/gone/node', main, '{connection_file}']);
    expect(doctor(data(), program).find('Kernelspec')).toMatchObject([
      { status: 'problem', detail: expect.stringContaining('/gone/node, which is gone') },
    ]);
    write(join(place, 'own'), [process.execPath, '/gone/main.js', '{connection_file}']);
    expect(doctor(data(), program).find('Kernelspec')).toMatchObject([
      { status: 'problem', detail: expect.stringContaining('/gone/main.js, which is gone') },
    ]);
    write(join(place, 'own'), [process.execPath, main, '{connection_file}']);
    const other = join(place, 'other.js');
    writeFileSync(other, '');
    write(join(place, 'path'), [process.execPath, other, '{connection_file}']);
    const { status, find } = doctor({ JUPYTER_PATH: join(place, 'path'), ...data() }, program);
    expect(find('Two kernels')).toMatchObject([{ status: 'warning', detail: expect.stringContaining(other) }]);
    expect(status).toBe(0);
  });

  test("of two kernels it names the one that Jupyter takes: a virtual environment's or the user's", (context) => {
    if (missing) return context.skip(missing);
    const venv = here('../../.venv');
    const other = join(place, 'other.js');
    writeFileSync(other, '');
    write(join(place, 'own'), [process.execPath, other, '{connection_file}']);
    const takes = (env: NodeJS.ProcessEnv) =>
      / takes (\S+?)[,.] /.exec(doctor({ VIRTUAL_ENV: venv, ...data(), ...env }).find('Two kernels')[0].detail)?.[1];
    const first = (env: NodeJS.ProcessEnv) => {
      const program = venvPython(venv);
      const { stdout } = spawnSync(program, ['-m', 'jupyter_client.kernelspecapp', 'list', '--json'], {
        encoding: 'utf8',
        env: { ...process.env, HOME: place, ...data(), ...env },
      });
      return (JSON.parse(stdout) as { kernelspecs: { spikelab: { spec: { argv: string[] } } } }).kernelspecs.spikelab
        .spec.argv[1];
    };
    for (const JUPYTER_PREFER_ENV_PATH of ['1', '0'])
      expect(takes({ JUPYTER_PREFER_ENV_PATH })).toBe(first({ JUPYTER_PREFER_ENV_PATH }));
    expect(takes({ JUPYTER_PREFER_ENV_PATH: '0' })).toBe(other);
    expect(takes({ JUPYTER_PREFER_ENV_PATH: '1' })).not.toBe(other);
  });

  test('a start that is slow is not called broken', async () => {
    const { tryKernel } = (await import(here('../../dist/kernel/install/idle-kernel.js'))) as {
      tryKernel(command: string[], milliseconds: number): Promise<unknown>;
    };
    const sleeper = [process.execPath, '-e', 'setInterval(() => {}, 1000)'];
    await expect(tryKernel(sleeper, 500)).rejects.toMatchObject({
      name: 'SlowStart',
      message: 'no answer to 1 + 1 within 0.5 s',
    });
    await expect(
      tryKernel([process.execPath, '-e', 'console.error("no such binding"); process.exit(1)'], 60_000),
    ).rejects.toThrow('it ended; it says: no such binding');
  });

  test('says how many threads a training takes', () => {
    const [processors] = doctor({ ...data(), SPIKELAB_THREADS: '3' }).find('Processors');
    expect(processors).toMatchObject({
      status: 'ok',
      detail: expect.stringMatching(/3 threads \(as SPIKELAB_THREADS says\)/),
    });
    expect(doctor({ ...data(), SPIKELAB_THREADS: 'many' }).find('Processors')).toMatchObject([
      { status: 'problem', detail: expect.stringContaining('an integer from 1 to 256') },
    ]);
  });

  test('an extension of another version, a kernel of another version', () => {
    run(['install', '--user'], { SPIKELAB_SNAPSHOT: 'off', ...data() });
    const change = (file: string, part: object) =>
      writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), ...part }));
    change(join(place, 'own/labextensions/@spikelab/jupyterlab/package.json'), { version: '0.0.9' });
    change(spec(place, 'own'), { metadata: { spikelab: '0.0.8' } });
    const { status, find } = doctor(data(), isolated());
    expect(status).toBe(1);
    expect(find('Extension')).toMatchObject([{ status: 'problem', detail: expect.stringContaining('version 0.0.9') }]);
    expect(find('Kernelspec')).toMatchObject([{ status: 'warning', detail: expect.stringContaining('version 0.0.8') }]);
  });

  test('a ZeroMQ binding that is missing, a build that is missing', () => {
    const program = isolated('zeromq');
    rmSync(join(place, 'copy/dist/kernel/main.js'));
    const { status, find } = doctor(data(), program);
    expect(status).toBe(1);
    expect(find('ZeroMQ binding')).toMatchObject([{ status: 'problem', detail: expect.stringContaining('npm ci') }]);
    expect(find('Kernel build')).toMatchObject([
      { status: 'problem', detail: expect.stringContaining('npm run build') },
    ]);
    expect(find('Idle kernel')).toEqual([]);
  });
});

describe('what Jupyter makes of it', () => {
  const jupyter = new Jupyter();
  beforeAll(() => {
    if (!missing) jupyter.install();
  });
  afterAll(() => jupyter.remove());

  test('jupyter kernelspec list names it, as VS Code reads it', (context) => {
    if (missing) return context.skip(missing);
    const { stdout } = jupyter.run(['-m', 'jupyter_client.kernelspecapp', 'list', '--json']);
    const { spikelab } = (
      JSON.parse(stdout) as { kernelspecs: Record<string, { resource_dir: string; spec: Record<string, unknown> }> }
    ).kernelspecs;
    expect(spikelab.resource_dir).toBe(join(jupyter.prefix, 'share/jupyter/kernels/spikelab'));
    expect(spikelab.spec).toMatchObject({
      argv: [process.execPath, expect.stringMatching(/main\.js$/), '{connection_file}'],
      language: 'typescript',
      interrupt_mode: 'message',
      display_name: 'TypeScript (Spikelab)',
    });
  });

  test('nbconvert --execute runs a notebook', (context) => {
    if (missing) return context.skip(missing);
    const file = join(folder, 'notebook.ipynb');
    const metadata = {
      kernelspec: { name: 'spikelab', display_name: 'TypeScript (Spikelab)', language: 'typescript' },
    };
    writeFileSync(
      file,
      JSON.stringify({
        nbformat: 4,
        nbformat_minor: 5,
        metadata,
        cells: [
          {
            id: 'a',
            cell_type: 'code',
            source: 'const net: number = 6 * 7; net',
            metadata: {},
            outputs: [],
            execution_count: null,
          },
        ],
      }),
    );
    const { stdout, stderr } = jupyter.run(['-m', 'nbconvert', '--execute', '--to', 'notebook', '--stdout', file]);
    const [cell] = (JSON.parse(stdout || stderr) as { cells: { outputs: unknown[]; execution_count: number }[] }).cells;
    expect(cell).toMatchObject({
      execution_count: 1,
      outputs: [{ output_type: 'execute_result', data: { 'text/plain': ['42'] } }],
    });
  });
});
