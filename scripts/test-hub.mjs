/**
 * `npm run test:hub`: a real JupyterHub with two users of the system, each with a kernel of the wheel that root
 * installed; what that takes, in docs/results/hub.json and in the table of docs/jupyterhub.md. On Linux, as root, with
 * MNIST in SPIKELAB_DATA and a network.
 */
import { readdirSync, statSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { Hub } from './install/hub.mjs';
import { countOf, cpuOf, kernelsOf, memoryOf } from './install/processes.mjs';
import { orExplain, setUp } from './setup.mjs';
import { root, writeAtomically } from './setup/files.mjs';
import { SetupError } from './setup/run.mjs';
import { writeBetween } from './setup/pages.mjs';
import { buildWheel } from './wheel.mjs';

const dormantSeconds = 40;
const restMs = 3000; // in which a kernel comes to rest
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const load = `const mnist = await datasets.mnist({ quiet: true }); mnist.train.length`;
const prepare = `const few = mnist.train.slice(0, 1500); const fresh = () => snn.classifier({ hidden: [100], steps: 100, seed: 1 }); few.length`;
const fit = (options) => `await fresh().fit(few, { epochs: 1, ${options} }); 'done'`;

/** Fails with what was seen. */
function hold(what, holds, seen) {
  if (!holds) throw new Error(`${what}: ${JSON.stringify(seen)}`);
}

const filesBelow = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));

/** One user's morning; figures in MiB, seconds and CPU seconds. */
async function morning(hub, { name, home, uid }) {
  const memory = async () => (await pause(restMs), memoryOf(kernelsOf(uid)));
  const cell = (run) => hub.ask({ user: name, run });
  const withCpu = async (run) => {
    const before = cpuOf(kernelsOf(uid));
    const { pictures } = await cell(run);
    await pause(restMs); // a picture may be drawn after the reply
    return { cpu: cpuOf(kernelsOf(uid)) - before, pictures };
  };
  const { serverSeconds, kernelspecs, extension } = await hub.ask({ user: name, start: true });
  hold('the hub offers the kernel and the extension', kernelspecs.includes('spikelab') && extension, kernelspecs);
  const first = await cell('const answer: number = 6 * 7; answer');
  hold('a cell runs', first.result === '42', first);
  const idle = await memory();
  const compiler = kernelsOf(uid).find(({ command }) => command.some((word) => /compiler.main\.js$/.test(word)));
  const blob = compiler?.command[compiler.command.indexOf('--snapshot-blob') + 1] ?? '';
  hold("the compiler starts from everybody's snapshot", blob.startsWith(hub.environment.prefix), compiler?.command);
  hold('MNIST is there', (await cell(load)).result === '60000', 'another size');
  const withMnist = await memory();
  await cell(prepare);
  const firstFit = await withCpu(fit(''));
  const laterFit = await withCpu(fit(''));
  const quietFit = await withCpu(fit('silent: true'));
  const trained = await memory();
  await pause(1000 * dormantSeconds + restMs);
  const asleep = kernelsOf(uid);
  hold('a dormant kernel has no compiler', !asleep.some(({ pid }) => pid === compiler.pid), asleep.length);
  const dormantWithMnist = memoryOf(asleep);
  const awake = await cell('answer + mnist.test.length');
  hold('it wakes with its values', awake.result === '10042', awake);
  const written = filesBelow(home).reduce((sum, file) => sum + statSync(file).size, 0) / 2 ** 20;
  return {
    serverSeconds,
    firstResultSeconds: first.seconds,
    wakeSeconds: awake.seconds,
    memoryMiB: { idle, withMnist, trained, dormantWithMnist },
    fitCpuSeconds: { first: firstFit.cpu, later: laterFit.cpu, quiet: quietFit.cpu },
    pictures: { first: firstFit.pictures, quiet: quietFit.pictures },
    homeMiB: written,
  };
}

