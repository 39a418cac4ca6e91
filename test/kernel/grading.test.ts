/** Grading mode through a real kernel: what is a result, where text goes, and what a student's cell cannot change. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client, missingBuild } from './client.js';

let kernel: Client;
const run = (code: string) => kernel.execute(code);
/**
 * What a cell's outputs mean to nbgrader (`determine_grade` in its utils.py): a failed cell, a number, or full points.
 */
async function mark(code: string): Promise<number | 'full'> {
  const { outputs } = await run(code);
  for (const { type, content } of outputs) {
    if (type === 'error' || (type === 'stream' && content['name'] === 'stderr')) return 0;
    if (type === 'execute_result') return Number(content['data']['text/plain']);
  }
  return 'full';
}

describe.skipIf(missingBuild)('grading mode', () => {
  beforeAll(async () => {
    kernel = await Client.start({ env: { SPIKELAB_GRADING: '1' } });
  });
  afterAll(() => kernel?.shutdown());

  test('only partialCredit is a result; every other value is a display', async () => {
    for (const code of ['let passed = 0; passed = 42;', '42', '"1"', '[3]', 'new Number(1)', '-1', 'NaN']) {
      const { outputs, reply } = await run(code);
      expect(reply, code).toMatchObject({ status: 'ok' });
      expect(outputs.map(({ type }) => type).filter((type) => type !== 'display_data')).toEqual([]);
    }
    expect(await mark('partialCredit(1.5)')).toBe(1.5);
    expect(await mark('partialCredit(0)')).toBe(0);
    expect(await mark('partialCredit(2, 2)')).toBe(2);
  });

  test.each([
    ['partialCredit(NaN)', 'partialCredit got NaN'],
    ['partialCredit(-1)', 'from 0 to the points of this cell'],
    ['partialCredit(Infinity)', 'partialCredit got Infinity'],
    ['partialCredit(3, 2)', 'from 0 to 2'],
    ['// @ts-nocheck\npartialCredit("2")', 'a value of type string'],
    ['// @ts-nocheck\npartialCredit(checks.points())', 'Is an `await` missing'],
  ])('%s is an error', async (code, message) => {
    const { error } = await run(code);
    expect(error).toMatchObject({ ename: 'RangeError', evalue: expect.stringContaining(message) });
  });

  test('a control shows its value as text, is no mark, and a test reads its value', async () => {
    const { outputs, reply } = await run("const tau = slider({ label: 'tauM', min: 1, max: 100, value: 64 }); tau");
    expect(reply.status).toBe('ok');
    const [shown, ...others] = outputs.filter(({ type }) => type !== 'comm_open');
    expect([shown.type, others]).toEqual(['display_data', []]);
    expect(shown.content.data['text/plain']).toMatch(/tauM.*64/);
    const own = await run("widget({ esm: 'export default {}', state: { count: 3 } })");
    expect(own.outputs.filter(({ type }) => type === 'execute_result' || type === 'error')).toEqual([]);
    expect(await mark('interact(({ n }) => { console.log(n); }, { n: [1, 9] });')).toBe('full');
    expect(await mark('checks.equal(tau.value, 64); partialCredit(2)')).toBe(2);
    expect(await mark('tau.value = 5; checks.equal(tau.value, 6)')).toBe(0);
  });

  test('stderr goes to stdout, whoever writes it', async () => {
    const { stdout, stderr } = await run(`
      console.warn('w'); console.error('e'); process.stderr.write('raw\\n');
      (await import('node:child_process')).execSync('echo child >&2', { stdio: 'inherit' });`);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const later = kernel.iopub.filter(({ type, content }) => type === 'stream' && content['name'] === 'stderr');
    expect([stdout, stderr, later]).toEqual([expect.stringContaining('w\ne\nraw\n'), '', []]);
  });

  test.each([
    ['Math', 'Math.abs = () => 0; Math.max = () => 0; globalThis.Math = { ...Math, abs: () => 0 };'],
    ['checks, assigned', 'checks = new Proxy({}, { get: () => () => 1 });'],
    ['checks, declared', 'const checks = { equal() {}, close() {}, ok() {}, points: () => 2 };'],
    ['checks, a function', 'function checks() {} checks.equal = checks.close = checks.ok = () => {};'],
    ['checks, imported', "import { ok as checks } from 'node:assert';"],
    ['checks, on the global object', "Object.defineProperty(globalThis, 'checks', { value: { equal() {} } });"],
    ['checks, deleted', 'delete globalThis.checks; globalThis.checks = { equal() {}, close() {} };'],
    [
      'checks, its members',
      'for (const name of Object.keys(checks)) checks[name] = () => 2; Object.assign(checks, { equal() {} });',
    ],
    ['partialCredit', 'var partialCredit = () => 2; globalThis.partialCredit = () => 2;'],
    [
      'prototypes of arrays',
      'for (const name of ["every", "some", "find", "map", "filter", "join"]) Array.prototype[name] = () => true; Array.isArray = () => false;',
    ],
    [
      'iteration',
      'Array.prototype[Symbol.iterator] = function* () {}; Object.getPrototypeOf([].values()).next = () => ({ done: true });',
    ],
    [
      'promises',
      'Promise.prototype.then = function (ok) { ok?.({}); return this; }; Promise.prototype.constructor = class { constructor(f) { f(() => {}, () => {}); } }; globalThis.Promise = class {};',
    ],
    [
      'numbers and objects',
      'Object.is = () => true; Number.isFinite = () => true; Object.keys = () => []; Reflect.apply = () => true; Number.prototype.valueOf = () => 0;',
    ],
    ['JSON', 'JSON.stringify = () => "{}"; JSON.parse = () => ({});'],
    [
      "Node's modules",
      "const m = require('module'); require('util').isDeepStrictEqual = () => true; require('util').inspect = () => ''; require('fs').writeSync = (fd, b) => b.length; m.syncBuiltinESMExports(); (await import('node:module')).syncBuiltinESMExports();",
    ],
    [
      'the library',
      'Object.assign(snn.SpikingNetwork.prototype, { evaluate: async () => ({ accuracy: 1 }) }); snn = {}; const snn = { reference: {} };',
    ],
    [
      'errors',
      'Error.prepareStackTrace = () => { throw 1; }; Error.captureStackTrace = () => {}; Error.prototype.toString = () => "";',
    ],
    [
      'errors that are frozen',
      'Error.prepareStackTrace = () => { throw 1; }; Error.stackTraceLimit = 0; Object.freeze(Error);',
    ],
    [
      'listeners',
      "process.removeAllListeners(); process.on('uncaughtException', () => {}); process.on('unhandledRejection', () => {});",
    ],
    ['promises without instances', 'Object.defineProperty(Promise, Symbol.hasInstance, { value: () => false });'],
    [
      'scripts',
      "const vm = require('node:vm'); for (const n of ['checks', 'partialCredit', 'snn', 'Math']) for (const c of [`var ${n} = {}`, `const ${n} = {}`, `function ${n}() { return 2; }`]) try { vm.runInThisContext(c); } catch {} try { (0, eval)('var checks = {}; let partialCredit = 3'); } catch {}",
    ],
    ['exit', 'process.exit(0);'],
    ['exit code', 'process.exitCode = 0; process.emit("exit");'],
    [
      'a timer that goes on',
      'setInterval(() => { console.log("passed"); try { partialCredit(2); clearOutput(); } catch {} }, 1);',
    ],
    ['printing', 'console.log("✓ all 2 of 2"); console.log(42);'],
    ['the environment', 'process.env.SPIKELAB_GRADING = "0"; delete process.env.SPIKELAB_GRADING;'],
    ['the helpers', 'globalThis.__spikelab = {}; try { __spikelab.value = () => {}; } catch {}'],
  ])('%s: a wrong answer stays wrong, a right one right', async (_name, cheat) => {
    await run(`// @ts-nocheck\n${cheat}`);
    const answer = '// @ts-nocheck\nfunction answer(x) { return x === 1 ? [1, 2, 3] : Promise.resolve(-1); }';
    await run(answer);
    expect(await mark('checks.equal(answer(1), [1, 2, 4])')).toBe(0);
    expect(await mark('checks.close(5, 6)')).toBe(0);
    expect(await mark('checks.close([5], [6])')).toBe(0);
    expect(await mark('checks.ok([1, 2].every((x) => x > 1), "look")')).toBe(0);
    expect(await mark('await checks.rejects(async () => 1)')).toBe(0);
    expect(await mark("throw new Error('late')")).toBe(0);
    const points =
      "await checks.points(['a', 1, () => checks.equal(answer(1), [1, 2, 3])], ['b', 2, () => checks.equal(1, 2)])";
    expect(await mark(`partialCredit(${points})`)).toBe(1);
    expect(await mark('checks.equal(answer(1), [1, 2, 3])')).toBe('full');
    expect(await mark('checks.equal(typeof snn.reference.simulate, "function")')).toBe('full');
  });

  test.each([
    [
      'a call',
      'async function t() { await new Promise((r) => setTimeout(r, 50)); checks.equal(1, 2); }\nt();\nconst done = 1;',
    ],
    ['the last line', 'async function t() { await new Promise((r) => setTimeout(r, 50)); }\nt()'],
    ['a promise as value', 'const p = new Promise<void>((r) => setTimeout(r, 50));\np'],
    ['rejected at once', '(async () => { checks.equal(1, 2); })();\n1;'],
    [
      'in a block',
      'async function t() { await new Promise((r) => setTimeout(r, 50)); checks.equal(1, 2); }\nif (true) { t(); }',
    ],
    [
      'checks.rejects',
      'const later = () => { checks.rejects(async () => { await new Promise((r) => setTimeout(r, 50)); }); };\nlater();\n1;',
    ],
    ['checks.points', "checks.points(['a', 1, () => new Promise((r) => setTimeout(r, 50))]);\nconst z = 1;"],
    ['a value of a promise', 'checks.equal(Promise.resolve(1), 1)'],
    ['a truth of a promise', 'checks.ok(Promise.resolve(true), "look")'],
  ])('a forgotten await fails the test: %s', async (_name, code) => {
    expect(await mark(code)).toBe(0);
  });

  test('what is awaited, or no test, is fine', async () => {
    expect(await mark('await (async () => { checks.equal(1, 1); })()')).toBe('full');
    expect(await mark('const started = new Promise(() => {}); void started; [1].push(2); console.log(1)')).toBe('full');
  });

  test('training shows one line and no curves', async () => {
    const { outputs } = await run(`
      const digits = snn.strokeDigits({ part: 'train', count: 20 });
      await snn.classifier({ hidden: [10], steps: 20 }).fit(digits, { epochs: 2 }); 1;`);
    expect(outputs.filter(({ type }) => type === 'stream').map(({ content }) => content['text'])).toEqual([
      expect.stringMatching(/^epoch 2 .*\n$/),
    ]);
    expect(JSON.stringify(outputs.map(({ content }) => content))).not.toContain('image/png');
  });

  test('huge output is cut with a notice, and the error after it is still there', async () => {
    const { stdout, error } = await run(
      "for (let n = 0; n < 4000; n++) console.log('x'.repeat(1000));\nthrow new Error('late')",
    );
    expect(stdout.length).toBeLessThan(1_100_000);
    expect(stdout).toContain('more than 1,000,000 characters of output');
    expect(error).toMatchObject({ ename: 'Error', evalue: 'late' });
  });

  test('sentences of checks say what was expected, what came, and what to look at', async () => {
    const said = async (code: string) => (await run(code)).error?.['evalue'];
    expect(await said('checks.equal([1, 2, 4], [1, 2, 3], "Count from t = 1.")')).toBe(
      'At [2]: expected 3, got 4. Count from t = 1.',
    );
    expect(await said('checks.close({ v: 0.5 }, { v: 0.25 }, "Mind the leak.")')).toBe(
      'At v: expected 0.25, got 0.5. (Tolerance 0.000001.) Mind the leak.',
    );
    expect(await said('checks.equal([1], Uint8Array.of(1, 2))')).toContain('expected 2 values, got 1');
    expect(await said('checks.close(0 / 0, 1)')).toContain('NaN comes from 0/0');
    expect(await said('checks.between(7, 0, 1)')).toBe('expected a number from 0 to 1, got 7.');
    expect(await said('checks.throws(() => 3, /range/)')).toContain('expected an error, got 3.');
    expect(await said('checks.equal(Promise.resolve(1), 1)')).toContain('write `await` before the call');
  });
});

describe.skipIf(missingBuild)('outside of grading', () => {
  test("values are results, names are free; nbgrader's own variable switches grading on", async () => {
    const plain = await Client.start({ env: { SPIKELAB_GRADING: '' } });
    expect((await plain.execute('6 * 7')).result).toBe('42');
    expect((await plain.execute('const checks = [1, 2]; checks.length')).result).toBe('2');
    expect((await plain.execute('checks.length')).result).toBe('2');
    expect((await plain.execute('partialCredit(1.5)')).result).toBe('1.5');
    expect((await plain.execute('console.warn("w")')).stderr).toBe('w\n');
    await plain.shutdown();
    const nbgrader = await Client.start({ env: { NBGRADER_EXECUTION: 'autograde' } });
    expect((await nbgrader.execute('6 * 7')).result).toBeUndefined();
    await nbgrader.shutdown();
  });
});
