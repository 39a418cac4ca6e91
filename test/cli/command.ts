/** Runs the built `spikelab` command in a process of its own, from the project's folder. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));
/** Where the tests look for data, and whether MNIST is there. */
export const data = path.resolve(root, process.env.SPIKELAB_DATA ?? '../shared/data');
export const hasMnist = existsSync(path.join(data, 'mnist', 'train-images-idx3-ubyte.gz'));
/** The dense network of MNIST; where that is not at hand, the same network on drawn digits. */
export const preset = hasMnist ? 'mnist-dense' : 'strokes-dense';
export const main = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));

/** For `started`: sends a signal when the output first matches. */
export const onOutput =
  (pattern: RegExp, signal: NodeJS.Signals) =>
  (child: ChildProcess): void => {
    let text = '';
    let sent = false;
    child.stdout?.on('data', (part: Buffer) => {
      text += part.toString();
      if (sent || !pattern.test(text)) return;
      sent = true;
      child.kill(signal);
    });
  };

export interface Ended {
  /** Null when a signal ended it. */
  code: number | null;
  out: string;
  err: string;
}

export function spikelab(
  args: string[],
  started?: (child: ChildProcess) => void,
  env: NodeJS.ProcessEnv = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [main, ...args], { cwd: root, env: { ...process.env, ...env } });
  let out = '';
  let err = '';
  child.stdout.on('data', (text: Buffer) => (out += text.toString()));
  child.stderr.on('data', (text: Buffer) => (err += text.toString()));
  started?.(child);
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })));
}