/** A kernel that does nothing but wait. */
async function asleep(hub, { name, uid }) {
  await hub.ask({ user: name, start: true });
  await hub.ask({ user: name, run: '1 + 1' });
  await pause(1000 * dormantSeconds + restMs);
  const dormant = memoryOf(kernelsOf(uid));
  await hub.ask({ user: name, stop: true });
  return dormant;
}

const middle = (figures) => figures.reduce((sum, one) => sum + one, 0) / figures.length;
const number = (value) => (value < 10 ? value.toFixed(2) : value.toFixed(0));

function table({ users, dormantMiB, snapshotMiB, load, machine }) {
  const mean = (pick) => number(middle(users.map(pick)));
  const rows = [
    ['one kernel, idle after its first cell', `${mean((one) => one.memoryMiB.idle)} MiB`],
    ['the same, dormant', `${number(dormantMiB)} MiB`],
    ['with all of MNIST loaded', `${mean((one) => one.memoryMiB.withMnist)} MiB`],
    ['after three trainings of 1,500 samples', `${mean((one) => one.memoryMiB.trained)} MiB`],
    ['the same, dormant', `${mean((one) => one.memoryMiB.dormantWithMnist)} MiB`],
    ['first cell of a dormant kernel', `${mean((one) => one.wakeSeconds)} s`],
    ['first cell of a new kernel, from the click', `${mean((one) => one.firstResultSeconds)} s`],
    ["the compiler's snapshot, once for all users", `${number(snapshotMiB)} MiB on disk`],
    ['in a home after all this', `${mean((one) => one.homeMiB)} MiB`],
    [
      'first training with a live picture, less a quiet one',
      `${mean(({ fitCpuSeconds: one }) => one.first - one.quiet)} CPU s`,
    ],
    ['a later one, less a quiet one', `${mean(({ fitCpuSeconds: one }) => one.later - one.quiet)} CPU s`],
  ];
  const lines = [['what', 'measured'], ['---', '---'], ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  const busy = `Measured at a load of ${load[0].toFixed(0)} on ${machine.cores} cores: above ${machine.cores}, seconds are those of a busy machine.`;
  return [...lines, '', busy].join('\n');
}

await orExplain(async () => {
  if (process.platform !== 'linux' || process.getuid() !== 0)
    throw new SetupError('test:hub adds two users to the system and removes them again: run it as root on Linux.');
  await setUp();
  const data = resolve(root, process.env.SPIKELAB_DATA || '../shared/data');
  const hub = new Hub();
  try {
    const { snapshot } = await hub.install(
      '/usr/bin/python3',
      await buildWheel(undefined, join(root, 'runs/hub')),
      process.env.npm_execpath,
    );
    hold('the installation has a snapshot for everybody', snapshot, snapshot);
    const snapshots = filesBelow(hub.environment.prefix).filter((file) => file.endsWith('.blob'));
    hub.addUsers([`spikelab-a${process.pid}`, `spikelab-b${process.pid}`]);
    await hub.start({ data, dormantSeconds });
    const users = [];
    for (const user of hub.users) users.push(await morning(hub, user));
    for (const { name, uid } of hub.users) {
      await hub.ask({ user: name, stop: true });
      for (let tries = 0; countOf(uid) > 0 && tries < 60; tries++) await pause(500);
      hold('no process is left', countOf(uid) === 0, countOf(uid));
    }
    const record = {
      date: new Date().toISOString(),
      machine: { cpu: cpus()[0].model.trim(), cores: cpus().length, memoryGiB: Math.round(totalmem() / 2 ** 30) },
      load: loadavg(),
      users,
      dormantMiB: await asleep(hub, hub.users[0]),
      snapshotMiB: statSync(snapshots[0]).size / 2 ** 20,
    };
    writeAtomically(join(root, 'docs/results/hub.json'), `${JSON.stringify(record, null, 2)}\n`);
    writeBetween('docs/jupyterhub.md', 'npm run test:hub', table(record));
    console.log(table(record));
    return 0;
  } finally {
    await hub.remove();
  }
});
