/**
 * `npm run bench:kernel [-- --rounds 5]`: our kernel beside tslab, Deno and ipykernel, in turn, round by round, as one
 * Jupyter client sees them. Writes bench/results/kernel.json and the table in docs/kernel.md.
 */
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { venvProgram } from '../../scripts/setup/python.mjs';
import { denoVersion, root, run, tslabVersion, writeOwnSpec, writePeers, writeSpec } from './specs.mjs';
import { ratios, ratioTable } from './ratios.mjs';
import { table } from './table.mjs';
import { replacePart } from '../page.mjs';
import { median, report, row } from '../report.mjs';

const { rounds } = parseArgs({ options: { rounds: { type: 'string', default: '5' } } }).values;
const python = venvProgram('python');
const work = mkdtempSync(join(tmpdir(), 'spikelab-bench-'));
process.on('exit', () => rmSync(work, { recursive: true, force: true }));

/** Our kernel without the library, to see what preloading it costs: the same build, less the library's entry file. */
function withoutLibrary() {
  const copy = join(work, 'bare');
  cpSync(join(root, 'dist'), join(copy, 'dist'), { recursive: true });
  cpSync(join(root, 'package.json'), join(copy, 'package.json'));
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction');
  rmSync(join(copy, 'dist/src/index.js'));
  return join(copy, 'dist/kernel/main.js');
}

/** Kernelspecs in the order of measuring. */
function writeSpecs() {
  const env = { SPIKELAB_CACHE: join(work, 'cache'), SPIKELAB_HISTORY: join(work, 'history.jsonl') };
  const kernels = join(work, 'share/kernels');
  writeOwnSpec(kernels, 'spikelab', join(root, 'dist/kernel/main.js'), env);
  writeOwnSpec(kernels, 'spikelab-bare', withoutLibrary(), env);
  writePeers(kernels, work);
  writeSpec(kernels, 'ipykernel', 'python', [python, '-m', 'ipykernel_launcher', '-f', '{connection_file}'], {
    env: { IPYTHONDIR: join(work, 'ipython') },
  });
  return kernels;
}

const kernels = writeSpecs();
// As `spikelab install` leaves it: with the compiler's start-up snapshot.
process.env.SPIKELAB_CACHE = join(work, 'cache');
for (const [dist, file] of [
  [join(root, 'dist'), join(root, 'dist/src/index.js')],
  [join(work, 'bare/dist'), undefined],
]) {
  const { ensureSnapshot } = await import(pathToFileURL(join(dist, 'kernel/compiler/compiler-snapshot.js')).href);
  if (!ensureSnapshot({ file, globals: [] })) throw new Error(`no start-up snapshot could be built from ${dist}`);
}
const environment = { ...process.env, JUPYTER_PATH: join(work, 'share'), JUPYTER_PLATFORM_DIRS: '1' };
const lines = (text) => JSON.parse(text.trim().split('\n').at(-1));
const measured = lines(run(python, [join(root, 'bench/kernel/measure.py'), kernels, rounds], { env: environment }));
const conformance = lines(
  run(python, [join(root, 'bench/kernel/peers_conformance.py'), 'spikelab', 'tslab', 'deno', 'ipykernel'], {
    env: environment,
  }),
);

/** What must hold on any machine, for our own rows. */
const targets = { 'lines.messages': 20, 'lines.lost': 0, 'lines.afterIdle': 0, 'memory.proportional': 350 };
const unitOf = (name) =>
  name.startsWith('memory')
    ? 'MiB'
    : /^lines\../.test(name)
      ? name === 'lines.messages'
        ? 'messages'
        : 'lines'
      : 'ms';
const rows = Object.entries(measured).flatMap(([kernel, { measures }]) =>
  Object.entries(measures).flatMap(([name, values]) => {
    const known = values.filter((value) => value !== null);
    return known.length < values.length / 2 || known.length === 0
      ? []
      : [
          row(
            `${kernel}.${name}`,
            unitOf(name),
            known,
            kernel === 'spikelab' && name in targets ? { target: targets[name] } : {},
          ),
        ];
  }),
);
const quotients = ratios(measured);
rows.push(...quotients);
const of = (kernel, name) => median(measured[kernel].measures[name].map((value) => value ?? Infinity));
rows.push(row('library.firstResult', 'ms', [of('spikelab', 'cold.result') - of('spikelab-bare', 'cold.result')]));
for (const [kernel, { run: total, passed }] of Object.entries(conformance))
  rows.push(
    row(
      `${kernel}.conformance.passed`,
      `of ${total}`,
      [passed],
      kernel === 'spikelab' ? { target: total, atLeast: true } : {},
    ),
  );

const versions = {
  deno: denoVersion,
  tslab: tslabVersion,
  ...lines(
    run(python, [
      '-c',
      'import json, importlib.metadata as m; print(json.dumps({name: m.version(name) for name in ("ipykernel", "jupyter_client", "jupyter_kernel_test")}))',
    ]),
  ),
};
const facts = Object.fromEntries(Object.entries(measured).map(([kernel, { facts }]) => [kernel, facts]));
report('kernel', rows, versions, { facts });

const text = `${table(measured, conformance, versions)}\n${ratioTable(quotients)}`;
replacePart(join(root, 'docs/kernel.md'), 'measured', 'bench:kernel', text);
console.log('table written to docs/kernel.md');
