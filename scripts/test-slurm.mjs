/**
 * `npm run test:slurm`: a sweep of eight runs on a SLURM of one node that this command starts on the loopback
 * interface. Two of its jobs are cancelled, then the node is lost (kill -9 of slurmd and of all that runs below it) and
 * comes back; at the end each run has the weights of the same plan on this machine alone. And the Kubernetes profile,
 * as far as that goes without a cluster. Writes docs/results/slurm.json. As root, with Debian's packages munge,
 * slurmctld, slurmd and slurm-client; Snakemake is installed once, in runs/slurm.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { storagePackages, throughStorage } from './cluster/kubernetes.mjs';
import { Slurm, slurmIsMissing, until } from './cluster/slurm.mjs';
import { orExplain, setUp } from './setup.mjs';
import { readIfThere, root, writeAtomically } from './setup/files.mjs';
import { writeBetween } from './setup/pages.mjs';
import { SetupError } from './setup/run.mjs';
import { pythonWith } from './setup/venv.mjs';

const folder = join(root, 'runs/slurm');
const plan = {
  experiment: 'strokes-dense',
  set: { 'data.size': 300, epochs: 5 },
  grid: { 'rule.optimizer.rate': [0.001, 0.002], seed: [0, 1, 2, 3] },
};
const names = [0.001, 0.002].flatMap((rate) => plan.grid.seed.map((seed) => `rate=${rate}/seed-${seed}`));

/** What `pip install spikelab[cluster]` brings. */
function clusterPackages() {
  const [, list] = /^cluster = \[([^\]]*)\]/m.exec(readFileSync(join(root, 'pyproject.toml'), 'utf8'));
  return [...list.matchAll(/"([^"]+)"/g)].map(([, requirement]) => requirement.replace(/;.*/, ''));
}

/** The folder of a sweep, written by the command. */
function sweep(name, grid = plan.grid) {
  const at = join(folder, name);
  rmSync(at, { recursive: true, force: true });
  const file = join(folder, 'plan.json');
  writeFileSync(file, JSON.stringify({ ...plan, grid }));
  const made = spawnSync(process.execPath, [join(root, 'dist/src/cli/main.js'), 'sweep', file, '--out', at], {
    encoding: 'utf8',
  });
  if (made.status !== 0) throw new SetupError(`spikelab sweep failed:\n${made.stderr}`);
  process.stdout.write(made.stdout);
  return at;
}

/** Starts Snakemake; `ended` gives its exit code. Its log is `snakemake.log` in the folder. */
function snakemake(program, at, args, env = process.env) {
  const log = join(at, 'snakemake.log');
  const child = spawn('/bin/sh', ['-c', 'exec "$@" >"$0" 2>&1', log, program, ...args], { cwd: at, env });
  const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code)));
  return { child, ended, log: () => readIfThere(log) ?? '' };
}

const resultOf = (at, name) => JSON.parse(readFileSync(join(at, `results/${name}.json`), 'utf8'));
const epochsOf = (at, name) =>
  JSON.parse(readIfThere(join(at, `${name}/report.json`)) ?? '{"completedEpochs":0}').completedEpochs;

/** Jobs that run, by the names of their runs, which Snakemake's plugin puts into the comment with `_` for `/`. */
const runningOf = (slurm) =>
  slurm
    .running()
    .flatMap(({ id, comment }) =>
      names.filter((name) => comment.endsWith(name.replace('/', '_'))).map((name) => ({ id, name })),
    );

/** A job that is in the middle of its run, which is not yet in `other`. */
async function inTheMiddle(slurm, at, other) {
  return until('a run in the middle of its work', () => {
    for (const { id, name } of runningOf(slurm)) {
      const epochs = epochsOf(at, name);
      if (!other.includes(name) && epochs >= 1 && epochs < plan.set.epochs) return { id, name, epochs };
    }
    return undefined;
  });
}

/** Runs the sweep and disturbs it. Returns what was done to it. */
async function disturbed(slurm, program, at) {
  const events = [];
  const note = (what, of) => (events.push({ what, ...of }), console.log(what, JSON.stringify(of)));
  const workflow = snakemake(program, at, ['--profile', 'profiles/slurm'], slurm.environment);
  const finished = workflow.ended.then((code) => {
    if (events.length < 3) throw new Error(`snakemake ended with ${code} too early:\n${workflow.log()}`);
    return code;
  });
  const cancelled = [];
  const disturb = async () => {
    for (let k = 0; k < 2; k++) {
      const job = await inTheMiddle(slurm, at, cancelled);
      slurm.ask('scancel', job.id);
      cancelled.push(job.name);
      note('cancelled', { job: job.id, run: job.name, epochs: job.epochs });
    }
    const job = await inTheMiddle(slurm, at, cancelled);
    const lost = runningOf(slurm).map(({ name }) => name);
    await slurm.loseNode();
    note('node lost', { runs: lost, watched: job.name, epochs: job.epochs });
    await slurm.nodeIsDown();
    slurm.startNode();
    await slurm.nodeIsUp();
    return { cancelled, lost: job.name };
  };
  try {
    const [done, code] = await Promise.all([disturb(), finished]);
    if (code !== 0) throw new Error(`snakemake ended with ${code}:\n${workflow.log()}`);
    return { events, done, log: workflow.log() };
  } finally {
    workflow.child.kill('SIGKILL');
  }
}

