/** A real JupyterHub on loopback, with the wheel in its environment and users of the system. */
import { spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmodSync, mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../setup/files.mjs';
import { Environment } from './environment.mjs';

const scripts = join(root, 'scripts/install');

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return String(port);
}

function done(command, args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? stdout + stderr}`);
  return stdout.trim();
}

export class Hub {
  environment = new Environment({});
  users = [];

  /** JupyterHub, its proxy and the wheel, as an administrator installs them. */
  async install(python, wheel, npm) {
    const { environment } = this;
    chmodSync(environment.base, 0o755); // all may read it
    await environment.make(python);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
    await environment.run('python', [...pip, 'jupyterhub', 'jupyterlab', wheel]);
    const said = await environment.run('spikelab', ['install', '--sys-prefix', '--json'], {
      env: { VIRTUAL_ENV: environment.prefix },
    });
    done(process.execPath, [
      npm,
      'install',
      '--prefix',
      join(environment.base, 'proxy'),
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
      'configurable-http-proxy@5',
    ]);
    return JSON.parse(said);
  }

  /** Two new users of the system; removed at the end. */
  addUsers(names) {
    mkdirSync(join(this.environment.base, 'homes'));
    for (const name of names) {
      const home = join(this.environment.base, 'homes', name);
      done('useradd', ['--create-home', '--home-dir', home, '--shell', '/bin/sh', name]);
      this.users.push({ name, home, uid: Number(done('id', ['-u', name])) });
    }
  }

  /** Starts the hub and the one who speaks to it. */
  async start({ data, dormantSeconds }) {
    const { base, bin } = this.environment;
    mkdirSync(join(base, 'hub'), { mode: 0o700 });
    const env = {
      PATH: `${bin}:/usr/bin:/bin`,
      LANG: 'C.UTF-8',
      HOME: join(base, 'home'),
      HUB_BASE: base,
      HUB_PORT: await freePort(),
      HUB_INNER_PORT: await freePort(),
      HUB_PROXY_PORT: await freePort(),
      HUB_PROXY: join(base, 'proxy/node_modules/configurable-http-proxy/bin/configurable-http-proxy'),
      HUB_NODE: process.execPath,
      HUB_TOKEN: randomUUID(),
      HUB_USERS: 'real',
      HUB_DORMANT: String(dormantSeconds),
      SPIKELAB_DATA: data,
    };
    this.log = '';
    this.hub = spawn(join(bin, 'jupyterhub'), ['-f', join(scripts, 'hub_config.py')], { cwd: join(base, 'hub'), env });
    for (const stream of [this.hub.stdout, this.hub.stderr]) stream.on('data', (text) => (this.log += text));
    await this.answers(`http://127.0.0.1:${env.HUB_PORT}/hub/api/`);
    this.session = spawn(join(bin, 'python'), [join(scripts, 'hub_session.py')], { env });
    this.session.stderr.on('data', (text) => (this.log += text));
    this.lines = createInterface({ input: this.session.stdout })[Symbol.asyncIterator]();
  }

  async answers(url) {
    for (let tries = 0; tries < 600; tries++) {
      if (this.hub.exitCode !== null) throw new Error(`JupyterHub ended:\n${this.log.slice(-3000)}`);
      if (
        await fetch(url)
          .then((answer) => answer.ok)
          .catch(() => false)
      )
        return;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    throw new Error(`JupyterHub does not answer:\n${this.log.slice(-3000)}`);
  }

  /** One request of a user; see hub_session.py. */
  async ask(request) {
    this.session.stdin.write(`${JSON.stringify(request)}\n`);
    const { value } = await this.lines.next();
    const answer = JSON.parse(value ?? '{ "error": "the session ended" }');
    if (answer.error) throw new Error(`${JSON.stringify(request)}: ${answer.error}\n${this.log.slice(-3000)}`);
    return answer;
  }

  async remove() {
    for (const child of [this.session, this.hub]) {
      if (!child || child.exitCode !== null) continue;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
    }
    for (const { name } of this.users) spawnSync('userdel', ['--force', name]);
    this.environment.remove();
  }
}
