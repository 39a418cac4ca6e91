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

/** Sentences about imports of the house under `folder` (the project, or a copy of its rooms) that the plan forbids. */
export async function faults(folder = root) {
  const { tsConfig, ...options } = plan.options;
  const { output } = await cruise(
    ['src', 'kernel', 'extension/src'],
    { ...options, baseDir: folder, validate: true, ruleSet: { forbidden: plan.forbidden } },
    undefined,
    { tsConfig: extractTsConfig(join(root, tsConfig.fileName)) },
  );
  if (typeof output === 'string') throw new Error(`dependency-cruiser answered with a text: ${output}`);
  if (output.summary.totalCruised === 0) throw new Error(`no sources under ${folder}`);
  return output.summary.violations.map(({ rule, from, to, cycle }) =>
    [`${from} → ${to}`, ...(cycle ?? []).slice(1).map(({ name }) => ` → ${name}`), `: ${rule.name}`].join(''),
  );
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const found = await faults();
  for (const fault of found) console.error(fault);
  if (found.length > 0) console.error(`\n${found.length} imports against the floors of .dependency-cruiser.mjs`);
  process.exitCode = found.length > 0 ? 1 : 0;
}
