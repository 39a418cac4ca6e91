/** What `verify-run` makes of the files of a bundle that say again what its records hold: they are made again. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { readWholeFile } from '#train-platform';
import { parseJson } from '../network/json.js';
import { describeNetwork, type Network } from '../network/network.js';
import type { LearningRule } from '../network/rule.js';
import { checkRule, partsOf } from '../network/validate.js';
import { crateFile, readmeFile, workflowFile } from '../bundle/crate.js';
import {
  environmentFile,
  environmentOf,
  logFile,
  logOf,
  readmeOf,
  settingsFile,
  settingsOf,
} from '../bundle/derived.js';
import { differing, named, plain, short } from './differing.js';
import { notOneExperiment } from '../bundle/one-experiment.js';
import type { RecordedRun } from '../replicate/recorded-run.js';
import { comparisons, type VerifiedRun } from './verified.js';
import { crateDiffers, strangers, untold } from './crate.js';
import { isWorkflow, type PackedRun } from '../bundle/workflow.js';

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
  const mixed = notOneExperiment(packed);
  if (mixed !== undefined) compare('experiment of the runs', mixed, 'one, but for the seeds');
  const look = async (name: string, differs: (text: string) => string | undefined): Promise<void> => {
    const file = path.join(folder, name);
    if (!existsSync(file)) return; // of one that should be there the metadata tells
    compare(`what ${name} says`, asRecords, differs(new TextDecoder().decode(await readWholeFile(file))) ?? asRecords);
  };
  await look(settingsFile, (text) => {
    const { other, unknown } = settingsDiffer(text, runs);
    if (unknown.length > 0) notes.push(`nothing confirms ${named(unknown)} of ${settingsFile}: no version writes it`);
    return other;
  });
  await look(environmentFile, (text) =>
    isDeepStrictEqual(objectIn(text), plain(environmentOf(runs))) ? undefined : 'other versions or machines',
  );
  await look(logFile, (text) => logDiffers(text, logOf(runs)));
  await look(workflowFile, (text) => (isWorkflow(text, packed) ? undefined : 'another command than the records make'));
  const all = `${asRecords}, but for ${untold}`;
  compare(`what ${crateFile} says`, all, (await crateDiffers(folder, packed)) ?? all);
  const strange = await strangers(folder);
  if (strange.length > 0)
    notes.push(`nothing confirms ${named(strange)}, nor what ${crateFile} says of it: no bundle has such a file`);
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

/**
 * A note on the files of a folder that say again what its records have; none without any.
 * @param bundle whether it has the metadata of one, so that its tables were compared
 */
export function pagesNote(folder: string, bundle: boolean): string[] {
  const pages = ['report.md', 'report.html', 'comparison.png', 'curves.png'];
  const tables = bundle ? [] : [settingsFile, environmentFile, logFile];
  const there = [...pages, ...tables].filter((name) => existsSync(path.join(folder, name)));
  return there.length > 0 ? [`nothing confirms ${there.join(', ')}: only the records were compared`] : [];
}

/**
 * Settings that the runs do not have, the first in words, and keys that no version writes. Of which run they are does
 * not matter, where all are of one experiment: an earlier version took the first, which may have had no test.
 */
function settingsDiffer(text: string, runs: readonly RecordedRun[]): { other: string | undefined; unknown: string[] } {
  const json = objectIn(text);
  const filled = normal(json);
  const each = runs.map((run) => {
    const expected = plain(settingsOf(run, runs));
    const lacking = differing(filled, expected).map(({ path }) => path);
    const all = differing(json, expected);
    // A default that another version left out is filled in; one that stands there is compared as it stands.
    const others = all.filter(
      (one) => one.expected !== undefined && (one.found !== undefined || lacking.includes(one.path)),
    );
    return { others, unknown: all.filter((one) => one.expected === undefined).map(({ path }) => path) };
  });
  const [{ others, unknown }] = each.sort(
    (a, b) => a.others.length + a.unknown.length - b.others.length - b.unknown.length,
  );
  const [first] = others;
  const other = first && `${first.path} ${short(first.found)}, but the records have ${short(first.expected)}`;
  return { other, unknown };
}

/** With the defaults that another version may have left out. */
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

function objectIn(text: string): unknown {
  try {
    const json = parseJson(text);
    return typeof json === 'object' && json !== null ? json : {};
  } catch {
    return {};
  }
}
