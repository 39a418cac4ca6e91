/**
 * `node scripts/load.mjs TIMES -- COMMAND …`: runs the command while other processes keep every core busy TIMES over.
 * Its exit code is the command's. The busy processes end with this one, also when it is killed: each looks whether its
 * parent is still there.
 */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';

const [times, separator, command, ...args] = process.argv.slice(2);
if (!(Number(times) > 0) || separator !== '--' || command === undefined) {
  console.error(
    'Usage: node scripts/load.mjs TIMES -- COMMAND …, for instance: node scripts/load.mjs 4 -- npm test kernel',
  );
  process.exit(64);
}

/** Computes in short turns; between them it sees that its standard input, which the parent holds, is closed. */
const burn = `process.stdin.on('close', () => process.exit()).on('error', () => process.exit()).resume();
(function turn() { for (const end = Date.now() + 50; Date.now() < end; ); setImmediate(turn); })();`;
const burners = Array.from({ length: Math.ceil(Number(times) * availableParallelism()) }, () =>
  spawn(process.execPath, ['-e', burn], { stdio: ['pipe', 'ignore', 'inherit'], windowsHide: true }),
);
const end = (code) => {
  for (const burner of burners) burner.kill('SIGKILL');
  process.exit(code);
};

const child = spawn(command, args, { stdio: 'inherit', shell: process.platform === 'win32' });
child.on('error', (error) => {
  console.error(`error: ${command} could not be started: ${error.message}`);
  end(127);
});
child.on('exit', (code, signal) => end(code ?? (signal === 'SIGINT' ? 130 : 1)));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
