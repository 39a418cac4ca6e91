/**
 * Locks of grading mode against code that runs inside a test cell, because the test calls it; and marks of tests that
 * are written clumsily.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { presets } from '../../src/presets/index.js';
import { Client, missingBuild } from './client.js';

/** What nbgrader makes of a cell's outputs (`determine_grade` in its utils.py). */
async function mark(kernel: Client, code: string): Promise<number | 'full'> {
  const { outputs } = await kernel.execute(code);
  for (const { type, content } of outputs) {
    if (type === 'error' || (type === 'stream' && content['name'] === 'stderr')) return 0;
    if (type === 'execute_result') return Number(content['data']['text/plain']);
  }
  return 'full';
}

const parts =
  "partialCredit(await checks.points(['a', 1, () => checks.equal(answer(1), [1, 2, 3])], ['b', 2, () => checks.close(answer(2)[0], 5, 'Look.')]));";

/** Code of the tested function's body; it then answers rightly in one of two parts. */
const inside: readonly (readonly [name: string, body: string])[] = [
  [
    'a result after the last line',
    'const again = () => { try { __spikelab.value(loot); } catch {} }; const spin = (n) => { again(); if (n > 0) queueMicrotask(() => spin(n - 1)); }; setInterval(again, 0); for (let n = 0; n < 50; n++) setImmediate(() => spin(20)); spin(200);',
  ],
  [
    'the context of asynchronous code',
    "const { AsyncLocalStorage, executionAsyncResource } = require('node:async_hooks'); AsyncLocalStorage.prototype.getStore = () => ({ timers: new Map() }); const r = executionAsyncResource(); for (const s of Object.getOwnPropertySymbols(r)) if (r[s]?.controller) { r[s].value = loot; r[s].id = 99; } AsyncLocalStorage.prototype.run = (_s, f) => f();",
  ],
  [
    'another cell as the current one',
    "Object.getPrototypeOf(new (require('node:async_hooks').AsyncLocalStorage)()).getStore = () => ({});",
  ],
  ['an option that every object inherits', 'Object.prototype.tolerance = Infinity; Object.prototype.hint = "";'],
  ['arrays that are awaited', 'Array.prototype.then = function (done) { done(3); };'],
  ['what was caught', 'setInterval(() => __spikelab.caught(undefined), 0); __spikelab.caught(3);'],
  [
    'the source of the test',
    'const seen = []; for (const f of [globalThis.answer ?? answer]) { try { seen.push(String(f.caller)); } catch {} try { seen.push(String(f.arguments.callee.caller)); } catch {} } try { seen.push(String(arguments.callee.caller)); } catch {} if (/checks/.test(seen.join())) return [5];',
  ],
  [
    'the functions on the stack',
    'const { prepareStackTrace } = Error; Error.prepareStackTrace = (_e, frames) => frames; const seen = new Error().stack.map((f) => [f.getFunction(), f.getThis(), f.getEvalOrigin()].map(String)).join(); Error.prepareStackTrace = prepareStackTrace; if (/checks/.test(seen)) return [5];',
  ],
  [
    'the debugger',
    "const { Session } = require('node:inspector'); const s = new Session(); s.connect(); const ids = []; s.on('Debugger.scriptParsed', (m) => ids.push(m.params.scriptId)); s.post('Debugger.enable'); let seen = ''; for (const scriptId of ids) s.post('Debugger.getScriptSource', { scriptId }, (e, r) => { seen += r?.scriptSource ?? ''; }); s.disconnect(); if (/checks.equal.answer/.test(seen)) return [5];",
  ],
  [
    'a snapshot of the heap',
    "const fs = require('node:fs'); const file = require('node:v8').writeHeapSnapshot(require('node:os').tmpdir() + '/spikelab-' + process.pid + '.heapsnapshot'); const seen = fs.readFileSync(file, 'latin1'); fs.rmSync(file); if (/checks.equal.answer/.test(seen)) return [5];",
  ],
  [
    'the history',
    "if (/answer.2/.test(require('node:fs').readFileSync(process.env.SPIKELAB_HISTORY, 'utf8'))) return [5];",
  ],
  [
    'what map and slice make',
    'let made = [0]; const species = { [Symbol.species]: function () { return made = new Array(); } }; for (const one of [Array, Uint8Array, Float32Array, RegExp]) try { one.prototype.constructor = species; } catch {} const copy = [1].map((x) => x); if (copy === made) return [5];',
  ],
  [
    'what arrays inherit',
    "let seen; for (const define of [() => Object.defineProperty(Array.prototype, '0', { set(x) { seen = x; }, get: () => seen, configurable: true }), () => Object.setPrototypeOf(Array.prototype, new Proxy({}, { get: () => 5 })), () => (Array.prototype[Symbol.isConcatSpreadable] = false), () => (Array.prototype.toJSON = () => 5)]) try { define(); } catch {} const list = []; list.push(7); const spread = [].concat([5]); if (seen === 7 || spread.length !== 1 || spread[0] !== 5 || JSON.stringify([1]) !== '[1]') return [5];",
  ],
  [
    'the files of the checks',
    "void import('file://' + process.argv[1].replace(/[^/]*$/, '') + 'checks.js').then((own) => own.takeFromLibrary({ SpikingNetwork: { create: () => ({}), prototype: { evaluate: async () => ({ accuracy: 1 }) } } }));",
  ],
  [
    'events and workers',
    "const { EventEmitter } = require('node:events'); EventEmitter.prototype.emit = () => true; EventEmitter.prototype.on = function () { return this; }; const w = require('node:worker_threads'); w.MessagePort.prototype.postMessage = () => {}; Buffer.from = () => Buffer.alloc(0); Buffer.concat = () => Buffer.alloc(0); Buffer.prototype.subarray = function () { return this; };",
  ],
];

