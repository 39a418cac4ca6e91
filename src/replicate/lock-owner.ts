/** Who holds a folder: a process, and the machine on which its number means something. */
import { readFileSync, readlinkSync } from 'node:fs';
import os from 'node:os';

export interface Owner {
  readonly pid: number;
  readonly host: string;
  /** When its process began, ms: a number of a process is used again after a restart. */
  readonly started: number;
  /**
   * Boot and namespace of process numbers, on Linux: containers and cloned machines may share the name of their host.
   */
  readonly space?: string;
}

const sameStart = 5_000; // ms: how far two looks at the start of one process may lie apart

function spaceHere(): string | undefined {
  try {
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return undefined; // not Linux
  }
}

const space = spaceHere();
export const me: Owner = {
  pid: process.pid,
  host: os.hostname(),
  started: Math.round(Date.now() - 1000 * process.uptime()),
  ...(space !== undefined && { space }),
};

/** Undefined when the text was cut while it was written. */
export function ownerOf(text: string): Owner | undefined {
  try {
    const { pid, host, started, space } = JSON.parse(text) as Partial<Record<keyof Owner, unknown>>;
    return Number.isSafeInteger(pid) && (pid as number) > 0 && typeof host === 'string'
      ? { pid: pid as number, host, started: Number(started), ...(typeof space === 'string' && { space }) }
      : undefined;
  } catch {
    return undefined;
  }
}

/** Whether this process can see that one by its number. */
export const isHere = (owner: Owner): boolean =>
  owner.host === me.host && (owner.space === undefined || me.space === undefined || owner.space === me.space);

/** Of a process of this machine. */
export function isAlive({ pid, started }: Owner): boolean {
  if (pid === me.pid) return Math.abs(started - me.started) < sameStart; // else an earlier process of the same number
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** For `… is in use by …`. */
export function describeOwner(owner: Owner | undefined): string {
  if (!owner) return 'a process that is just beginning: try again';
  if (!isHere(owner)) return `process ${owner.pid} on ${owner.host}, which is alive: wait for it or stop it there`;
  return owner.pid === me.pid
    ? 'another call of this process: await that first'
    : `process ${owner.pid}: wait for it or stop it`;
}
