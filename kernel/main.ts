#!/usr/bin/env node
/** The kernel's front process: `node dist/kernel/main.js <connection file>`, as the kernelspec says. */
import { starterIsGone, whenGone } from './common/parent-watch.js';
import { exposure, readConnectionFile } from './protocol/connection.js';
import { Kernel } from './front/kernel.js';

const [path] = process.argv.slice(2);
if (path === undefined) {
  process.stderr.write(
    'Usage: main.js <connection file>. Jupyter starts this program; install it with: spikelab install\n',
  );
  process.exit(64);
}

const kernel = new Kernel(readConnectionFile(path), process.cwd());
const exposed = exposure(path);
if (exposed) process.stderr.write(`spikelab kernel: warning: ${exposed}\n`);
process.on('SIGINT', () => kernel.interrupt());
for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void kernel.end());
process.on('uncaughtException', (error) => process.stderr.write(`spikelab kernel: ${error.stack}\n`));
process.on('unhandledRejection', (error) =>
  process.stderr.write(`spikelab kernel: ${error instanceof Error ? error.stack : String(error)}\n`),
);
// Jupyter sets this in kernels it manages: when it is gone without a goodbye, nobody will ever ask for a shutdown.
const starter = process.env['JPY_PARENT_PID'];
if (starter !== undefined) whenGone(starterIsGone(Number(starter)), () => void kernel.end());
await kernel.open();
