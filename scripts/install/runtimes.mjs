/**
 * The npm package in other runtimes of JavaScript and TypeScript, each from npm: Bun, Deno, tsx; and `require` in Node.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const body = `
async function main() {
  const { train, test } = await snn.datasets.strokes({ train: 200, test: 50, seed: 1 });
  const net = snn.classifier({ hidden: [20], steps: 50, seed: 1 });
  await net.fit(train, { epochs: 1, silent: true });
  const { accuracy } = await net.evaluate(test);
  console.log(JSON.stringify({ accuracy, sha256: net.runRecord.weightsSha256 }));
}
main().then(() => process.exit(0));
`;

/**
 * Trains the same small network in each and compares the weights.
 * @returns names with versions
 * @throws Error when one fails, or has other bits
 */
export async function runtimes({ tarball, npm }) {
  const folder = mkdtempSync(join(tmpdir(), 'spikelab-runtimes-'));
  const run = (command, args) => {
    const { status, stdout, stderr } = spawnSync(command, args, {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, SPIKELAB_QUIET: '1', DENO_NO_UPDATE_CHECK: '1' },
    });
    if (status !== 0) throw new Error(`${[command, ...args].join(' ')}: ${stdout}${stderr}`);
    return stdout.trim().split('\n').at(-1);
  };
  try {
    // Their install scripts fetch the programs: npm from 11.19 on wants to be told so, in the project's own file.
    const allowScripts = { bun: true, deno: true, esbuild: true };
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module', allowScripts }));
    const packages = ['bun@1', 'deno@2', 'tsx@4'];
    run(process.execPath, [npm, 'install', '--no-audit', '--no-fund', '--loglevel=error', tarball, ...packages]);
    writeFileSync(join(folder, 'run.ts'), `import * as snn from 'spikelab';\n${body}`);
    writeFileSync(join(folder, 'run.mjs'), `import * as snn from 'spikelab';\n${body}`);
    writeFileSync(join(folder, 'run.cjs'), `const snn = require('spikelab');\n${body}`);
    const program = (name) => join(folder, 'node_modules/.bin', process.platform === 'win32' ? `${name}.cmd` : name);
    const runs = {
      'Node by import': [process.execPath, ['run.mjs']],
      'Node by require': [process.execPath, ['--no-warnings', 'run.cjs']],
      Bun: [program('bun'), ['run.ts']],
      Deno: [program('deno'), ['run', '-A', '--node-modules-dir=manual', 'run.ts']],
      tsx: [program('tsx'), ['run.ts']],
    };
    const answers = Object.entries(runs).map(([name, [command, args]]) => [name, run(command, args)]);
    const [, expected] = answers[0];
    const other = answers.find(([, answer]) => answer !== expected);
    if (other) throw new Error(`${other[0]} answers ${other[1]}, Node ${expected}`);
    return [
      `Bun ${run(program('bun'), ['--version'])}`,
      `Deno ${/\d+\.\d+\.\d+/.exec(run(program('deno'), ['-V']))[0]}`,
      `tsx ${JSON.parse(run(process.execPath, ['-p', 'JSON.stringify(require("./node_modules/tsx/package.json").version)']))}`,
      'Node by `require` and by `import`, with the same bits',
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
