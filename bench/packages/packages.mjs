/**
 * `npm run corpus:packages`: packages that many use, installed fresh from npm, each used for what it is for in a cell
 * (packages.cells): our kernel beside tslab and Deno in one run. Writes docs/results/packages.json and the table in
 * docs/kernel.md.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { venvProgram } from '../../scripts/setup/python.mjs';
import { replacePart } from '../page.mjs';
import { denoVersion, install, root, run, tslabVersion, writeOwnSpec, writePeers } from '../kernel/specs.mjs';
import { askedPackages, askers } from './asking.mjs';
import { byKind } from './kinds.mjs';

const work = mkdtempSync(join(tmpdir(), 'spikelab-packages-'));
process.on('exit', () => rmSync(work, { recursive: true, force: true }));

const cells = {};
const packages = new Set();
for (const line of readFileSync(new URL('packages.cells', import.meta.url), 'utf8').split('\n')) {
  const [, names, code, out] = /^(?!#)(.+?): (.*) \/\/out (.*)$/.exec(line) ?? [];
  if (names === undefined) continue;
  for (const name of names.split(' ')) packages.add(name);
  cells[names.split(' ')[0]] = { names: names.split(' '), code, out };
}

const folder = join(work, 'notebooks');
mkdirSync(folder);
writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
install(folder, [...packages]);
const askersFolder = join(work, 'askers');
mkdirSync(askersFolder);
writeFileSync(join(askersFolder, 'package.json'), '{ "private": true }\n');
install(askersFolder, Object.keys(askers));
const { dependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

const kernels = join(work, 'kernels');
const env = { SPIKELAB_CACHE: join(work, 'cache'), SPIKELAB_HISTORY: join(work, 'history.jsonl') };
writeOwnSpec(kernels, 'spikelab', join(root, 'dist/kernel/main.js'), env);
writePeers(kernels, work);
const list = join(work, 'cells.json');
writeFileSync(list, JSON.stringify(cells));
const python = [join(root, 'bench/packages/packages.py'), kernels, folder, list];
const shown = JSON.parse(run(venvProgram('python'), python).trim().split('\n').at(-1));

const asking = askedPackages(kernels, askersFolder, work);

const said = (text) => text.replaceAll(work, '…').replaceAll(root, '…/').split('\n').slice(0, 3).join(' ').trim();
const failed = Object.fromEntries(
  Object.entries(shown).map(([kernel, results]) => [
    kernel,
    Object.fromEntries(
      Object.entries(results)
        .filter(([name, { out }]) => out !== cells[name].out)
        .map(([name, { out, error }]) => [name, said(error || `printed ${JSON.stringify(out)}`)]),
    ),
  ]),
);
const groups = Object.entries(byKind(folder, cells)).map(([kind, names]) => {
  const passed = Object.keys(shown).map((kernel) => [kernel, names.filter((name) => !(name in failed[kernel])).length]);
  return [kind, { packages: names.length, passed: Object.fromEntries(passed) }];
});
const versions = { node: process.version, tslab: tslabVersion, deno: denoVersion };
const record = {
  date: new Date().toISOString(),
  versions,
  groups: Object.fromEntries(groups),
  failed,
  asking,
  dependencies,
};
writeFileSync(join(root, 'docs/results/packages.json'), `${JSON.stringify(record, null, 2)}\n`);
console.log(JSON.stringify({ groups: record.groups, failed, asking }, null, 2));

const row = (...columns) => `| ${columns.join(' | ')} |\n`;
const table = [
  row('', 'packages', 'Spikelab', `tslab ${tslabVersion}`, `deno ${denoVersion}`),
  '|---|---|---|---|---|\n',
  ...groups.map(([kind, { packages: n, passed }]) => row(kind, n, passed.spikelab, passed.tslab, passed.deno)),
];
replacePart(join(root, 'docs/kernel.md'), 'packages', 'corpus:packages', table.join(''));
const { packages: all, passed } = record.groups.all;
const behind = groups.filter(([, { passed }]) => passed.spikelab < Math.max(...Object.values(passed)));
const wrong = Object.values(asking).some(({ right }) => !right);
if (behind.length > 0 || wrong || passed.spikelab < 0.95 * all) process.exitCode = 1;
