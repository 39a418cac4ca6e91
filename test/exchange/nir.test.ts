/**
 * NIR files: read, type-checked and written by the Python package nir; graphs of other kinds read, or refused by name.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportNir, exportSpikes, Hdf5Error, importNir, NirError } from '../../src/exchange/index.js';
import { convolution, dense, input, neuronOf, pooling, reservoir } from '../../src/network/network.js';
import { packSpikeTrains } from '../../src/network/spikes.js';
import { simulate } from '../../src/hm2bp/simulate.js';
import { sequential } from '../../src/train/build.js';
import { strokeDigits } from '../../src/data/strokes/strokes.js';

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const python = here(process.platform === 'win32' ? '../../.venv/Scripts/python.exe' : '../../.venv/bin/python');
const missing = spawnSync(python, ['-c', 'import nir']).status !== 0 && 'no Python package nir in .venv: npm run setup';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'spikelab-nir-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);

function nir<T>(...args: string[]): T {
  const { stdout, stderr, status } = spawnSync(python, [here('nir_files.py'), ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as T;
}

interface Read {
  version: string;
  edges: [string, string][];
  nodes: Record<string, { type: string } & Record<string, { shape: number[]; sum: number; dtype: string }>>;
}

const digits = (refractory = 0) =>
  sequential([input(28, 28), dense(20, { threshold: 4 }), dense(10, { threshold: 2 })], {
    steps: 60,
    refractory,
    seed: 3,
    threads: 1,
  });
const images = () =>
  sequential(
    [
      input(1, 28, 28),
      convolution(4, 5, { threshold: 1, padding: 2 }),
      pooling(2, { threshold: 1 }),
      dense(6, { threshold: 3, name: 'output' }),
      dense(10, { threshold: 1, lateralInhibition: 1, name: 'a/b: ü' }),
    ],
    { steps: 40, refractory: 2, tauM: 50, tauS: 5, seed: 4, threads: 1 },
  );

describe.skipIf(missing)('the Python package nir (options: type check on)', () => {
  beforeAll(() => void nir('make', folder));

  it('reads a dense network, every weight and time constant in its place', async () => {
    const net = digits();
    const { exact, limits, nodes } = await exportNir(net, at('dense.nir'));
    expect([exact, limits]).toEqual([true, []]);
    const { version, edges, nodes: read } = nir<Read>('read', at('dense.nir'));
    expect(version).toBe('1.0.8');
    expect(edges).toEqual(nodes.slice(1).map((name, k) => [nodes[k], name]));
    expect(Object.values(nodes).map((name) => read[name].type)).toEqual(
      'Input Linear CubaLIF Linear CubaLIF Output'.split(' '),
    );
    const weights = await net.weights();
    const linear = read[nodes[1]].weight;
    expect(linear.shape).toEqual([20, 784]);
    expect(linear.dtype).toBe('float32');
    expect(linear.sum).toBeCloseTo(
      weights[0].reduce((a, b) => a + b, 0),
      3,
    );
    const neurons = read[nodes[2]];
    const each = (key: string): number => neurons[key].sum / 20;
    expect(
      [each('tau_mem'), each('tau_syn'), each('r'), each('v_threshold'), each('w_in')].map((x) => +x.toFixed(9)),
    ).toEqual([0.064, 0.008, 64, 4, 1]);
    expect(neurons.v_leak.sum + neurons.v_reset.sum).toBe(0);
  });

  it('reads a convolutional network with pooling, padding and odd names, and writes it again; that file is the same network', async () => {
    const net = images();
    const { exact, limits } = await exportNir(net, at('cnn.nir'), { dt: 1e-4 });
    expect(exact).toBe(false);
    expect(limits.join()).toMatch(/refractory period 2.*more spikes.*lateral inhibition of layer a\/b: ü/s);
    const { nodes } = nir<Read>('read', at('cnn.nir'));
    expect(Object.values(nodes).map(({ type }) => type)).toContain('SumPool2d');
    nir('copy', at('cnn.nir'), at('copied.nir'));
    for (const file of ['cnn.nir', 'copied.nir']) {
      const again = await importNir(at(file), { threads: 1 });
      expect(again.network).toEqual({
        ...net.network,
        layers: net.network.layers.map(withoutRange(again.network.layers)),
      });
      expect(await again.weights()).toEqual(await net.weights());
    }
  });

  it('reads recorded spikes, every one at its time', async () => {
    const net = digits();
    const run = await net.run(strokeDigits({ part: 'test', count: 10, seed: 1 }).at(0));
    await exportSpikes(run, at('spikes.nir'));
    type Events = { neurons: number; tMax: number; idx: number[]; time: number[]; gridded: [number[], number] };
    const read = nir<Record<string, Events>>('spikes', at('spikes.nir'));
    expect(Object.keys(read)).toEqual(['hidden1', 'input', 'output']);
    for (const trains of run.spikes) {
      const { neurons, idx, time, tMax, gridded } = read[trains.name];
      expect([neurons, tMax]).toEqual([trains.neurons, 0.06]);
      expect(gridded).toEqual([[1, 60, trains.neurons], trains.times.length]);
      const times = Array.from({ length: trains.neurons }, (_, n) =>
        time.filter((_t, k) => idx[k] === n).map((s) => Math.round(s * 1e3)),
      );
      expect(times).toEqual(
        Array.from({ length: trains.neurons }, (_, n) => [
          ...trains.times.subarray(trains.offsets[n], trains.offsets[n + 1]),
        ]),
      );
    }
  });

  it.each([
    ['cuba', 1],
    ['affine', 1],
    ['gain', 1.5], // w_in 3 times r 32 instead of 64
  ])('a graph that nir wrote is imported: %s, weights times %d', async (name, gain) => {
    const net = await importNir(at(`${name}.nir`), { threads: 1 });
    expect([...(await net.weights())[0]]).toEqual([0, 1, 2, 3, 4, 5].map((k) => (k / 4) * gain));
    expect(net.network.neuron).toEqual({ tauM: 64, tauS: 8, refractory: 0 });
  });

  it.each(['single', 'scalars', 'names', 'notes'])('so is %s: the same network to the last bit', async (name) => {
    const [net, cuba] = [await importNir(at(`${name}.nir`), { threads: 1 }), await importNir(at('cuba.nir'))];
    expect(net.network).toEqual(cuba.network);
    expect(await net.weights()).toEqual(await cuba.weights());
  });

  it("filters, pools of both kinds and gains: the spikes are those of NIR's equations, each layer's a step later", async () => {
    const steps = 120;
    const theirs = nir<[step: number, neuron: number][]>('simulate', at('image.nir'), String(steps));
    const { network, ...net } = await imported('image', steps);
    const everyStep = Array.from({ length: steps }, (_, step) => step);
    const trains = Array.from({ length: 16 }, (_, n) => everyStep.filter((step) => (7 * n + 3 * step) % 5 === 0));
    const input = packSpikeTrains('input', steps, trains);
    const own = simulate(network, net.weights, input).at(-1)!;
    const later = network.layers.length;
    const expected = theirs.filter(([step]) => step + later < steps);
    expect(expected.length).toBeGreaterThan(20);
    const found = [0, 1].flatMap((neuron) =>
      [...own.times.subarray(own.offsets[neuron], own.offsets[neuron + 1])].map((step) => [step - later, neuron]),
    );
    expect(found.sort(([a, m], [b, n]) => a - b || m - n)).toEqual(expected);
  });

  it('spikes of layers with odd names are read, too', async () => {
    const { spikes } = await images().run(strokeDigits({ part: 'test', count: 10, seed: 1 }).at(0));
    await exportSpikes(spikes, at('odd.nir'));
    const read = nir<Record<string, { idx: number[] }>>('spikes', at('odd.nir'));
    expect(Object.keys(read).sort()).toEqual(['a_b: ü', 'conv1', 'input', 'output', 'pool1']);
    for (const { name, times } of spikes) expect(read[name.replace('/', '_')].idx).toHaveLength(times.length);
  });

  it('time constants that differ between layers come into the layers', async () => {
    const { network } = await importNir(at('time constants.nir'), { threads: 1 });
    expect(network.layers.map((layer) => neuronOf(network, layer).tauM)).toEqual([64, 32]);
  });

  it.each([
    ['lif', /node "1" \(LIF\)|followed by LIF/],
    ['if', /followed by IF/],
    ['bias', /node "0" \(Affine\): bias is 0\.5, supported is 0/],
    ['leak', /node "1" \(CubaLIF\): v_leak is 0\.1/],
    ['thresholds', /v_threshold differs between neurons \(1 and 2\)/],
    ['delay', /node "0" \(Delay\)/],
    ['recurrent', /node "1" \(CubaLIF\): 2 nodes follow it \(2, output\)/],
    ['nan', /node "0" \(Linear\): weight holds NaN/],
    ['uncovered', /node "0" \(SumPool2d\): fields of 2 do not cover 5 x 5/],
    ['even', /node "0" \(Conv2d\): padding "same" of filters of 2/],
    ['stride', /node "0" \(Conv2d\): stride is 2, supported is 1/],
    ['other image', /node "0" \(Conv2d\): input_shape is 6 x 6, what comes in 4 x 4/],
    ['scale', /node "0" \(Scale\): not supported here: Spikelab knows Linear/],
    ['subgraph', /node "0" \(NIRGraph\): not supported here/],
    ['flat image', /node "0" \(Flatten\): "1" \(Conv2d\) after it takes images/],
    ['inputs', /node "0" \(Linear\): weight has 2 values for each of its 2 outputs, what comes in takes 3/],
    ['outputs', /node "output" \(Output\): its shape is \[5\], the last layer has 2 neurons/],
    ['neurons', /node "1" \(CubaLIF\): tau_mem has the shape \[3\], there are 2 neurons/],
    ['no threshold', /node "1" \(CubaLIF\): v_threshold is 0: it must be above 0/],
    ['no end', /node "1" \(CubaLIF\): nothing follows it/],
    ['fast', /node "1" \(CubaLIF\): tau_syn 0.0005 s is 0.5 steps of 0.001 s.*\{ dt: 0.0001 \}/],
    ['slow synapse', /node "1" \(CubaLIF\): tau_syn is 80 steps, tau_mem 64/],
    ['back', /an edge leads from "output" to "0"/],
  ])('a graph that nir wrote is refused by name: %s', async (name, message) => {
    await expect(importNir(at(`${name}.nir`))).rejects.toThrow(NirError);
    await expect(importNir(at(`${name}.nir`))).rejects.toThrow(message);
  });
});

const imported = async (name: string, steps: number) => {
  const net = await importNir(at(`${name}.nir`), { threads: 1, steps });
  return { network: net.network, weights: await net.weights() };
};

/** What a file does not keep: from which range the weights were once drawn. */
const withoutRange =
  (other: readonly object[]) =>
  <T extends object>(layer: T, k: number): T =>
    'initialRange' in layer ? { ...layer, initialRange: (other[k] as { initialRange: number }).initialRange } : layer;

