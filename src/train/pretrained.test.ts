import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { datasets } from '../data/datasets.js';
import { MissingDataError, OfflineError } from '../data/registry/locate.js';
import { dense, input } from '../network/network.js';
import { sequential } from './build.js';
import { SpikingNetwork } from './model.js';
import { decodeTensors } from './safetensors.js';
import { pretrainedModel, pretrainedModels } from './pretrained.js';

const folder = mkdtempSync(join(tmpdir(), 'spikelab-models-'));
const file = join(folder, 'small.safetensors');
let trained: SpikingNetwork;
let digits: Awaited<ReturnType<typeof datasets.strokes>>;
let models: typeof pretrainedModels;

beforeAll(async () => {
  digits = await datasets.strokes({ train: 100, test: 40 });
  trained = sequential([input(28, 28), dense(30, { threshold: 5, dropout: 0.2 }), dense(10, { threshold: 4 })], {
    steps: 60,
    seed: 3,
    threads: 1,
  });
  await trained.fit(digits.train, { epochs: 1, silent: true });
  await trained.save(file, { weightsOnly: true });
  const bytes = readFileSync(file);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  models = { small: { about: 'a test', dataset: 'strokes', sha256, bytes: bytes.length } };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a file of weights', () => {
  test('is smaller than a checkpoint, the same bytes again, and loads to the same predictions; training begins anew from it', async () => {
    await trained.save(join(folder, 'whole.safetensors'));
    expect(statSync(file).size).toBeLessThan(0.4 * statSync(join(folder, 'whole.safetensors')).size);
    const loaded = await SpikingNetwork.load(file, { threads: 1 });
    expect(loaded.trainedEpochs).toBe(0);
    expect(loaded.network).toEqual(trained.network);
    expect(await loaded.weights()).toEqual(await trained.weights());
    expect(await loaded.predict(digits.test)).toEqual(await trained.predict(digits.test));
    await loaded.save(join(folder, 'again.safetensors'), { weightsOnly: true });
    expect(readFileSync(join(folder, 'again.safetensors')).equals(readFileSync(file))).toBe(true);
    const history = await loaded.fit(digits.train, { epochs: 1, silent: true });
    expect(history.epochs).toHaveLength(1);
  });

  test('with a header that does not fit its bytes is refused', () => {
    const file = (header: string, bytes: number): Uint8Array => {
      const text = new TextEncoder().encode(header);
      const whole = new Uint8Array(8 + text.length + bytes);
      new DataView(whole.buffer).setBigUint64(0, BigInt(text.length), true);
      whole.set(text, 8);
      return whole;
    };
    const tensor = (from: number, to: number, shape = '[2]', dtype = 'F32'): string =>
      `{"dtype":"${dtype}","shape":${shape},"data_offsets":[${from},${to}]}`;
    const good = `{"a":${tensor(0, 8)},"b" : ${tensor(8, 16)},"__metadata__":{"x":"\\"a\\":{"}}`;
    expect([...decodeTensors(file(good, 16), 'good').tensors.keys()]).toEqual(['a', 'b']);
    for (const [header, bytes, why] of [
      [`{"a":${tensor(0, 8)},"b":${tensor(4, 12)}}`, 12, 'begins at byte 4, the one before it ends at 8'],
      [`{"a":${tensor(0, 8)},"b":${tensor(12, 20)}}`, 20, 'begins at byte 12, the one before it ends at 8'],
      [`{"a":${tensor(0, 8)}}`, 16, 'its tensors end at byte 8 of 16'],
      [`{"a":${tensor(0, 8)},"a":${tensor(0, 8)}}`, 8, '"a" stands twice in one object'],
      [`{"a":{"shape":${'['.repeat(5000)}${']'.repeat(5000)}}}`, 0, 'nested deeper than 100 levels'],
      [`{"a":${tensor(0, 8, '[-1,-2]')}}`, 8, 'the shape [-1,-2]'],
      [`{"a":${tensor(0, 8, '[0.5,4]')}}`, 8, 'the shape [0.5,4]'],
      [`{"a":${tensor(0, 8, '[2]', 'F64')}}`, 8, 'lies at 0 to 8 of 8 bytes'],
      [`{"a":${tensor(0, 8, '[2]', 'I64')}}`, 8, 'has the type I64'],
      [`{"a":${tensor(-8, 0)}}`, 8, 'lies at -8 to 0'],
      ['{"__metadata__":{"x":1}}', 0, 'its metadata is not an object of texts'],
      ['[]', 0, 'its header is not a JSON object'],
    ] as const)
      expect(() => decodeTensors(file(header, bytes), 'bad'), header).toThrow(why);
    const endless = file('{}', 0);
    new DataView(endless.buffer).setBigUint64(0, 2n ** 64n - 1n, true);
    expect(() => decodeTensors(endless, 'bad')).toThrow(/a header of \d+ bytes in a file of 10/);
  });

  test('that is cut or changed is refused with its name', async () => {
    const bytes = readFileSync(file);
    const bad = join(folder, 'bad.safetensors');
    for (const change of [
      bytes.subarray(0, 100),
      bytes.subarray(0, bytes.length - 4),
      Buffer.from(bytes.toString('latin1').replace('\\"threshold\\":5', '\\"threshold\\":-'), 'latin1'),
    ]) {
      writeFileSync(bad, change);
      await expect(SpikingNetwork.load(bad)).rejects.toThrow(/bad\.safetensors/);
    }
  });
});

