import { execFileSync } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { reference, verifyCase, verifyGolden } from './verify.js';

const golden = process.env.SPIKELAB_GOLDEN ?? '../shared/golden';
/** Cases in the authors' formats made by another program, `test/oracle/golden_cases.py`. */
const oracle = fileURLToPath(new URL('../../test/oracle/cases', import.meta.url));

const folders: string[] = [];
async function copyOfOracle(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'spikelab-golden-'));
  folders.push(folder);
  await cp(oracle, folder, { recursive: true });
  return folder;
}
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

describe.skipIf(!existsSync(golden))(`golden cases of the authors (${golden})`, () => {
  it('replays every case: no spike differs, every trained weight within 1e-6', async () => {
    const reports = await verifyGolden(golden);
    for (const report of reports) {
      expect(report).toMatchObject({ passed: true });
      for (const { weights } of report.layers) expect(weights?.largestDifference ?? 0).toBeLessThan(1e-6);
    }
    const cnn = reports.find(({ name }) => name === 'mm-bp-snn-cnn');
    expect(cnn?.layers.map(({ before, after }) => [before?.differing, after?.differing])).toEqual(
      Array.from({ length: 6 }, () => [0, 0]),
    );
    expect(cnn?.layers.map(({ weights }) => weights?.compared)).toEqual([125, undefined, 375, undefined, 4800, 1000]);
  });
});

describe('cases of another program', () => {
  it('replays convolution with padding and overlapping pooling, and a reservoir on a cochleagram with softmax, both with SGD', async () => {
    const reports = await verifyGolden(oracle);
    expect(reports.map(({ name, passed }) => [name, passed])).toEqual([
      ['oracle-convolution', true],
      ['oracle-reservoir', true],
    ]);
    for (const { layers } of reports) {
      for (const { before, after, weights } of layers) {
        expect([before?.differing, after?.differing]).toEqual([0, 0]);
        expect(before?.expected).toBeGreaterThan(0);
        expect(weights?.largestDifference ?? 0).toBeLessThan(3e-6); // the files hold six digits
      }
    }
    expect(reports[1].input).toEqual({ expected: 503, differing: 0 });
  });

  it('reads the same case from an archive', async () => {
    const folder = await copyOfOracle();
    execFileSync('tar', ['-czf', 'case.tar.gz', 'convolution'], { cwd: folder });
    await rm(join(folder, 'convolution'), { recursive: true });
    const description = join(folder, 'convolution.json');
    await writeFile(
      description,
      JSON.stringify({ ...JSON.parse(await readFile(description, 'utf8')), archive: 'case.tar.gz' }),
    );
    expect(await verifyCase(description)).toMatchObject({ passed: true });
    await writeFile(join(folder, 'case.tar.gz'), (await readFile(join(folder, 'case.tar.gz'))).subarray(0, 2000));
    expect((await verifyCase(description)).error).toContain('is not a whole tar archive');
  });

  it('fails for one differing spike, one differing weight, or NaN', async () => {
    const folder = await copyOfOracle();
    const change = async (file: string, from: string | RegExp, to: string) => {
      const text = await readFile(join(folder, file), 'utf8');
      expect(text.replace(from, to)).not.toBe(text);
      await writeFile(join(folder, file), text.replace(from, to));
    };
    await change('reservoir/hidden_spikes.txt', /\n0\t\d+\n/, '\n');
    const [, one] = await verifyGolden(folder);
    expect(one).toMatchObject({
      passed: false,
      layers: [{}, { before: { differing: 1 }, after: { differing: 0 } }, {}],
    });
    await change('convolution/conv1_weights_trained.txt', /^-?\d\.\d{3}/, '9.999');
    expect((await verifyGolden(folder))[0]).toMatchObject({ passed: false });
    const notANumber = {
      ...reference,
      trainStep: (...[, , weights]: Parameters<typeof reference.trainStep>) => weights.map((w) => w.map(() => NaN)),
    };
    expect((await verifyGolden(oracle, { ...notANumber, simulate: reference.simulate }))[0]).toMatchObject({
      passed: false,
    });
  });

  it('replays partial cases, and refuses one that compares nothing', async () => {
    const folder = await copyOfOracle();
    const description = join(folder, 'reservoir.json');
    const whole = JSON.parse(await readFile(description, 'utf8')) as {
      layers: { spikes?: object; weights: { after?: string } }[];
      input: object;
    };
    const save = (value: object) => writeFile(description, JSON.stringify(value));
    await save({ ...whole, training: undefined, label: undefined });
    const forward = await verifyCase(description);
    expect(forward).toMatchObject({ passed: true, layers: [{ before: { differing: 0 } }, {}, {}] });
    expect(forward.layers.every(({ after, weights }) => after === undefined && weights === undefined)).toBe(true);
    const bare = whole.layers.map((layer) => ({
      ...layer,
      spikes: undefined,
      weights: { ...layer.weights, after: undefined },
    }));
    await save({ ...whole, layers: bare });
    expect((await verifyCase(description)).passed).toBe(true); // the input's spikes are still compared
    await save({ ...whole, layers: bare, input: { ...whole.input, spikes: undefined } });
    expect((await verifyCase(description)).error).toContain('names nothing to compare with');
  });

  it('says what is wrong with a description', async () => {
    const folder = await copyOfOracle();
    const description = join(folder, 'reservoir.json');
    const whole = JSON.parse(await readFile(description, 'utf8')) as object;
    const errorOf = async (change: object | string): Promise<string | undefined> => {
      await writeFile(description, typeof change === 'string' ? change : JSON.stringify({ ...whole, ...change }));
      return (await verifyCase(description)).error;
    };
    expect(await errorOf('{')).toMatch(/JSON/);
    expect(await errorOf('[]')).toContain('case is []: it must be an object');
    expect(await errorOf({ layers: [] })).toContain('layers is []: it must be a list');
    expect(await errorOf({ steps: 0 })).toContain('steps is 0: it must be an integer from 1');
    expect(await errorOf({ label: 3 })).toContain('label is 3: it must be an integer from 0 to 2');
    expect(await errorOf({ layers: [{ type: 'lstm', threshold: 1 }] })).toContain(
      'layer type is "lstm": choose one of',
    );
    expect(await errorOf({ input: { file: '../secret', shape: [4] } })).toContain('leaves the folder');
    expect(await errorOf({ input: { file: 'none.dat', shape: [4] } })).toContain('none.dat');
    expect(
      await errorOf({ input: { file: 'reservoir/cochleagram.dat', format: 'cochleagram', shape: [5] } }),
    ).toContain('4 lines, expected 5');
    expect(await errorOf({ archive: '../cases.tar' })).toContain('leaves the folder');
    await expect(verifyGolden(join(folder, 'reservoir'))).rejects.toThrow('holds no case description');
  });
});