describe.skipIf(missingBuild)('grading mode, from inside a test', () => {
  let kernel: Client;
  beforeAll(async () => {
    kernel = await Client.start({ env: { SPIKELAB_GRADING: '1' } });
  });
  afterAll(() => kernel?.shutdown());

  test.each(inside)('%s: the mark is that of the answers', async (_name, body) => {
    await kernel.execute(
      `// @ts-nocheck\nglobalThis.loot = partialCredit(3);\nfunction answer(x) { try { ${body} } catch (e) { console.log(String(e)); } return x === 1 ? [1, 2, 3] : [4]; }`,
    );
    expect(await mark(kernel, `// @ts-nocheck\n${parts}`)).toBe(1);
    expect(await mark(kernel, '// @ts-nocheck\nchecks.equal(answer(2), [5]);')).toBe(0);
    expect(await mark(kernel, '// @ts-nocheck\nchecks.close(answer(2)[0], 5, "Look.");')).toBe(0);
    expect(await mark(kernel, '// @ts-nocheck\nchecks.equal(answer(1), [1, 2, 3]);')).toBe('full');
  });

  test('an accuracy is that of the network, whatever a cell made of the files of the checks', async () => {
    const untrained = "snn.classifier({ hidden: [5], steps: 10 }), snn.strokeDigits({ part: 'test', count: 10 })";
    expect(await mark(kernel, `await checks.accuracy(${untrained}, 0.99)`)).toBe(0);
  });

  test.each([
    ['ends its process', 'process.reallyExit(0);'],
    ['aborts', 'process.abort();'],
    ['signals', "process.kill(process.pid, 'SIGTERM');for(;;);"],
  ])('a tested function that %s: no points, and the next cell runs', async (_name, body) => {
    await kernel.execute(`// @ts-nocheck\nfunction answer(x) { ${body} }`);
    expect(await mark(kernel, `// @ts-nocheck\n${parts}`)).toBe(0);
    expect(await mark(kernel, 'checks.equal(1, 1);')).toBe('full');
  });

  test.each([
    ['not its last line', 'partialCredit(1);\nconst z = 1;'],
    ['in a branch', 'if (1 + 1 === 2) { partialCredit(1); } else { partialCredit(0); }'],
    ['assigned', 'let got;\ngot = partialCredit(0);'],
    ['in a list', '[partialCredit(1)]'],
  ])('partialCredit %s is an error that says so, not full points', async (_name, code) => {
    const { error } = await kernel.execute(code);
    expect(error).toMatchObject({ evalue: expect.stringContaining('last line') });
  });

  test.each([
    [
      "the language's names",
      'const Float32Array = { of: () => [0] }; class Map {}; function structuredClone() { return 7; }\nconst Array = { from: () => 9 };',
    ],
    [
      'presets',
      'try { snn.presets.jin2018.mnistDense.options.steps = 1; } catch {} try { snn.presets.jin2018.mnistDense.layers[1].units = 3; } catch {}',
    ],
    [
      'data sets',
      'const digits = snn.strokeDigits({ part: "test", count: 10 }); try { Object.getPrototypeOf(digits).at = () => 0; } catch {} digits.labels.fill(3); digits.pixels.fill(0);',
    ],
  ])('%s of a student are not those of a test', async (_name, code) => {
    await kernel.execute(`// @ts-nocheck\n${code}`);
    const { layers, options } = presets.jin2018.mnistDense;
    const dense = layers[1] as unknown as { units: number };
    expect(
      await mark(
        kernel,
        `// @ts-nocheck
        checks.equal([Float32Array.of(2)[0], Array.from([1]), structuredClone(5), new Map([[1, 2]]).size], [2, [1], 5, 1]);
        const { options, layers } = snn.presets.jin2018.mnistDense;
        checks.equal([options.steps, layers[1].units], [${options.steps}, ${dense.units}]);
        const own = snn.strokeDigits({ part: 'test', count: 10 });
        checks.equal([own.at(4).label, new Set(own.labels).size], [own.labels[4], 10]);`,
      ),
    ).toBe('full');
  });

  test('a check that fails says what is commonly behind it, and whatever is thrown costs its part only', async () => {
    const odd =
      'const odd = [null, Symbol("x"), Object.create(null), new Proxy(function () {}, { get() { throw 1; }, getPrototypeOf() { throw 2; } }), Object.assign(new Error("q"), { name: Symbol("n") })];';
    await kernel.execute(
      `// @ts-nocheck\n${odd}\nfunction* counts() { yield 1; }\nasync function later() { return 45; }`,
    );
    expect(
      await mark(
        kernel,
        "// @ts-nocheck\npartialCredit(await checks.points(...odd.map((one, n) => ['odd ' + n, 1, () => { throw one; }]), ['right', 2, () => checks.equal(1, 1)]))",
      ),
    ).toBe(2);
    for (const [code, sentence] of [
      ['checks.equal(undefined, 45)', 'Is a `return` missing?'],
      ["checks.equal('45', 45)", 'a text, not a number'],
      ['checks.close(45n, 45)', 'a BigInt'],
      ['checks.equal(counts, 45)', 'call it'],
      ['checks.equal([45], 45)', 'a list with one value'],
      ['checks.equal(counts(), [1])', '[...it]'],
      ['checks.equal(later(), 45)', 'got a promise.'],
      ['checks.close(5, Infinity)', 'expected Infinity, got 5.'],
      ['checks.close(5, NaN)', 'expected NaN, got 5.'],
    ])
      expect((await kernel.execute(`// @ts-nocheck\n${code}`)).error?.['evalue'], code).toContain(sentence);
  });

  test('points that are fractions add up to the points of the cell', async () => {
    const tenths = "['a', 0.1, () => {}], ['b', 0.2, () => {}]";
    expect(await mark(kernel, `partialCredit(await checks.points(${tenths}), 0.3)`)).toBe(0.3);
  });

  test('a type that is not the one of the test costs what fails, not the cell', async () => {
    await kernel.execute('function total(values: number[]): number { return values.reduce((a, b) => a + b, 0); }');
    const code =
      "partialCredit(await checks.points(['list', 1, () => checks.equal(total([1, 2]), 3)], ['typed', 2, () => checks.equal(total(Uint8Array.of(1, 2)), 3)]))";
    expect(await mark(kernel, code)).toBe(3);
    const { stdout } = await kernel.execute(code);
    expect(stdout).toContain('TS2345');
    expect(await mark(kernel, 'checks.equal(total([1, 2]), 3')).toBe(0);
  });
});
