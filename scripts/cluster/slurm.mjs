/**
 * A SLURM of one node on the loopback interface, from Debian's packages, as root: munged, slurmctld and slurmd as
 * children of this process, all their files in one folder, and /etc/slurm/slurm.conf, which jobs read. Accounting is
 * off.
 */
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, openSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import { delimiter, join } from 'node:path';

const configuration = '/etc/slurm/slurm.conf';
const mark = '# Of "npm run test:slurm", which takes it away again.';
const programs = ['munged', 'slurmctld', 'slurmd', 'sbatch', 'srun', 'squeue', 'scancel', 'sinfo', 'scontrol'];
const path = [process.env.PATH, '/usr/sbin', '/sbin'].join(delimiter);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Why no SLURM can be started here, or undefined. */
export function slurmIsMissing() {
  if (process.platform !== 'linux' || process.getuid() !== 0) return 'it starts daemons as root on Linux';
  const missing = programs.filter((name) => !path.split(delimiter).some((folder) => existsSync(join(folder, name))));
  if (missing.length > 0)
    return `there is no ${missing.join(', ')}: apt-get install --no-install-recommends munge slurmctld slurmd slurm-client`;
  if (existsSync(configuration) && !readFileSync(configuration, 'utf8').startsWith(mark))
    return `${configuration} is there already: this machine belongs to a cluster`;
  return undefined;
}

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Waits until `look` gives something true. */
export async function until(what, look, seconds = 300) {
  for (let k = 0; k < 4 * seconds; k++) {
    const seen = await look();
    if (seen) return seen;
    await pause(250);
  }
  throw new Error(`after ${seconds} s still not: ${what}`);
}

export class Slurm {
  #daemons = new Map();
  #folder;
  /** In the environment of every job, so that what is left over can be found. */
  #mark = `SPIKELAB_TEST_SLURM=${randomBytes(8).toString('hex')}`;

  constructor(folder) {
    this.#folder = folder;
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const [name, value] = this.#mark.split('=');
    this.environment = { ...process.env, PATH: path, [name]: value };
  }

