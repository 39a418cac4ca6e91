/** What `verify-run` makes of the files of a bundle that say again what its records hold: they are made again. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { readWholeFile } from '#train-platform';
import { describeNetwork, type Network } from '../network/network.js';
import type { LearningRule } from '../network/rule.js';
import { checkRule, partsOf } from '../network/validate.js';
import { crateFile, readmeFile, workflowFile } from './crate.js';
import { environmentFile, environmentOf, logFile, logOf, readmeOf, settingsFile, settingsOf } from './derived.js';
import { plain, short } from './differing.js';
import { comparisons, type VerifiedRun } from './verified.js';
import { crateDiffers, untold } from './verify-crate.js';
import { earlierWorkflow, type PackedRun, workflowOf } from './workflow.js';

const asRecords = 'as the records have it';

/** The bundle's files with what else is compared of them. @param files what its sha256 say */
export async function withDerived(
  files: VerifiedRun,
  folder: string,
  packed: readonly PackedRun[],
): Promise<VerifiedRun> {
  const runs = packed.map(({ run }) => run);
  const { checks, compare } = comparisons();
  const notes: string[] = [];
  const look = async (name: string, differs: (text: string) => string | undefined): Promise<void> => {
    const file = path.join(folder, name);
    if (!existsSync(file)) return; // of one that should be there the metadata tells
    compare(`what ${name} says`, asRecords, differs(new TextDecoder().decode(await readWholeFile(file))) ?? asRecords);
  };
  await look(settingsFile, (text) => settingsDiffer(text, packed));
  await look(environmentFile, (text) =>
    isDeepStrictEqual(jsonOf(text), plain(environmentOf(runs))) ? undefined : 'other versions or machines',
  );
  await look(logFile, (text) => logDiffers(text, logOf(runs)));
  await look(workflowFile, (text) => workflowDiffers(text, packed));
  const all = `${asRecords}, but for ${untold}`;
  compare(`what ${crateFile} says`, all, (await crateDiffers(folder, packed)) ?? all);
  const readme = path.join(folder, readmeFile);
  if (existsSync(readme) && new TextDecoder().decode(await readWholeFile(readme)) !== readmeOf(runs))
    notes.push(`${readmeFile} is not as this version writes it: nothing confirms what it says`);
  return {
    ...files,
    same: files.same && checks.every(({ same }) => same),
    checks: [...files.checks, ...checks],
    notes: [...files.notes, ...notes],
  };
}

/** Each of the runs has them, or the bundle mixes experiments. */
function settingsDiffer(text: string, packed: readonly PackedRun[]): string | undefined {
  const runs = packed.map(({ run }) => run);
  const found = normal(jsonOf(text));
  for (const { name, run } of packed) {
    const { lastTest } = run;
    // A seed that was stopped before its first sample, or its first test, knows of no data yet.
    if (run.epochs.length === 0 && (run.dataSha256 === '' || !lastTest)) continue;
    const expected = normal(plain(settingsOf(run, runs)));
    const other = Object.keys({ ...expected, ...found }).find((key) => !isDeepStrictEqual(found[key], expected[key]));
    if (other !== undefined) return `${other} ${short(found[other])}, but ${name} has ${short(expected[other])}`;
  }
  return undefined;
}

/** Another version may have written defaults that this one leaves out, or the other way round. */
function normal(settings: unknown): Record<string, unknown> {
  const { network, rule, ...rest } = settings as Record<string, unknown>;
  try {
    return plain({
      ...rest,
      network: describeNetwork(...partsOf(network as Network)),
      rule: checkRule(rule as LearningRule),
    });
  } catch {
    return { ...rest, network, rule };
  }
}

function logDiffers(text: string, expected: string): string | undefined {
  const [found, wanted] = [text, expected].map((one) => one.split('\n'));
  const line = Array.from({ length: Math.max(found.length, wanted.length) }, (_, k) => k).find(
    (k) => found[k] !== wanted[k],
  );
  return line === undefined
    ? undefined
    : `line ${line + 1} is ${short(found[line])}, but the records have ${short(wanted[line])}`;
}

function workflowDiffers(text: string, packed: readonly PackedRun[]): string | undefined {
  const accepted = [workflowOf(packed), earlierWorkflow(packed, text)];
  return accepted.includes(text) ? undefined : 'another command than the records make';
}

function jsonOf(text: string): unknown {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null ? json : {};
  } catch {
    return {};
  }
}
