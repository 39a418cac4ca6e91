/**
 * `npm run test:bundle`: a small replication, packed by `spikelab bundle`, read by roc-validator from PyPI (Workflow
 * Run Crate 0.5: no requirement may fail; what it recommends beyond is listed), repeated by `verify-run`. Writes
 * docs/results/bundle.json. The validator is installed once, in runs/bundle.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { orExplain, setUp } from './setup.mjs';
import { root, writeAtomically } from './setup/files.mjs';
import { SetupError } from './setup/run.mjs';
import { pythonWith } from './setup/venv.mjs';

const folder = join(root, 'runs/bundle');
// 0.13.0 of rocrate holds the JSON-LD context of RO-Crate 1.1; later ones that of 1.3.
const packages = ['roc-validator==0.13.0', 'rocrate==0.13.0'];

function spikelab(...args) {
  const answer = spawnSync(process.execPath, [join(root, 'dist/src/cli/main.js'), ...args], { encoding: 'utf8' });
  if (answer.status !== 0) throw new SetupError(`spikelab ${args.join(' ')} failed:\n${answer.stdout}${answer.stderr}`);
  return answer.stdout;
}

await orExplain(async () => {
  await setUp();
  mkdirSync(folder, { recursive: true });
  const python = pythonWith(folder, packages, 'rocrate_validator, rocrate');
  const [runs, crate] = [join(folder, 'run'), join(folder, 'crate')];
  for (const old of [runs, crate]) rmSync(old, { recursive: true, force: true });
  spikelab('replicate', 'strokes-dense', '--seeds', '0,1', '--epochs', '1', '--samples', '400', '--out', runs);
  spikelab('bundle', runs, '--out', crate, '--author', 'The Spikelab authors');
  const verified = JSON.parse(spikelab('verify-run', crate, '--json', '--seconds', '10'));
  const answer = spawnSync(python, [join(root, 'test/cli/crate.py'), crate], { encoding: 'utf8' });
  if (answer.status !== 0) throw new SetupError(`the validator failed:\n${answer.stderr}`);
  const { checks, issues } = JSON.parse(answer.stdout);
  const record = {
    date: new Date().toISOString(),
    validator: packages[0],
    profile: 'workflow-run-crate-0.5',
    checks,
    required: issues.filter(({ severity }) => severity === 'REQUIRED'),
    recommended: issues
      .filter(({ severity }) => severity !== 'REQUIRED')
      .map(({ check, message }) => `${check}: ${message}`),
    verified: verified.map(({ same, checks: compared }) => ({ same, compared: compared.length })),
  };
  writeAtomically(join(root, 'docs/results/bundle.json'), `${JSON.stringify(record, null, 2)}\n`);
  console.log(JSON.stringify(record, null, 2));
  return record.required.length === 0 && record.verified.every(({ same }) => same) ? 0 : 1;
});
