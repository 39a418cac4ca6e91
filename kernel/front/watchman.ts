import { spawn, type ChildProcess } from 'node:child_process';
import { frontName, sessionVariable } from '../common/descendants.js';

/** From lines of process and parent: the processes `roots` and all that they started. */
const family = `{ parent[$1] = $2 }
END {
  split(roots, root); for (n in root) kept[root[n]]
  do { more = 0; for (pid in parent) if (!(pid in kept) && parent[pid] in kept) { kept[pid]; more = 1 } } while (more)
  for (pid in kept) print pid
}`;

/**
 * Reads lines of process numbers; when the other end is gone, ends the processes that the last line names, what these
 * started, their groups, and on Linux every process that was started in the name of this front process. Runs in a
 * shell, because nothing is smaller.
 */
const script = `while read -r line; do last=$line; done
test -z "$last" || for pid in $(ps -A -o pid= -o ppid= | awk -v roots="$last" '${family}'); do kill -s KILL $pid; done
for leader in $last; do kill -s KILL -- -$leader; done
test -z "$last" || for file in $(grep -lsz "^${sessionVariable}=${frontName}[.]" /proc/[0-9]*/environ); do
  file=\${file#/proc/}; kill -s KILL \${file%/environ}
done`;

/**
 * Ends this front process's other processes when it is killed and they cannot notice: a compiler that is at a long
 * check, cells that are stopped (SIGSTOP). All others see their pipes close and end by themselves, on Windows too,
 * where there is no watchman.
 */
export class Watchman {
  private readonly shell: ChildProcess | undefined;
  private readonly leaders = new Map<string, number>();

  constructor() {
    if (process.platform === 'win32') return;
    // Without the environment, which would name this kernel's own parent's session; in a group of its own, which no
    // Ctrl-C reaches.
    this.shell = spawn('/bin/sh', ['-c', script], {
      cwd: '/',
      env: { PATH: '/usr/bin:/bin' },
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
    this.shell.on('error', () => {}); // no shell, no watchman
    this.shell.stdin?.on('error', () => {});
    this.shell.unref();
  }

  /**
   * The process `leader` leads a group in this role, in which it follows another; `undefined` when it could not be
   * started.
   */
  watch(role: string, leader: number | undefined): void {
    if (leader === undefined) this.leaders.delete(role);
    else this.leaders.set(role, leader);
    this.tell();
  }

  /** The processes have been ended. */
  dismiss(): void {
    this.leaders.clear();
    this.tell();
    this.shell?.stdin?.end();
  }

  private tell(): void {
    this.shell?.stdin?.write(`${[...this.leaders.values()].join(' ')}\n`);
  }
}