describe('exportNir and importNir', () => {
  it('a network comes back with the same spikes', async () => {
    const net = digits(2);
    await exportNir(net, at('again.nir'));
    const again = await importNir(at('again.nir'), { threads: 1 });
    const sample = strokeDigits({ part: 'test', count: 10, seed: 2 }).at(0);
    const { spikes } = await net.run(sample);
    const own = simulate(again.network, await again.weights(), spikes[0]);
    expect(own.map(({ times }) => times)).toEqual(spikes.slice(1).map(({ times }) => times));
  });

  it('says no to what NIR cannot say', async () => {
    const pooled = sequential([input(1, 5, 5), pooling(2), dense(2)], { threads: 1 });
    await expect(exportNir(pooled, at('no.nir'))).rejects.toThrow(/pool1: fields of 2 every 2 over 5 x 5 are cut/);
    const liquid = sequential([input(4), reservoir([2, 2, 2]), dense(2)], { threads: 1 });
    await expect(exportNir(liquid, at('no.nir'))).rejects.toThrow(/reservoir/);
    await expect(exportNir(digits(), at('no.nir'), { dt: 0 })).rejects.toThrow(RangeError);
    await expect(exportNir(digits(), at('no/such/\0folder.nir'))).rejects.toThrow();
    await expect(exportNir(digits(), folder)).rejects.toThrow(/cannot write .*: a folder has this name/);
    await expect(importNir(folder)).rejects.toThrow(/cannot read .*: it is a folder/);
    await expect(exportSpikes([{ name: 'a' }] as never, at('no.nir'))).rejects.toThrow(/steps of layer a is undefined/);
    const trains = packSpikeTrains('a', 10, [[1, 2], [3]]);
    const wrong: [object, RegExp][] = [
      [{ offsets: trains.offsets.slice(0, 2) }, /2 offsets up to 2 for 2 neurons and 3 spikes/],
      [{ offsets: Uint32Array.of(0, 4, 3) }, /offsets fall from 4 to 3 at neuron 1/],
      [{ times: Uint16Array.of(1, 2, 10) }, /the step of spike 2 is 10: it must be an integer from 0 to 9/],
    ];
    for (const [part, why] of wrong)
      await expect(exportSpikes([{ ...trains, ...part }], at('no.nir'))).rejects.toThrow(why);
  });

  it('keeps time constants that are no short numbers', async () => {
    const net = sequential([input(4), dense(2)], { tauM: 100 / 3, tauS: 7.1, refractory: 0, threads: 1 });
    await exportNir(net, at('thirds.nir'), { dt: 1e-4 });
    const { neuron } = (await importNir(at('thirds.nir'), { threads: 1 })).network;
    expect([neuron.tauM, neuron.tauS]).toEqual([expect.closeTo(100 / 3, 13), 7.1]);
  });

  it('names layers whose threshold is so low that 1e-6 of it matters', async () => {
    const net = sequential([input(4), dense(3, { threshold: 0.005, name: 'low' }), dense(2)], {
      refractory: 0,
      threads: 1,
    });
    const { exact, limits } = await exportNir(net, at('low.nir'));
    expect([exact, limits.length]).toEqual([false, 1]);
    expect(limits[0]).toContain('threshold 0.005 of layer low');
  });

  it('a file that is cut, or has a wrong byte, is refused or is still the same graph: never a hang, never a crash', async () => {
    await exportNir(sequential([input(3), dense(2)], { threads: 1, refractory: 0 }), at('small.nir'));
    const good = readFileSync(at('small.nir'));
    await fc.assert(
      fc.asyncProperty(
        fc.nat(good.length - 1),
        fc.integer({ min: 1, max: 255 }),
        fc.boolean(),
        async (place, flip, cut) => {
          const bad = cut ? good.subarray(0, place) : Buffer.from(good);
          if (!cut) bad[place] ^= flip;
          writeFileSync(at('bad.nir'), bad);
          try {
            const net = await importNir(at('bad.nir'), { threads: 1 });
            expect(net.network.inputs).toBeGreaterThan(0);
          } catch (error) {
            expect(
              error instanceof Hdf5Error || error instanceof NirError || error instanceof RangeError,
              String(error),
            ).toBe(true);
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it('a global heap whose room left has no size, at which HDF5 itself would go on for ever, is refused', async () => {
    await exportNir(sequential([input(3), dense(2)], { threads: 1, refractory: 0 }), at('heap.nir'));
    const bytes = readFileSync(at('heap.nir'));
    let place = bytes.indexOf('GCOL') + 16; // the objects of the collection, each 16 bytes and its text
    while (bytes.readUInt16LE(place) !== 0) place += 16 + Math.ceil(Number(bytes.readBigUInt64LE(place + 8)) / 8) * 8;
    bytes.writeBigUInt64LE(0n, place + 8);
    writeFileSync(at('heap.nir'), bytes);
    await expect(importNir(at('heap.nir'))).rejects.toThrow(
      /damaged: an object of 0 bytes at byte \d+ of a global heap/,
    );
  });

  it('is refused when it is something else', async () => {
    writeFileSync(at('text.nir'), 'hello');
    await expect(importNir(at('text.nir'))).rejects.toThrow(/not an HDF5 file/);
    await expect(importNir(at('nothing.nir'))).rejects.toThrow(/cannot read .*nothing\.nir: there is no such file/);
  });
});
