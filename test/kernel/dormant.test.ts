/** A kernel of which nobody asks anything gives its compiler back, and knows everything when it is asked again. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, describe, expect, test } from 'vitest';
import { Client, missingBuild } from './client.js';

const notebook = mkdtempSync(`${tmpdir()}/spikelab-dormant-`);
afterAll(() => rmSync(notebook, { recursive: true, force: true }));

/** The process numbers of a kernel's compilers. */
const compilers = (client: Client): number[] =>
  spawnSync('ps', ['-eo', 'pid,ppid,args'], { encoding: 'utf8' })
    .stdout.split('\n')
    .filter((line) => line.includes('compiler/main.js') && Number(line.trim().split(/\s+/)[1]) === client.process.pid)
    .map((line) => Number.parseInt(line));

describe.skipIf(missingBuild || (process.platform === 'win32' && 'ps is not there'))('a dormant kernel', () => {
  test('has no compiler, and finds the names, types and values of the session when it wakes', async () => {
    const client = await Client.start({ cwd: notebook, env: { SPIKELAB_DORMANT: '1' } });
    await client.execute('interface Spike { t: number }\nconst spikes: Spike[] = [{ t: 3 }, { t: 8 }];');
    await client.execute('const last = (all: Spike[]) => all.at(-1)!.t;');
    for (let round = 0; round < 2; round++) {
      await expect.poll(() => compilers(client)).toEqual([]);
      expect((await client.execute('last(spikes)')).result).toBe('8');
      expect(compilers(client)).toHaveLength(1);
    }
    await expect.poll(() => compilers(client)).toEqual([]);
    expect((await client.execute('last([{ t: "three" }])')).error?.evalue).toContain('not assignable to type');
    await expect.poll(() => compilers(client)).toEqual([]);
    const { content } = await client.request('shell', 'complete_request', { code: 'spikes[0].', cursor_pos: 10 });
    expect(content['matches']).toContain('t');
    expect(client.log).toBe('');
    await client.shutdown();
  });

  test('keeps its compiler while a cell is being checked or runs, and always with SPIKELAB_DORMANT=off', async () => {
    const busy = await Client.start({ cwd: notebook, env: { SPIKELAB_DORMANT: '0.2' } });
    const cell = 'await new Promise((resolve) => setTimeout(resolve, 1500)); 7';
    expect((await Promise.all([busy.execute(cell), busy.execute('1 + 1')])).map(({ result }) => result)).toEqual([
      '7',
      '2',
    ]);
    const awake = await Client.start({ cwd: notebook, env: { SPIKELAB_DORMANT: 'off' } });
    await awake.execute('1');
    await expect.poll(() => compilers(busy)).toEqual([]);
    expect(compilers(awake)).toHaveLength(1);
    await Promise.all([busy.shutdown(), awake.shutdown()]);
  });
});