describe('a trained network by name', () => {
  let server: Server;
  let requests: number;
  let served: Buffer;
  beforeEach(async () => {
    requests = 0;
    served = readFileSync(file);
    server = createServer((_, response) => {
      requests++;
      response.end(served);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    vi.stubEnv('SPIKELAB_DATA', join(folder, 'none'));
    vi.stubEnv('SPIKELAB_CACHE', mkdtempSync(join(folder, 'cache-')));
    vi.stubEnv('SPIKELAB_MODELS', `http://127.0.0.1:${(server.address() as AddressInfo).port}/release`);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    server.closeAllConnections();
    if (server.listening) await new Promise((done) => server.close(done));
  });

  test('is downloaded once, checked, and from then on there without a connection', async () => {
    const model = await pretrainedModel('small', {}, models);
    expect(model.network).toEqual(trained.network);
    expect(requests).toBe(1);
    await pretrainedModel('small', { download: false }, models);
    expect(requests).toBe(1);
  });

  test('with other bytes than its sha256 is refused', async () => {
    served.writeUInt8(served.at(-1)! ^ 1, served.length - 1);
    await expect(pretrainedModel('small', {}, models)).rejects.toThrow(/wrong sha256/);
  });

  test('offline: the error names the address, the folder and what else can be done', async () => {
    server.close(); // nobody answers at its address any more
    const error = await pretrainedModel('small', {}, models).catch((reason: unknown) => reason as Error);
    expect(error).toBeInstanceOf(OfflineError);
    expect((error as Error).message).toMatch(
      /small\.safetensors[\s\S]*127\.0\.0\.1[\s\S]*models[\s\S]*spikelab train small/,
    );
    vi.stubEnv('SPIKELAB_MODELS', 'models.example.org');
    await expect(pretrainedModel('small', {}, models)).rejects.toThrow(
      /models\.example\.org\/small\.safetensors is no address of the web/,
    );
    vi.stubEnv('SPIKELAB_MODELS', '');
    await expect(pretrainedModel('small', {}, models)).rejects.toThrow(MissingDataError);
    await expect(pretrainedModel('small', {}, models)).rejects.toThrow(/SPIKELAB_MODELS/);
  });

  test('an unknown name is refused with the nearest; the table is of what can be had', async () => {
    await expect(SpikingNetwork.pretrained('mnist-dens')).rejects.toThrow(/did you mean mnist-dense\?/);
    await expect(SpikingNetwork.pretrained('constructor')).rejects.toThrow(RangeError);
    for (const { about, sha256, bytes } of Object.values(pretrainedModels)) {
      expect(sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(bytes).toBeGreaterThan(1000);
      expect(about).toMatch(/%/);
    }
  });
});