  async start() {
    const at = (name) => join(this.#folder, name);
    writeFileSync(at('munge.key'), randomBytes(1024), { mode: 0o400 });
    for (const name of ['state', 'spool']) mkdirSync(at(name));
    const [control, node] = [await freePort(), await freePort()];
    const host = os.hostname().split('.')[0];
    const lines = {
      ClusterName: 'spikelab',
      SlurmctldHost: `${host}(127.0.0.1)`,
      SlurmctldPort: control,
      SlurmdPort: node,
      CommunicationParameters: 'NoInAddrAny,NoCtldInAddrAny',
      SlurmUser: 'root',
      SlurmdUser: 'root',
      AuthType: 'auth/munge',
      AuthInfo: `socket=${at('munge.socket')}`,
      StateSaveLocation: at('state'),
      SlurmdSpoolDir: at('spool'),
      SlurmctldPidFile: at('slurmctld.pid'),
      SlurmdPidFile: at('slurmd.pid'),
      ProctrackType: 'proctrack/linuxproc',
      TaskPlugin: 'task/none',
      MpiDefault: 'none',
      SelectType: 'select/cons_tres',
      SelectTypeParameters: 'CR_CPU_Memory',
      AccountingStorageType: 'accounting_storage/none',
      JobAcctGatherType: 'jobacct_gather/none',
      JobRequeue: 1,
      ReturnToService: 2,
      SlurmdTimeout: 20, // seconds after which a silent node is down and its jobs are queued again
      KillWait: 30,
      MinJobAge: 600,
    };
    const memory = Math.floor((os.totalmem() / 2 ** 20) * 0.8);
    const text = [
      mark,
      ...Object.entries(lines).map(([key, value]) => `${key}=${value}`),
      `NodeName=${host} NodeAddr=127.0.0.1 CPUs=${os.cpus().length} RealMemory=${memory}`,
      `PartitionName=main Nodes=${host} Default=YES MaxTime=INFINITE`,
    ].join('\n');
    mkdirSync('/etc/slurm', { recursive: true });
    writeFileSync(configuration, `${text}\n`);
    const munge = ['key', 'socket', 'pid', 'log', 'seed'].map((kind) => `--${kind}-file=${at(`munge.${kind}`)}`);
    this.#daemon('munged', '--foreground', ...munge.map((one) => one.replace('--socket-file', '--socket')));
    await until('munged listens', () => existsSync(at('munge.socket')));
    this.#daemon('slurmctld', '-D');
    this.startNode();
    await this.nodeIsUp();
  }

  #daemon(name, ...args) {
    const log = openSync(join(this.#folder, `${name}.log`), 'a');
    this.#daemons.set(name, spawn(name, args, { env: this.environment, stdio: ['ignore', log, log] }));
  }

  startNode() {
    this.#daemon('slurmd', '-D');
  }

  /**
   * As when a node loses its power: the daemon, the steps below it and what they run end at once, and none sees another
   * end.
   */
  async loseNode() {
    const daemon = this.#daemons.get('slurmd');
    const ended = new Promise((resolve) => daemon.once('exit', resolve));
    const lost = new Set();
    for (let before = -1; before < lost.size;) {
      before = lost.size; // what was begun while others were stopped is found in the next round
      for (const pid of this.leftOver().filter((one) => isStepDaemon(one) || isOfJob(one))) lost.add(pid);
      for (const pid of [daemon.pid, ...lost]) send(pid, 'SIGSTOP');
    }
    for (const pid of [daemon.pid, ...lost]) send(pid, 'SIGKILL');
    await ended;
  }

  /** What a command of SLURM prints; '' when the controller does not answer. */
  ask(command, ...args) {
    const { stdout, status } = spawnSync(command, args, { env: this.environment, encoding: 'utf8', timeout: 60_000 });
    return status === 0 ? stdout.trim() : '';
  }

  nodeIsUp = () => until('the node is up', () => /^(idle|mix|alloc)\w*$/m.test(this.ask('sinfo', '-h', '-o', '%T')));
  nodeIsDown = () => until('the node is down', () => /down/.test(this.ask('sinfo', '-h', '-o', '%T')));

  /** Jobs that run now: number and the run that Snakemake asked for. */
  running() {
    const lines = this.ask('squeue', '-h', '--states=RUNNING', '-o', '%i|%k').split('\n').filter(Boolean);
    return lines.map((line) => line.split('|')).map(([id, comment]) => ({ id, comment }));
  }

  /** What the daemons wrote. */
  log = (name) => readFileSync(join(this.#folder, `${name}.log`), 'utf8');

  /** Ends jobs, daemons and whatever else carries this cluster's mark. */
  async stop() {
    this.ask('scancel', '--user=root', '--signal=KILL', '--full');
    this.ask('scancel', '--user=root');
    for (const name of ['slurmctld', 'slurmd', 'munged']) await this.#end(this.#daemons.get(name));
    for (const pid of this.leftOver()) send(pid, 'SIGKILL');
    rmSync(configuration, { force: true });
  }

  async #end(daemon) {
    if (!daemon || daemon.exitCode !== null || daemon.signalCode !== null) return;
    const ended = new Promise((resolve) => daemon.once('exit', resolve));
    daemon.kill('SIGTERM');
    const impatient = setTimeout(() => daemon.kill('SIGKILL'), 20_000);
    await ended;
    clearTimeout(impatient);
  }

  /**
   * Processes of jobs and of Snakemake, which carry this cluster's mark, and the step daemons above them, which do not.
   */
  leftOver() {
    const daemons = [...this.#daemons.values()].map(({ pid }) => pid);
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    const marked = pids.map(Number).filter((pid) => factsOf(pid, 'environ').includes(this.#mark));
    const parents = marked.map((pid) => Number(/^PPid:\s*(\d+)/m.exec(factsOf(pid, 'status').join(''))?.[1] ?? 0));
    return [...new Set([...marked, ...parents.filter(isStepDaemon)])].filter((pid) => !daemons.includes(pid));
  }
}

function factsOf(pid, kind) {
  try {
    return readFileSync(`/proc/${pid}/${kind}`, 'latin1').split('\0');
  } catch {
    return []; // it has ended
  }
}

const isStepDaemon = (pid) => (factsOf(pid, 'comm')[0] ?? '').startsWith('slurmstepd');
const isOfJob = (pid) => factsOf(pid, 'environ').some((one) => one.startsWith('SLURM_JOB_ID='));

function send(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error; // it has ended
  }
}
