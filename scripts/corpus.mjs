/**
 * `npm run corpus [-- VERSION …]`: the corpus of cells (test/kernel/corpus/) in other versions of Node, by default 20, 22 and 24. Each comes
 * as npm's package `node`, installed into a temporary folder.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './setup/files.mjs';

const wanted = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'spikelab-nodes-'));
const windows = process.platform === 'win32';
let failed = 0;
try {
  for (const version of wanted.length > 0 ? wanted : ['20', '22', '24']) {
    const prefix = join(folder, version);
    const npm = ['install', '--prefix', prefix, '--no-audit', '--no-fund', `node@${version}`];
    spawnSync('npm', npm, { stdio: ['ignore', 'ignore', 'inherit'], shell: windows });
    const node = join(prefix, 'node_modules', 'node', 'bin', windows ? 'node.exe' : 'node');
    console.log(`\nNode ${spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout?.trim()}`);
    const vitest = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', 'test/kernel/corpus.test.ts'];
    const env = { ...process.env, SPIKELAB_CORPUS_NODE: node };
    if (spawnSync(process.execPath, vitest, { cwd: root, env, stdio: 'inherit' }).status !== 0) failed++;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failed;
