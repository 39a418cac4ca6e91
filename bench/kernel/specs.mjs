/**
 * The peers of our kernel as Jupyter would start them. Deno is installed on first use into the user's cache; it is
 * needed for nothing else.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const denoVersion = '2.9.6';
export const tslabVersion = JSON.parse(readFileSync(join(root, 'node_modules/tslab/package.json'), 'utf8')).version;

/** What a program prints; its messages go to ours. */
export function run(command, args, options = {}) {
  const { status, stdout, error } = spawnSync(command, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 2 ** 28,
    ...options,
  });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed (${error?.message ?? `exit code ${status}`})`);
  return stdout;
}

/** Installs packages into a folder that has a `package.json`. */
export function install(folder, packages, ...options) {
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error', ...options];
  run('npm', ['install', ...quiet, ...packages], { cwd: folder, shell: process.platform === 'win32' });
}

/** The Deno binary, from its npm package. */
function deno() {
  const folder = join(
    process.env.SPIKELAB_CACHE || join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'spikelab'),
    'bench',
    `deno-${denoVersion}`,
  );
  mkdirSync(folder, { recursive: true });
  const platform = `${process.platform}-${process.arch}${process.platform === 'linux' ? '-glibc' : ''}`;
  const binary = join(folder, 'node_modules/@deno', platform, process.platform === 'win32' ? 'deno.exe' : 'deno');
  if (!existsSync(binary)) {
    writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
    install(folder, [`deno@${denoVersion}`], '--ignore-scripts', '--save-exact');
  }
  return binary;
}

/** Writes a kernelspec into a folder of them. */
export function writeSpec(kernels, name, language, argv, extra = {}) {
  mkdirSync(join(kernels, name), { recursive: true });
  const spec = { argv, display_name: name, language, ...extra };
  writeFileSync(join(kernels, name, 'kernel.json'), JSON.stringify(spec));
}

/** Our kernel's spec, by its built program. */
export function writeOwnSpec(kernels, name, program, env) {
  const argv = [process.execPath, program, '{connection_file}'];
  writeSpec(kernels, name, 'typescript', argv, { interrupt_mode: 'message', env });
}

/** Specs of tslab and Deno; `work` is where they may keep what they download. */
export function writePeers(kernels, work) {
  const tslab = join(root, 'node_modules/tslab/bin/tslab');
  writeSpec(kernels, 'tslab', 'typescript', [process.execPath, tslab, 'kernel', '--config-path', '{connection_file}']);
  writeSpec(kernels, 'deno', 'typescript', [deno(), 'jupyter', '--kernel', '--conn', '{connection_file}'], {
    env: { DENO_DIR: join(work, 'deno'), DENO_NO_UPDATE_CHECK: '1' },
  });
}
