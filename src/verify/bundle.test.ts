/** verify-run on bundles whose derived files were changed with their sha256, and on what lies beside records. */
import { cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { terminatePool } from '../engine/pool.js';
import { bundleRun } from '../bundle/bundle.js';
import { commandOf, recordedExperiment } from '../replicate/command.js';
import { parseRunReport } from '../replicate/recorded-run.js';
import { replicate } from '../replicate/replicate.js';
import { change, failed, figures, verify } from '../../test/verify/bundles.js';

let scratch: string;
const at = (...names: string[]): string => path.join(scratch, ...names);
const tiny = { data: { name: 'strokes', size: 60 }, network: { hidden: [6], steps: 20 }, epochs: 2 };
beforeAll(async () => {
  scratch = await mkdtemp(path.join(os.tmpdir(), 'spikelab-verify-bundle-'));
  await replicate({ ...tiny, name: 'tiny' }, { seeds: [0, 1], out: at('rep'), silent: true, threads: 1 });
  await bundleRun(at('rep'), { out: at('whole'), license: 'CC0-1.0' });
  await bundleRun(at('rep', 'seed-0'), { out: at('one'), license: 'CC0-1.0' });
});
afterAll(async () => {
  terminatePool();
  await rm(scratch, { recursive: true, force: true });
});

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
describe('verify-run of a bundle', () => {
  it('finds it the same as it was packed, by this version and by earlier ones', async () => {
    const [files, ...others] = await verify(at('whole'));
    expect(failed([files, ...others])).toEqual([]);
    expect(files.checks.map(({ what }) => what)).toContain('what epochs.csv says');
    expect(others.map(({ folder }) => path.relative(at('whole'), folder))).toEqual(['seed-0', 'seed-1', 'report.json']);
    await cp(at('whole'), at('earlier'), { recursive: true });
    const report = path.join(at('whole'), 'seed-0', 'report.json');
    const run = parseRunReport(await readFile(report), report);
    const parts = { seeds: [0, 1], out: 'it ü', record: 'report.json' };
    const command = commandOf({ experiment: { ...recordedExperiment(run), epochs: 2 }, ...parts });
    const { spikelab, numeric } = run.versions;
    const first = `# Makes the runs of this bundle again, to the same bits, with spikelab ${spikelab} (numeric version ${numeric}).`;
    await change(at('earlier'), 'workflow.sh', () => `#!/bin/sh\n${first}\nset -e\n${command}\n`);
    await change(at('earlier'), 'README.md', (text) => `${text}Test accuracy 99.9 %.\n`);
    const earlier = await verify(at('earlier'));
    expect(failed(earlier)).toEqual([]);
    expect(earlier[0].notes).toContain('README.md is not as this version writes it: nothing confirms what it says');
  });

  it.each<[string, (text: string) => string, string[]]>([
    ['epochs.csv', (text) => text.replace(/^1,2,[^,]*,[^,]*/m, '1,2,1,0.99'), ['what epochs.csv says']],
    ['epochs.csv', (text) => `${text}0,3,1,0.99,0,1,1\n`, ['what epochs.csv says']],
    ['settings.json', (text) => text.replace('"units": 6', '"units": 60'), ['what settings.json says']],
    // These follow from others, and were made anew before they were compared.
    ['settings.json', (text) => text.replace(/"inputs": \d+/, '"inputs": 1e300'), ['what settings.json says']],
    ['settings.json', (text) => text.replace('"inputs": 6', '"inputs": 3'), ['what settings.json says']],
    ['settings.json', (text) => text.replace('"seeds": [\n    0,', '"seeds": [\n    7,'), ['what settings.json says']],
    ['environment.json', (text) => text.replace('"cores": ', '"cores": 1'), ['what environment.json says']],
    ['workflow.sh', (text) => text.replace('--seeds 0,1', '--seeds 0,7'), ['what workflow.sh says']],
    ['workflow.sh', (text) => text.replace('--out again', '--out x; echo'), ['what workflow.sh says']],
    [
      'report.json',
      figures(({ summary }) => ({ summary: { ...(summary as object), epoch: 9 } })),
      ['epoch of the summary'],
    ],
    [
      'report.json',
      figures(({ rows }) => ({ rows: (rows as object[]).map((row) => ({ ...row, best: {}, dataset: 'x' })) })),
      ['row of seed 0', 'row of seed 1'],
    ],
    [
      'seed-1/report.json',
      figures(() => ({ testAccuracy: 0.999, bestEpoch: { epoch: 2, testAccuracy: 0.999 } })),
      ['bestEpoch of the report', 'testAccuracy of the report'],
    ],
    [
      'seed-1/report.json',
      figures(({ experiment }) => ({ experiment: { ...(experiment as object), network: { hidden: [9], steps: 20 } } })),
      ['network'],
    ],
  ])('sees %s that was changed with its sha256', async (name, changed, what) => {
    await rm(at('forged'), { recursive: true, force: true });
    await cp(at('whole'), at('forged'), { recursive: true });
    await change(at('forged'), name, changed);
    expect(failed(await verify(at('forged')))).toEqual(what);
  });

  type Graph = Record<string, unknown>[];
  const set = (id: string, changed: object) => (graph: Graph) =>
    graph.map((entity) => (String(entity['@id']).startsWith(id) ? { ...entity, ...changed } : entity));
  const without = (names: readonly string[]) => (graph: Graph) =>
    graph.filter((entity) => !names.includes(String(entity['@id'])));
  it.each<[string, (graph: Graph) => Graph, boolean]>([
    ['authors, licence and dates', set('./', { datePublished: '2020-01-01' }), true],
    ['epochs', set('#epochs-value', { value: '20' }), false],
    ['no values', without(['#preset-value', '#seeds-value', '#epochs-value', '#samples-value']), false],
    ['data', set('#data-', { identifier: '0'.repeat(64) }), false],
    ['a name of the data', set('#data-', { name: 'mnist/train, 60000 samples' }), false],
    ['a command', set('#run', { description: 'npx spikelab train other' }), false],
    ['a machine', set('#machine-1', { value: 'an abacus' }), false],
    ['a version', set('#spikelab', { softwareVersion: '9.9' }), false],
    ['an entity more', (graph) => [...graph, { '@id': '#more', '@type': 'Person' }], false],
    ['derived files that are not listed', without(['settings.json', 'epochs.csv']), false],
  ])('compares its metadata: %s', async (_, changed, same) => {
    await rm(at('renamed'), { recursive: true, force: true });
    await cp(at('one'), at('renamed'), { recursive: true });
    const metadata = at('renamed', 'ro-crate-metadata.json');
    const crate = JSON.parse(await readFile(metadata, 'utf8')) as { '@graph': Graph };
    await writeFile(metadata, JSON.stringify({ ...crate, '@graph': changed(crate['@graph']) }));
    expect(failed(await verify(at('renamed')))).toEqual(same ? [] : ['what ro-crate-metadata.json says']);
  });

  it('takes its records from its metadata, whatever was made in its folder since', async () => {
    await cp(at('one'), at('used'), { recursive: true });
    await cp(at('rep', 'seed-1'), at('used', 'seed-0'), { recursive: true });
    const verified = await verify(at('used'));
    expect(verified.map(({ folder }) => folder)).toEqual([at('used', 'ro-crate-metadata.json'), at('used')]);
    await change(at('used'), 'report.json', (text) =>
      text.replaceAll(/"testAccuracy": [\d.]+/g, '"testAccuracy": 0.99'),
    );
    expect(failed(await verify(at('used')))).toContain('test accuracy of epoch 2');
  });

  it('reads a zip file by what it is, also of a folder that is called as that of a seed', async () => {
    const names = ['report.json', 'workflow.sh', 'epochs.csv', 'ro-crate-metadata.json'];
    const entries = await Promise.all(names.map(async (name) => [`seed-0/${name}`, await readFile(at('one', name))]));
    await writeFile(at('packed'), zipSync(Object.fromEntries(entries) as Record<string, Uint8Array>));
    const [files] = await verify(at('packed'));
    expect([files.folder, files.checks.some(({ what }) => what === 'sha256 of settings.json')]).toEqual([
      at('packed', 'ro-crate-metadata.json'),
      true,
    ]);
    await cp(at('one'), at('folder.zip'), { recursive: true });
    expect(failed(await verify(at('folder.zip')))).toEqual([]);
    await bundleRun(at('rep', 'seed-0'), { out: at('upper.ZIP'), license: 'CC0-1.0' });
    expect((await readFile(at('upper.ZIP'))).subarray(0, 2).toString()).toBe('PK');
    expect(failed(await verify(at('upper.ZIP')))).toEqual([]);
  });

  it.each<[string, () => [string, Uint8Array][], string]>([
    [
      'a name twice',
      () => [
        ['twice.txt', bytesOf('x')],
        ['twicE.txt', bytesOf('y')],
      ],
      'is in it twice',
    ],
    ['__proto__', () => [['__proto.txt', bytesOf('x')]], 'is no name of a file'],
    ['a dot', () => [['a/./b', bytesOf('x')]], 'is no name of a file'],
    ['a name of 300 characters', () => [['n'.repeat(300), bytesOf('x')]], 'is longer than the 255 bytes'],
    ['bytes before it', () => [['a', bytesOf('x')]], 'does not begin as zip files do'],
  ])('refuses a zip file with %s', async (what, entries, why) => {
    const zip = Buffer.from(zipSync(Object.fromEntries(entries()), { level: 0 })).toString('latin1');
    const named = zip.replaceAll('twicE.txt', 'twice.txt').replaceAll('__proto.txt', '__proto__/x');
    const bytes = Buffer.from(what === 'bytes before it' ? `#!/bin/sh\n${named}` : named, 'latin1');
    await writeFile(at('odd.zip'), bytes);
    await expect(verify(at('odd.zip'))).rejects.toThrow(why);
  });

  it('names what it was given, where that is no run, and goes on after a seed that cannot be repeated', async () => {
    await expect(verify(at('nowhere'))).rejects.toThrow('nowhere is not there: give');
    await expect(verify(at('rep', 'report.json'))).rejects.toThrow('that of a replication, which is verified with its');
    await mkdir(at('swept'));
    await writeFile(at('swept', 'sweep.json'), '{}');
    await expect(verify(at('swept'))).rejects.toThrow('is the folder of a sweep: give that of one of its settings');
    await cp(at('rep'), at('lost'), { recursive: true });
    const file = at('lost', 'seed-0', 'report.json');
    const own = figures(({ experiment }) => ({
      experiment: { ...(experiment as object), data: { from: 'csv', file: 'gone.csv', label: 'class' } },
    }));
    await writeFile(file, own(await readFile(file, 'utf8')));
    const [first, second] = await verify(at('lost'));
    expect(failed([first])).toEqual(['repetition']);
    expect(first.checks[0].found).toContain('gone.csv, is not where it lay');
    expect(failed([second])).toEqual([]);
  });

  it('compares a replication that is no bundle, and a run beside the seeds of its folder', async () => {
    const report = at('rep', 'report.json');
    const text = await readFile(report, 'utf8');
    await writeFile(report, text.replace(/"mean": [\d.]+/, '"mean": 0.999'));
    expect(failed(await verify(at('rep')))).toEqual(['lastEpoch of the summary']);
    await writeFile(report, text.replaceAll('"rows"', '"columns"'));
    expect(failed(await verify(at('rep')))).toEqual(['report of the replication']);
    await writeFile(report, text);
    await rename(at('rep', 'seed-1'), at('seed-1'));
    const gone = await verify(at('rep'));
    await rename(at('seed-1'), at('rep', 'seed-1'));
    expect([failed(gone), gone.at(-1)!.notes]).toEqual([
      [],
      expect.arrayContaining(['nothing confirms the row of seed 1, which is in the means: its record is not here']),
    ]);
    await mkdir(at('both'));
    await cp(at('rep', 'seed-0'), at('both'), { recursive: true });
    await cp(at('rep', 'seed-1'), at('both', 'seed-1'), { recursive: true });
    expect((await verify(at('both'))).map(({ folder }) => folder)).toEqual([at('both'), at('both', 'seed-1')]);
    await expect(bundleRun(at('both'), { out: at('x'), license: 'CC0-1.0' })).rejects.toThrow(
      'holds a run of its own beside seed-1',
    );
  });
});
