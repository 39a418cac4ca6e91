/** What is looked at before minutes of work: room on the disk, and whether npm's registry answers. */
import { spawnSync } from 'node:child_process';
import { statfsSync } from 'node:fs';
import { SetupError, rerun } from './run.mjs';

/**
 * @param needed MB that will be written below `folder`
 * @param free bytes that are free there; default: what the system says
 * @throws SetupError when there is less
 */
export function requireRoom(folder, needed, free = freeBytes(folder)) {
  if (free >= needed * 1e6) return;
  throw new SetupError(
    `the set-up needs ${needed} MB on the disk of ${folder}, and ${Math.floor(free / 1e6)} MB are free. Make room there, or move the project to another disk, then run this again.`,
  );
}

function freeBytes(folder) {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return Infinity; // a file system that does not tell
  }
}

/** How npm's errors begin when nobody answers; any other answer is one. */
const unreachable =
  /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|EPROTO|\w*CERT\w*)\b/;

/**
 * Why npm's registry cannot be reached, or undefined: npm itself would try for ten minutes without a word.
 * @param npm the command with its leading arguments
 */
export function registryFault([command, ...args], options = {}) {
  const ping = [...args, 'ping', '--fetch-retries=0', '--fetch-timeout=20000', '--loglevel=error'];
  const { status, stderr } = spawnSync(command, ping, { encoding: 'utf8', timeout: 60_000, ...options });
  if (status === 0) return undefined;
  return status === null ? 'ETIMEDOUT' : unreachable.exec(stderr ?? '')?.[0];
}

/** What to say when the packages are in no cache either. */
export const offline = (fault) =>
  `npm's registry cannot be reached (${fault}), and its cache lacks packages. Connect this machine, or name your proxy: npm config set proxy http://HOST:PORT. ${rerun}`;
