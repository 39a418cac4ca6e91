/**
 * Holds the imports to the floors of `.dependency-cruiser.mjs`: arrows point down, no circles, no file without a room
 * or a use.
 *
 *     node scripts/floors.mjs
 */
import { cruise } from 'dependency-cruiser';
import extractTsConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import plan from '../.dependency-cruiser.mjs';
import { root } from './setup/files.mjs';

/** Beside the houses: what each of these folders imports goes round in no circle, and that is all that is asked. */
const beside = ['scripts', 'bench', 'test', 'src/engine/assembly'];

/** Sentences about imports that go round in a circle in `folders` of the project under `folder`. */
export async function circles(folder = root, folders = beside) {
  const rule = { name: 'no circles', severity: 'error', from: {}, to: { circular: true } };
  return sentences(folder, folders, [rule], {
    doNotFollow: { path: ['node_modules', '^dist/', '^(src(?!/engine/assembly)|kernel|extension)/'] },
    tsPreCompilationDeps: true,
  });
}

/** Sentences about imports of the house under `folder` (the project, or a copy of its rooms) that the plan forbids. */
export async function faults(folder = root) {
  return sentences(folder, ['src', 'kernel', 'extension/src'], plan.forbidden, plan.options);
}

async function sentences(folder, folders, forbidden, { tsConfig, ...options }) {
  const { output } = await cruise(
    folders,
    { ...options, baseDir: folder, validate: true, ruleSet: { forbidden } },
    undefined,
    tsConfig && { tsConfig: extractTsConfig(join(root, tsConfig.fileName)) },
  );
  if (typeof output === 'string') throw new Error(`dependency-cruiser answered with a text: ${output}`);
  if (output.summary.totalCruised === 0) throw new Error(`no sources under ${folder}`);
  return output.summary.violations.map(({ rule, from, to, cycle }) =>
    [`${from} → ${to}`, ...(cycle ?? []).slice(1).map(({ name }) => ` → ${name}`), `: ${rule.name}`].join(''),
  );
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const found = [...(await faults()), ...(await circles())];
  for (const fault of found) console.error(fault);
  if (found.length > 0) console.error(`\n${found.length} imports against the floors of .dependency-cruiser.mjs`);
  process.exitCode = found.length > 0 ? 1 : 0;
}
