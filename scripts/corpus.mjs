/**
 * `npm run corpus [-- VERSION …]`: the corpus of cells (test/kernel/corpus/) in other versions of Node, by default 20,
 * 22 and 24. Each comes as npm's package `node`, installed into a temporary folder. Writes docs/results/corpus.json.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './setup/files.mjs';

const wanted = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'spikelab-nodes-'));
const windows = process.platform === 'win32';
const nodes = {};
try {
  for (const version of wanted.length > 0 ? wanted : ['20', '22', '24']) {
    const prefix = join(folder, version);
    const npm = ['install', '--prefix', prefix, '--no-audit', '--no-fund', `node@${version}`];
    spawnSync('npm', npm, { stdio: ['ignore', 'ignore', 'inherit'], shell: windows });
    const node = join(prefix, 'node_modules', 'node', 'bin', windows ? 'node.exe' : 'node');
    const exact = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout?.trim();
    console.log(`\nNode ${exact}`);
    const report = join(prefix, 'report.json');
    const vitest = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', 'test/kernel/corpus.test.ts'];
    vitest.push('--reporter=default', '--reporter=json', `--outputFile=${report}`);
    const env = { ...process.env, SPIKELAB_CORPUS_NODE: node };
    spawnSync(process.execPath, vitest, { cwd: root, env, stdio: 'inherit' });
    nodes[exact] = counted(JSON.parse(readFileSync(report, 'utf8')));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const record = { date: new Date().toISOString(), nodes };
writeFileSync(join(root, 'docs/results/corpus.json'), `${JSON.stringify(record, null, 2)}\n`);
process.exitCode = Object.values(nodes).filter(({ failed }) => failed.length > 0).length;

/** Cells by group, and those that failed. The first test is about the corpus itself. */
function counted({ testResults }) {
  const cells = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ title }) => /^line /.test(title));
  const groups = {};
  for (const { ancestorTitles, status } of cells) {
    const group = (groups[ancestorTitles.at(-1)] ??= { cells: 0, passed: 0 });
    group.cells++;
    if (status === 'passed') group.passed++;
  }
  const failed = cells.filter(({ status }) => status !== 'passed').map(({ fullName }) => fullName);
  return { cells: cells.length, groups, failed };
}
