/**
 * `npm run bench -- compiler-memory`: resident memory of the compiler's process while 500 cells are checked and run,
 * one after the other (target: below 250 MiB after each hundred), and its processor time a cell. Linux only: it reads
 * /proc.
 */
import { fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { once } from 'node:events';
import { notebookGlobals } from '../../dist/src/index.js';
import { buildSnapshot, findSnapshot } from '../../dist/kernel/compiler/compiler-snapshot.js';

const cells = 500;
const from = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const library = { file: from('dist/src/index.js'), globals: [...notebookGlobals] };

/** What people write, a different text each time: the compiler remembers what it has checked. */
const kinds = [
  (k) =>
    `const xs${k} = Array.from({ length: 50 }, (_, i) => i * ${k}); xs${k}.map((x) => ({ x, y: Math.sin(x) })).filter(({ y }) => y > 0).length`,
  (k) =>
    `interface Pair${k} { name: string; n: number } function twice${k}<T extends Pair${k}>(p: T): T[] { return [p, p]; } twice${k}({ name: 'a', n: ${k} }).length`,
  (k) =>
    `const net${k} = classifier({ hidden: [20], steps: 50, seed: ${k} }); net${k}.network.layers.map(({ name }) => name)`,
  (k) =>
    `import { readFileSync as read${k} } from 'node:fs'; class Box${k} { #v = ${k}; async get() { return await Promise.resolve(this.#v); } } await new Box${k}().get()`,
  (k) => `let sum${k} = 0; for (let i = 0; i < 100; i++) { sum${k} += i; console.log(\`line \${i}\`); } sum${k}`,
];

if (!findSnapshot()) await once(buildSnapshot(library), 'exit');
const folder = mkdtempSync(join(tmpdir(), 'spikelab-compiler-'));
const newSpace = Number.parseInt(process.versions.node) >= 24 ? ['--max-semi-space-size=8'] : [];
const child = fork(from('dist/kernel/compiler/main.js'), [], {
  cwd: folder,
  execArgv: [...newSpace, '--snapshot-blob', findSnapshot()],
  env: { MALLOC_TRIM_THRESHOLD_: String(128 * 1024), ...process.env }, // as kernel/front/compiler-process.ts starts it
});
const status = (name) =>
  Math.round(
    Number(new RegExp(`${name}:\\s+(\\d+)`).exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))[1]) / 1024,
  );
let id = 0;
const ask = async (request) => {
  child.send({ id: ++id, ...request });
  const [reply] = await once(child, 'message');
  const error = reply.error ?? reply.result?.error?.evalue;
  if (error !== undefined) throw new Error(`${JSON.stringify(request).slice(0, 200)}: ${error}`);
};

const memory = [];
try {
  await ask({ op: 'start', folder, library, session: [] });
  memory.push({ cells: 0, MiB: status('VmRSS') });
  for (let k = 1; k <= cells; k++) {
    const code = kinds[k % kinds.length](k);
    await ask({ op: 'compile', request: { code, label: `In[${k}]`, generation: 0, expressions: {} } });
    await ask({ op: 'event', event: { ran: code } });
    if (k % 25 === 0) await ask({ op: 'complete', code: 'console.lo', cursor: 10 });
    if (k % 100 === 0) memory.push({ cells: k, MiB: status('VmRSS') });
  }
  const ticks = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1].split(' ');
  const record = {
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    memory,
    peakMiB: status('VmHWM'),
    cpuMsPerCell: Math.round(((Number(ticks[11]) + Number(ticks[12])) * 10) / cells),
  };
  writeFileSync(from('bench/results/compiler-memory.json'), `${JSON.stringify(record, null, 2)}\n`);
  console.log(record);
} finally {
  child.disconnect();
  rmSync(folder, { recursive: true, force: true });
}