/** Lines that tell the story. */
const excerpt = (text, pattern, most) =>
  text
    .split('\n')
    .filter((line) => pattern.test(line))
    .map((line) => line.replaceAll(root, '…').trim())
    .slice(0, most);

/** The table of docs/cluster.md. */
function table({ runs, events, slurm, snakemake: version, objectStorage }) {
  const done = (name) =>
    events
      .filter(({ run, runs: lost = [run] }) => lost.includes(name))
      .map(({ what, watched, epochs }) => `${what}${watched && watched !== name ? '' : ` after epoch ${epochs}`}`);
  const rows = runs.map(({ name, local, slurm: there, goneOn }) => [
    `\`${name}\``,
    done(name).join(', '),
    goneOn > 0 ? 'from its checkpoint' : '',
    `\`${local.slice(0, 12)}\``,
    local === there ? 'same' : `\`${there.slice(0, 12)}\``,
  ]);
  const head = ['run', 'what was done to it', 'went on', 'weights here, sha256', 'on SLURM'];
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  const storage = objectStorage.weightsSha256 === runs[0].local ? 'the same weights' : 'OTHER WEIGHTS';
  return [
    ...lines,
    '',
    `Snakemake ${version}, ${slurm}. The first run, its result through object storage: ${storage}.`,
  ].join('\n');
}

/** What a dry run of a profile says it would do. */
function dryRun(program, at, args, env) {
  const answer = spawnSync(program, ['-n', ...args], { cwd: at, encoding: 'utf8', env });
  if (answer.status !== 0) throw new SetupError(`a dry run failed:\n${answer.stdout}${answer.stderr}`);
  return excerpt(answer.stdout, /^(all|report|run|total)\s+\d+$/, 4).map((line) => line.replace(/\s+/g, ' '));
}

await orExplain(async () => {
  await setUp();
  mkdirSync(folder, { recursive: true });
  const packages = [...clusterPackages(), ...storagePackages];
  const python = pythonWith(folder, packages, 'snakemake, snakemake_executor_plugin_slurm, moto', 'about 500 MB');
  const program = join(python, '..', 'snakemake');
  const version = spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout.trim();

  const here = sweep('local');
  const alone = snakemake(program, here, ['--cores', 'all']);
  if ((await alone.ended) !== 0) throw new SetupError(`snakemake --cores all failed:\n${alone.log()}`);
  console.log(`snakemake ${version} --cores all: eight runs and their report`);

  const pods = await throughStorage(join(python, '..'), sweep('kubernetes', { seed: [0] }), 'seed-0');
  console.log(`Kubernetes, dry run: ${pods.jobs.join(', ')}; a run through object storage`);

  const missing = slurmIsMissing();
  if (missing !== undefined) {
    console.log(`skipped: the sweep on SLURM, because ${missing}. No record was written.`);
    return 0;
  }
  const slurm = new Slurm(join(os.tmpdir(), `spikelab-slurm-${process.pid}`));
  const stop = () => void slurm.stop().finally(() => process.exit(130));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, stop);
  try {
    await slurm.start();
    const there = sweep('slurm');
    const dry = dryRun(program, there, ['--profile', 'profiles/slurm'], slurm.environment);
    const { events, done, log } = await disturbed(slurm, program, there);
    const runs = names.map((name) => {
      const [one, other] = [resultOf(here, name), resultOf(there, name)];
      const goneOn = (readIfThere(join(there, `logs/${name}.log`)) ?? '').match(/goes on from/g)?.length ?? 0;
      return { name, local: one.weightsSha256, slurm: other.weightsSha256, status: other.status, goneOn };
    });
    const record = {
      date: new Date().toISOString(),
      cpu: os.cpus()[0]?.model.trim(),
      snakemake: version,
      slurm: slurm.ask('sinfo', '--version'),
      packages,
      plan,
      events,
      runs,
      slurmDryRun: dry,
      kubernetesDryRun: { jobs: pods.jobs, command: pods.command },
      objectStorage: { run: names[0], weightsSha256: pods.record.weightsSha256 },
      log: excerpt(log, /SLURM status is|Trying to restart|steps \(\d+%\) done/, 30),
      slurmctld: excerpt(slurm.log('slurmctld'), /requeue|not responding|REQUEST_KILL_JOB|set to (down|DOWN)/i, 20),
    };
    writeAtomically(join(root, 'docs/results/slurm.json'), `${JSON.stringify(record, null, 2)}\n`);
    writeBetween('docs/cluster.md', 'npm run test:slurm', table(record));
    console.log(table(record));
    const wrong = runs.filter(({ local, slurm: other, status }) => local !== other || status !== 'done');
    const resumed = [...done.cancelled, done.lost].filter((name) => runs.find((run) => run.name === name).goneOn === 0);
    if (pods.record.weightsSha256 !== runs[0].local) wrong.push({ name: 'through object storage' });
    for (const { name } of wrong) console.error(`${name}: other weights than on this machine alone`);
    for (const name of resumed) console.error(`${name}: was not gone on with, but begun anew`);
    return wrong.length + resumed.length === 0 && existsSync(join(there, 'report/report.html')) ? 0 : 1;
  } finally {
    await slurm.stop();
  }
});
