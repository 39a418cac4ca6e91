/** What a notebook offers beside the library: global functions of every cell, known to completion. */
import { inspect } from 'node:util';
import { readInput } from './input.js';
import { sendClear, sendMessage } from './pipe.js';

export { comms } from './comms.js';
export { checks } from './checks.js';
export { partialCredit } from './partial-credit.js';

/**
 * Asks the user for a line of text and waits for it.
 * @param message what to ask
 * @param defaultValue what an empty answer means
 * @throws InputError where the front end has no input, for instance when a notebook runs unattended
 */
export function prompt(message = '', defaultValue?: string): string {
  const text = readInput(asPrompt(message), false);
  return text === '' && defaultValue !== undefined ? defaultValue : text;
}

/** Like {@link prompt}, for secrets: what is typed is not shown and not kept in the notebook. */
export function password(message = 'Password'): string {
  return readInput(asPrompt(message), true);
}

/** Asks a question that is answered with yes or no; anything but `y` and `yes` is no. */
export function confirm(message = ''): boolean {
  return /^\s*y(es)?\s*$/i.test(readInput(asPrompt(`${message} [y/N]`), false));
}

/**
 * Clears the outputs of the running cell.
 * @param options.wait only when the next output comes, so that an animation does not flicker
 */
export function clearOutput({ wait = false }: { wait?: boolean } = {}): void {
  sendClear(wait);
}

/** Shows a value in the front end's pager, where it has one, when the cell ends. */
export function page(value: unknown): void {
  const text = typeof value === 'string' ? value : inspect(value, { depth: 8, maxArrayLength: 1000 });
  sendMessage({ op: 'payload', payload: { source: 'page', data: { 'text/plain': text }, start: 0 } });
}

function asPrompt(message: string): string {
  return message === '' || /\s$/.test(message) ? message : `${message} `;
}
