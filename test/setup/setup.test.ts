/** The set-up's own parts: what it repeats, what it takes over, what it tells the user. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { hashOf, root } from '../../scripts/setup/files.mjs';

const script = (code: string) => ['--input-type=module', '-e', code];
const at = (path: string) => JSON.stringify(new URL(`../../scripts/${path}`, import.meta.url).href);

describe('content stamps', () => {
  let folder: string | undefined;
  afterEach(() => folder && rmSync(folder, { recursive: true, force: true }));

  test('change with contents and names of sources, and with nothing else', () => {
    folder = mkdtempSync(join(root, 'test/output-'));
    const hash = () => hashOf([folder!.slice(root.length + 1)]);
    const seen = [hash()];
    for (const [name, text] of [
      ['a.ts', 'one'],
      ['a.ts', 'two'],
      ['b.ts', 'two'],
    ]) {
      writeFileSync(join(folder, name), text);
      seen.push(hash());
    }
    expect(new Set(seen).size).toBe(4);
    writeFileSync(join(folder, 'a.test.ts'), 'a test is part of no product');
    writeFileSync(join(folder, 'a.ts'), 'two');
    expect(hash()).toBe(seen[3]);
  });
});

describe('one set-up at a time', () => {
  const lock = join(root, '.setup.lock');
  const takeLock = script(
    `import { withLock } from ${at('setup/lock.mjs')}; await withLock(async () => console.log('held'));`,
  );

  test('takes over from a set-up that was killed', (context) => {
    if (existsSync(lock)) return context.skip('a set-up is running in this folder');
    const dead = spawnSync(process.execPath, ['-e', '']).pid;
    writeFileSync(lock, String(dead));
    const text = execFileSync(process.execPath, takeLock, { encoding: 'utf8', timeout: 600_000 });
    expect(text).toContain('held');
    expect(existsSync(lock)).toBe(false);
  });
});

describe('finding Python', () => {
  test('says what to install when there is none', () => {
    const run = spawnSync(
      process.execPath,
      script(`import { findPython } from ${at('setup/python.mjs')}; findPython();`),
      {
        encoding: 'utf8',
        env: { PATH: join(root, 'docs') },
      },
    );
    expect(run.status).not.toBe(0);
    expect(run.stderr).toMatch(/JupyterLab needs Python 3\.9 or newer; there is no python3, python or py on the path/);
    expect(run.stderr).toContain('apt install python3 python3-venv');
  });
});

describe('before minutes of work the set-up', () => {
  const said = (code: string, env: NodeJS.ProcessEnv = process.env) =>
    spawnSync(process.execPath, script(`import * as look from ${at('setup/preflight.mjs')}; ${code}`), {
      encoding: 'utf8',
      env,
    });

  test('says how much room it needs, how much there is, and where', () => {
    const { stderr, status } = said(`look.requireRoom(${JSON.stringify(root)}, 1000, 3.5e8);`);
    expect(status).not.toBe(0);
    expect(stderr).toContain(`the set-up needs 1000 MB on the disk of ${root}, and 350 MB are free. Make room there`);
    expect(said(`look.requireRoom(${JSON.stringify(root)}, 1, 1e6);`).status).toBe(0);
    expect(said(`look.requireRoom(${JSON.stringify(root)}, 1e12);`).status).not.toBe(0); // the disk itself is asked
  });

  test('notices within seconds that npm reaches nobody, and takes any answer for one', async (context) => {
    if (process.platform === 'win32') return context.skip('npm is a script of cmd there');
    const fault = (registry: string) =>
      said(`console.log(look.registryFault(['npm']));`, {
        ...process.env,
        npm_config_registry: registry,
      }).stdout.trim();
    expect(fault('http://127.0.0.1:1/')).toBe('ECONNREFUSED');
    const code =
      'require("node:http").createServer((_, answer) => answer.writeHead(404).end()).listen(0, "127.0.0.1", function () { console.log(this.address().port) })';
    const server = spawn(process.execPath, ['-e', code]);
    try {
      const port = await new Promise<string>((resolve) =>
        server.stdout.once('data', (data: Buffer) => resolve(String(data).trim())),
      );
      expect(fault(`http://127.0.0.1:${port}/`)).toBe('undefined'); // a mirror that knows no ping
    } finally {
      server.kill();
    }
  });
});

describe('a set-up that has nothing to do', () => {
  test('does nothing and says so in one line', (context) => {
    if (!existsSync(join(root, '.venv/.spikelab-kernel-stamp')))
      return context.skip('there was no set-up here yet: npm run setup');
    spawnSync(process.execPath, ['scripts/setup.mjs'], { cwd: root });
    const run = spawnSync(process.execPath, ['scripts/setup.mjs'], { cwd: root, encoding: 'utf8' });
    expect(run).toMatchObject({
      status: 0,
      stderr: '',
      stdout: 'Everything is set up: npm run quickstart, npm run lab, npm test\n',
    });
  });
});

describe('the table in README.md', () => {
  test('is the one that docs/results makes', () => {
    const run = spawnSync(process.execPath, ['scripts/readme-table.mjs', '--check'], { cwd: root, encoding: 'utf8' });
    expect(run).toMatchObject({ status: 0, stderr: '' });
    expect(readFileSync(join(root, 'README.md'), 'utf8')).toContain('results: made by scripts/readme-table.mjs');
  });
});
