/** Runs other programs for the set-up and its followers. */
import { spawn, spawnSync } from 'node:child_process';
import { constants } from 'node:os';
import { root } from './files.mjs';

/** What went wrong and how to mend it, in words for the user; no stack is printed. */
export class SetupError extends Error {}

/** How to go on after most failures. */
export const rerun = 'Mend that, then run this again: finished steps are kept.';

/**
 * Runs a program to its end with both its outputs on our standard output: progress never goes to standard error.
 * @throws SetupError with `fix` when it cannot be started or fails
 */
export function run(command, args, fix, options = {}) {
  const result = spawnSync(command, args, { cwd: root, stdio: ['ignore', 1, 1], ...options });
  if (result.error) throw new SetupError(`cannot start ${command}: ${result.error.message}. ${fix}`);
  if (result.status !== 0) {
    const how = result.signal ? `was ended by ${result.signal}` : `failed with exit code ${result.status}`;
    throw new SetupError(`${[command, ...args].join(' ')} ${how}. ${fix}`);
  }
}

/**
 * Runs a program in the foreground, hands signals on to it, and resolves to its exit code (128 + number for a signal).
 */
export function follow(command, args, options = {}) {
  const child = spawn(command, args, { cwd: root, stdio: 'inherit', ...options });
  const forward = (signal) => child.kill(signal);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, forward);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      for (const name of signals) process.off(name, forward);
      resolve(code ?? 128 + constants.signals[signal]);
    });
  });
}
