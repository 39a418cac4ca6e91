/**
 * Repeats a slice of a recorded run and compares bits: the start from the seed, the last checkpoint, the predictions it
 * makes, those of the final test.
 */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { parseJson } from '../network/json.js';
import { Interrupted } from '../train/interrupt.js';
import { packageVersion, numericVersion } from '../train/version.js';
import { machine, readWholeFile } from '#train-platform';
import { verifyBundle } from './files.js';
import { crateFile } from '../bundle/crate.js';
import { comparisons, type VerifiedRun } from './verified.js';
import { parseRunReport, type RecordedRun } from '../replicate/recorded-run.js';
import { recordsIn, whyNoRecords } from '../bundle/records.js';
import { type OpenedBundle, withBundle } from '../bundle/unzipped.js';
import { pagesNote, withDerived } from './derived.js';
import { verifyReplication } from './replication.js';
import { checkSettings, checkSummary } from './summary.js';
import type { PackedRun } from '../bundle/workflow.js';
import { checkEpochs, checkRates } from './epochs.js';
import { checkCheckpoint } from './checkpoint.js';
import { type Open, openOnce } from './data.js';
import { checkEnd, checkFinal } from './tested.js';
import { noteOpen } from './open.js';
import { notRepeated, repeatTraining } from './training.js';

export interface VerifyRunOptions {
  readonly threads?: number;
  readonly dataDir?: string;
  readonly download?: boolean;
  /** Time for all runs together; the first recorded place of a run is always reached. Default 40. */
  readonly seconds?: number;
  readonly signal?: AbortSignal;
  /** No line of progress while data is made ready. */
  readonly quiet?: boolean;
}

/**
 * Verifies the run in a folder, or each run of a replication, or of a bundle: its folder, its zip file, or the report
 * of one run. Of a bundle each file is compared with its sha256, too.
 * @throws Error when there is none, or its report is damaged
 */
export async function verifyRun(folder: string, options: VerifyRunOptions = {}): Promise<VerifiedRun[]> {
  return withBundle(folder, async (opened) => {
    const verified = await verifyOpened(opened, options);
    if (!opened.zipped) return verified;
    // Where a zip file was unpacked is of no use to anybody.
    const named = (text: string): string => text.replaceAll(opened.folder, folder);
    return verified.map(({ folder: place, checks, ...one }) => ({
      ...one,
      folder: named(place),
      checks: checks.map((check) => ({ ...check, found: named(check.found) })),
    }));
  }).catch((cause: unknown) => {
    if (!options.signal?.aborted && !(cause instanceof Interrupted)) throw cause;
    // What trains and loads data has words of its own, for those who keep what they made.
    throw new Interrupted('stopped before all was compared: no file was changed; verify-run begins anew', { cause });
  });
}

const give = "give the --out folder of train, replicate or bundle, a bundle's zip, or a run's report.json";
const damaged = 'no run was repeated: get the files as they were packed, first';

async function verifyOpened(opened: OpenedBundle, options: VerifyRunOptions): Promise<VerifiedRun[]> {
  const { folder, zipped } = opened;
  const { seconds = 40 } = options;
  const place = await stat(folder).catch(() => undefined);
  if (!place) throw new RangeError(`${folder} is not there: ${give}`);
  if (place.isFile())
    return [await verifyOne(folder, await readRecord(folder, folder), options, seconds, openOnce(options))];
  if (!place.isDirectory()) throw new RangeError(`${folder} is a device or a pipe: ${give}`);
  const files = await verifyBundle(opened);
  // What is in damaged files is not what was run; a changed table or picture says nothing of that.
  if (files?.checks.some(({ what, same }) => !same && /\.(json|safetensors)$/.test(what)))
    return [{ ...files, notes: [...files.notes, damaged] }];
  const names = await recordsIn(folder);
  if (names.length === 0) throw new RangeError(whyNoRecords(folder, give));
  const packed: ReadRecord[] = [];
  for (const name of names) packed.push(await readRecord(path.join(folder, name), name));
  const derived = files && (await withDerived(files, folder, packed));
  const { runs, refused } = await verifyEach(folder, packed, { ...options, seconds });
  const seeds = packed.filter(({ name }) => name !== 'report.json');
  const replication = seeds.length === packed.length ? await verifyReplication(folder, seeds) : undefined;
  const all = [derived ?? [], runs, replication ?? []].flat();
  // Of what else was found nothing is lost with a run that cannot be repeated.
  if (refused !== undefined && all.length === 1) throw refused;
  const unlisted = `there is no ${crateFile}: no file was compared with its sha256`;
  const notes = [...(zipped && !files ? [unlisted] : []), ...pagesNote(folder, files !== undefined)];
  const [first, ...others] = all;
  return [{ ...first, notes: [...first.notes, ...notes] }, ...others];
}

