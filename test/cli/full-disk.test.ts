/**
 * A checkpoint that does not fit: the file system is really full (a small tmpfs in a mount namespace of its own:
 * ENOSPC), or the process may write no larger file (`ulimit -f`: EFBIG). The checkpoint before stays as it was, and the
 * run goes on to the same bits when there is room again.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main, preset, root, spikelab } from './command.js';

let folder: string;
let whole: string;

const train = (out: string, epochs: number, ...more: string[]): string[] => [
  'train',
  preset,
  '--samples',
  '150',
  '--epochs',
  String(epochs),
  '--threads',
  '2',
  '--out',
  path.join(folder, out),
  '--json',
  ...more,
];
const hashOf = (out: string): string => (JSON.parse(out) as { weightsSha256: string }).weightsSha256;

/** A POSIX shell with `$node`, `$main` and `$out`; `prefix` starts it elsewhere. */
function shell(
  script: string,
  out: string,
  prefix: readonly string[] = [],
): { status: number | null; stdout: string; stderr: string } {
  const [command, ...args] = [...prefix, 'sh', '-c', script];
  return spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, node: process.execPath, main, out },
  });
}

const options = '--samples 150 --threads 2 --json --out "$out/run"';

it('output for which there is no room is said in one line, and what was asked for is done', async (context) => {
  if (!existsSync('/dev/full')) context.skip('there is no /dev/full here');
  const out = await mkdtemp(path.join(os.tmpdir(), 'spikelab-output-'));
  const commands = [
    '--version',
    '--help',
    'train strokes-dense --samples 40 --epochs 1 --out "$out/run"',
    'bundle "$out/run" --out "$out/run.zip"',
    'verify-run "$out/run.zip" --seconds 1 --json',
  ];
  const line = /^spikelab: cannot write the output \(ENOSPC: .*\): free some space, or send it elsewhere\n$/;
  for (const command of commands) {
    const { status, stderr } = shell(`"$node" "$main" ${command} > /dev/full`, out);
    expect([command, status, stderr]).toEqual([command, 1, expect.stringMatching(line)]);
  }
  expect((await readdir(path.join(out))).sort()).toEqual(['run', 'run.zip']);
  expect(shell(`"$node" "$main" verify-run "$out/nothing" 2> /dev/full`, out).status).toBe(64);
  await rm(out, { recursive: true });
});

describe(`a checkpoint of ${preset} that does not fit`, () => {
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'spikelab-full-'));
    whole = hashOf((await spikelab(train('whole', 2))).out);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('above the size of files that the process may write', async (context) => {
    if (process.platform === 'win32') context.skip('Windows has no limit on the size of files');
    expect((await spikelab(train('run', 1))).code).toBe(0);
    const checkpoint = path.join(folder, 'run', 'checkpoint.safetensors');
    const before = await readFile(checkpoint);
    const { status, stderr } = shell(
      `ulimit -f 2048; "$node" "$main" train ${preset} --epochs 2 --resume ${options}`,
      folder,
    );
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^spikelab: cannot write .*run\/checkpoint\.safetensors: a file of 7\.\d MB is larger than this process may write here: raise the limit \(ulimit -f\), .*before is untouched\n$/,
    );
    expect(before.equals(await readFile(checkpoint))).toBe(true);
    expect(
      (await readdir(path.join(folder, 'run'))).filter((name) => name.endsWith('.tmp') || name === '.lock'),
    ).toEqual([]);
    expect(hashOf((await spikelab(train('run', 2, '--resume'))).out)).toBe(whole);
  });

  it('on a full file system', async (context) => {
    const mount = path.join(folder, 'mount');
    const tmpfs = 'mkdir "$out" && mount -t tmpfs -o size=18m spikelab "$out"';
    const ways = [
      ['unshare', '--mount'],
      ['unshare', '--map-root-user', '--mount'],
    ]; // as root, and as anyone where namespaces are free
    const namespace = ways.find((prefix, k) => shell(tmpfs, path.join(folder, `probe-${k}`), prefix).status === 0);
    if (!namespace) return context.skip('no small file system can be mounted here (needs Linux and unshare)');
    const again = `"$node" "$main" train ${preset} --epochs 2 --resume ${options}`;
    const script = [
      'set -e',
      tmpfs,
      `"$node" "$main" train ${preset} --epochs 1 ${options} >/dev/null`,
      'before=$(sha256sum <"$out/run/checkpoint.safetensors")',
      'head -c 6000000 /dev/zero >"$out/ballast"',
      `if ${again}; then exit 9; fi`,
      'test "$before" = "$(sha256sum <"$out/run/checkpoint.safetensors")"',
      'rm "$out/ballast"',
      again,
    ].join('\n');
    const { status, stdout, stderr } = shell(script, mount, namespace);
    expect(stderr).toMatch(
      /^spikelab: cannot write .*run\/checkpoint\.safetensors: the disk is full \(7\.\d MB are needed, \d+\.\d MB are free\): free some space, or choose another folder; .*before is untouched\n$/,
    );
    expect(status).toBe(0);
    expect(hashOf(stdout)).toBe(whole);
  });
});
