/**
 * `spikelab bundle`: what it packs, that verify-run repeats it, and that a bundle of somebody else is hostile until
 * checked.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { strFromU8, unzipSync, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleRun } from '../../src/bundle/bundle.js';
import { verifyRun } from '../../src/verify/verify-run.js';
import { spikelab } from './command.js';

const folder = mkdtempSync(path.join(tmpdir(), 'spikelab-bundle-test-'));
const at = (name: string): string => path.join(folder, name);
interface Entity {
  readonly '@id': string;
  readonly [name: string]: unknown;
}
const graphOf = (file: string): Entity[] =>
  (JSON.parse(readFileSync(file, 'utf8')) as { '@graph': Entity[] })['@graph'];

describe('spikelab bundle', () => {
  beforeAll(async () => {
    const made = await spikelab([
      'replicate',
      'strokes-dense',
      '--seeds',
      '0,1',
      '--epochs',
      '1',
      '--samples',
      '200',
      '--out',
      at('run'),
    ]);
    expect(made.code, made.err).toBe(0);
    for (const out of ['crate', 'crate.zip']) {
      const { code, err } = await spikelab(['bundle', at('run'), '--out', at(out), '--author', 'Ada Lovelace']);
      expect([code, err]).toEqual([0, '']);
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('describes each file once, and names nothing that is not there', () => {
    const graph = graphOf(at('crate/ro-crate-metadata.json'));
    const ids = graph.map((entity) => entity['@id']);
    expect(new Set(ids).size).toBe(ids.length);
    const references = JSON.stringify(graph)
      .match(/\{"@id":"[^"]*"\}/g)!
      .map((text) => (JSON.parse(text) as Entity)['@id']);
    const elsewhere = ['https://w3id.org/ro/crate/1.1', 'https://bioschemas.org/'];
    for (const id of references)
      expect(ids.includes(id) || elsewhere.some((start) => id.startsWith(start)), id).toBe(true);
    const root = graph.find((entity) => entity['@id'] === './')!;
    const parts = (root['hasPart'] as Entity[]).map((part) => part['@id']);
    expect(parts).toEqual(
      expect.arrayContaining(['seed-0/checkpoint.safetensors', 'seed-1/report.json', 'epochs.csv']),
    );
    for (const part of parts) expect(existsSync(at(`crate/${part}`)), part).toBe(true);
    expect(readFileSync(at('crate/workflow.sh'), 'utf8')).toContain(
      'npx spikelab replicate strokes-dense --seeds 0,1 ',
    );
    expect(Object.keys(unzipSync(readFileSync(at('crate.zip')))).sort()).toEqual(
      [...parts, 'ro-crate-metadata.json'].sort(),
    );
  });

  it.each(['crate', 'crate.zip'])('verify-run repeats %s to the same bits', async (bundle) => {
    const { code, out, err } = await spikelab(['verify-run', at(bundle), '--json', '--seconds', '2']);
    expect([code, err]).toEqual([0, '']);
    const [files, ...runs] = JSON.parse(out) as { same: boolean; checks: { what: string }[] }[];
    expect(files.checks.map(({ what }) => what)).toContain('sha256 of seed-1/checkpoint.safetensors');
    expect(runs.map(({ same, checks }) => [same, checks.length > 3])).toEqual([
      [true, true],
      [true, true],
      [true, true], // the replication's report
    ]);
  });

  it('one changed byte is found; so is a published report alone', async () => {
    const csv = at('crate/epochs.csv');
    const text = readFileSync(csv, 'utf8');
    writeFileSync(csv, text.replace('seed', 'Seed'));
    const { code, out } = await spikelab(['verify-run', at('crate'), '--seconds', '1']);
    writeFileSync(csv, text);
    expect(code).toBe(1);
    expect(out).toContain('✗ sha256 of epochs.csv');
    writeFileSync(at('crate/more.txt'), 'x');
    const more = await spikelab(['verify-run', at('crate'), '--seconds', '1']);
    rmSync(at('crate/more.txt'));
    expect(more.out).toContain('more.txt is not in its metadata');
    const report = await spikelab(['verify-run', at('run/seed-1/report.json'), '--seconds', '1']);
    expect([report.code, report.out]).toEqual([0, expect.stringContaining('✓ weights after 0.02 epochs from seed 1')]);
  });

  it('names each file of it that is missing, changed, or lies elsewhere', async () => {
    const names = graphOf(at('crate/ro-crate-metadata.json')).flatMap(({ '@id': id, sha256 }) => (sha256 ? [id] : []));
    expect(names.length).toBeGreaterThan(9);
    const broken = async (name: string, change: (file: string) => void): Promise<void> => {
      const copy = at('broken bündle');
      cpSync(at('crate'), copy, { recursive: true });
      change(path.join(copy, name));
      const [verified] = await verifyRun(copy, { seconds: 1, quiet: true });
      rmSync(copy, { recursive: true });
      expect(verified.same, name).toBe(false);
      const wrong = verified.checks.filter(({ same }) => !same).map(({ what }) => what);
      expect(wrong).toEqual([expect.stringContaining(name)]);
    };
    const flip = (file: string): void => {
      const bytes = readFileSync(file);
      bytes[bytes.length >> 1] ^= 1;
      writeFileSync(file, bytes);
    };
    const inRuns = names.filter((name) => /json|safetensors/.test(name)); // of the others the runs are repeated, too
    for (const name of inRuns) await broken(name, flip);
    for (const name of [...inRuns, 'ro-crate-metadata.json']) await broken(name, (file) => rmSync(file));
    await broken('seed-0/report.json', (file) => {
      rmSync(file);
      symlinkSync(at('run/seed-0/report.json'), file);
    });
    await broken('seed-0/report.json', (file) => {
      rmSync(file);
      mkdirSync(file);
    });
  });

  it('a run over own data is packed, and repeated where its file is; one without a report says what to do', async () => {
    const rows = Array.from(
      { length: 60 },
      (_, n) => `${(n % 7) / 7 + (n % 2)},${(n % 5) / 5},${n % 2 ? 'yes' : 'no'}`,
    );
    writeFileSync(at('own ü.csv'), ['a,b,class', ...rows].join('\n'));
    const trained = await spikelab(['train', at('own ü.csv'), '--set', 'data.label=class', '--out', at('own run')]);
    expect(trained.code, trained.err).toBe(0);
    await bundleRun(at('own run'), { out: at('own run.zip'), license: 'CC-BY-4.0' });
    const ids = strFromU8(unzipSync(readFileSync(at('own run.zip')))['ro-crate-metadata.json']).match(
      /"#data-[^"]*"/g,
    )!;
    expect(new Set(ids)).toEqual(new Set(['"#data-own%20%C3%BC"']));
    const lost = await verifyRun(at('own run.zip'), { quiet: true });
    expect(lost.map(({ same }) => same)).toEqual([true, false]);
    expect(lost[1].checks[0].found).toMatch(/the data of the run, own ü\.csv, is not where .*--data-dir/);
    const verified = await verifyRun(at('own run.zip'), { quiet: true, seconds: 1, dataDir: folder });
    expect(verified.map(({ folder: place, same }) => [place, same])).toEqual([
      [at('own run.zip/ro-crate-metadata.json'), true],
      [at('own run.zip'), true],
    ]);
    rmSync(at('own run/report.json'));
    await expect(bundleRun(at('own run'), { out: at('killed.zip'), license: 'CC0-1.0' })).rejects.toThrow(
      /killed before it wrote a report/,
    );
  });

  it('a file in its metadata without a sha256 is refused; so is a zip file with a folder in the place of a file', async () => {
    const file = at('crate/ro-crate-metadata.json');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace(/"sha256": "[0-9a-f]{64}",/, ''));
    await expect(verifyRun(at('crate'), { quiet: true })).rejects.toThrow(/the sha256 of .* is none/);
    writeFileSync(file, text);
    writeFileSync(at('both.zip'), zipSync({ a: new Uint8Array(3), 'a/b': new Uint8Array(3) }));
    await expect(verifyRun(at('both.zip'))).rejects.toThrow(/both\.zip is no bundle \("a\/b" lies in a file of it\)/);
    const inside = Object.entries(unzipSync(readFileSync(at('crate.zip'))));
    const again = (change: (name: string) => string | undefined): void =>
      writeFileSync(
        at('again.zip'),
        zipSync(Object.fromEntries(inside.flatMap(([name, bytes]) => (change(name) ? [[change(name)!, bytes]] : [])))),
      );
    again((name) => `crate/${name}`); // as file managers pack a folder
    const [files, ...runs] = await verifyRun(at('again.zip'), { quiet: true, seconds: 1 });
    expect([files.same, runs.map(({ same }) => same)]).toEqual([true, [true, true, true]]);
    again((name) => (name.endsWith('report.json') ? 'text.md' : undefined));
    await expect(verifyRun(at('again.zip'))).rejects.toThrow(`${at('again.zip')} holds no run`);
    await expect(verifyRun(at('crate/ro-crate-metadata.json'), { quiet: true })).rejects.toThrow(/not the report of a/);
  });

  it.each([
    ['../outside.txt', 'leaves its folder'],
    ['/etc/outside.txt', 'leaves its folder'],
    ['a\\..\\..\\outside.txt', 'leaves its folder'],
  ])('refuses a zip file with the name %s', async (name, why) => {
    writeFileSync(at('evil.zip'), zipSync({ [name]: new Uint8Array(3) }));
    const { code, err } = await spikelab(['verify-run', at('evil.zip')]);
    expect([code, err]).toEqual([1, expect.stringContaining(why)]);
  });

  it('refuses what cannot be, and names the fix', async () => {
    const refusals: [string[], string][] = [
      [['bundle', at('run'), '--out', at('crate')], 'is there already'],
      [['bundle', at('nothing'), '--out', at('new')], 'is not there'],
      [['bundle', folder, '--out', at('../new-bundle')], 'holds no run'],
      [['bundle', at('run'), '--out', at('run/inside')], 'lies inside'],
      [['bundle', at('run'), '--out', at('new'), '--license', 'all rights'], 'no SPDX identifier'],
    ];
    for (const [command, why] of refusals) {
      const { code, err } = await spikelab(command);
      expect([command, code, err]).toEqual([command, 64, expect.stringContaining(why)]);
    }
    writeFileSync(at('bomb.zip'), zipSync({ 'run.json': new Uint8Array(20_000_000) }));
    expect((await spikelab(['verify-run', at('bomb.zip')])).err).toMatch(/would unpack to more than .*not so dense/);
    writeFileSync(at('torn.zip'), readFileSync(at('crate.zip')).subarray(0, 5000));
    expect((await spikelab(['verify-run', at('torn.zip')])).err).toContain('is no bundle');
  });
});