/** One run after the other; one that cannot be repeated keeps none of the others back. */
async function verifyEach(
  folder: string,
  packed: readonly ReadRecord[],
  options: VerifyRunOptions & { seconds: number },
): Promise<{ runs: VerifiedRun[]; refused: Error | undefined }> {
  const { seconds, signal } = options;
  const runs: VerifiedRun[] = [];
  let refused: Error | undefined;
  const open = openOnce(options);
  let left = seconds;
  for (const record of packed) {
    const started = performance.now();
    const own = path.dirname(path.join(folder, record.name));
    // Some time for each, however long the others took: its first recorded place is always reached.
    const time = Math.max(0, Math.min(left, seconds / packed.length));
    const one = await verifyOne(own, record, options, time, open).catch((error: unknown) => {
      if (signal?.aborted || !(error instanceof Error) || error instanceof Interrupted) throw error;
      refused ??= error;
      const check = { what: 'repetition', recorded: 'a run to repeat', found: error.message, same: false };
      return { folder: own, same: false, checks: [check], notes: [] };
    });
    runs.push(one);
    left -= (performance.now() - started) / 1000;
  }
  return { runs, refused };
}

interface ReadRecord extends PackedRun {
  /** The report as it was written, with the figures that follow from others. */
  readonly report: object;
}

async function readRecord(file: string, name: string): Promise<ReadRecord> {
  const bytes = await readWholeFile(file);
  const run = parseRunReport(bytes, file);
  return { name, run, report: parseJson(new TextDecoder().decode(bytes)) as object };
}

/** @param folder where its weights are, if they are */
async function verifyOne(
  folder: string,
  { name, run, report }: ReadRecord,
  options: VerifyRunOptions,
  seconds: number,
  open: Open,
): Promise<VerifiedRun> {
  const findings = comparisons();
  const { checks, notes, compare } = findings;
  notes.push(...differences(run));
  const { signal, threads } = options;
  const data = await open(run);
  const own = `seed-${run.seed}`;
  if (/^seed-\d+\/report\.json$/.test(name) && path.dirname(name) !== own)
    findings.differ('folder of the run', path.dirname(name), own);
  const until = performance.now() + 1000 * seconds;
  checkSummary(report, run, findings);
  const sameData = compare('training data', run.dataSha256, data.train.sha256);
  if (run.lastTest) compare('test data', run.lastTest.dataSha256, data.test.sha256);
  const dataChecks = checks.length;
  if (sameData) checkSettings(run, data, findings);
  if (sameData) checkRates(run, data, findings);
  if (!sameData) notes.push('the start was not repeated: the training data is not the same');
  const repeated = sameData ? await repeatTraining(run, data, { ...options, seconds }, findings) : notRepeated;
  const tested = {
    run,
    folder,
    until,
    test: data.test,
    ...(threads !== undefined && { threads }),
    ...(signal && { signal }),
  };
  const kept = await checkCheckpoint(tested, repeated, findings);
  checkEpochs(run, kept.epochs, findings);
  await checkEnd(tested, repeated, kept.last, findings);
  await checkFinal(tested, repeated, kept.last, findings);
  noteOpen(run, repeated, kept, findings);
  if (checks.length === dataChecks) notes.push('nothing of the run itself could be compared');
  return { folder, same: checks.length > dataChecks && checks.every((check) => check.same), checks, notes };
}

function differences({ versions, machine: { node, platform, arch } }: RecordedRun): string[] {
  const here = machine();
  const notes: string[] = [];
  if (versions.numeric !== numericVersion)
    notes.push(
      `recorded with numeric version ${versions.numeric}, this is ${numericVersion}, and compared as of this one: other bits are to be expected`,
    );
  if (versions.spikelab !== packageVersion)
    notes.push(`recorded with spikelab ${versions.spikelab}, this is ${packageVersion}`);
  if (node !== here.node) notes.push(`recorded with Node ${node}, this is ${here.node}; that should change no bit`);
  if (platform !== here.platform || arch !== here.arch)
    notes.push(`recorded on ${platform} ${arch}, this is ${here.platform} ${here.arch}; that should change no bit`);
  return notes;
}
