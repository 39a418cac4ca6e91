/** The engine replays the authors' golden vectors, and the cases of another program, as the scalar reference does. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { terminatePool } from '../../src/engine/pool.js';
import { engineBackend } from '../../src/golden/engine.js';
import { verifyGolden } from '../../src/golden/verify.js';

afterAll(() => terminatePool());

const golden = process.env.SPIKELAB_GOLDEN ?? '../shared/golden';
const oracle = fileURLToPath(new URL('../oracle/cases', import.meta.url));

it.each([1, 3])(
  'no spike differs before and after the step, and every weight is within the tolerance (%i threads)',
  async (threads) => {
    for (const report of await verifyGolden(oracle, engineBackend(threads)))
      expect(report).toMatchObject({ passed: true });
  },
);

it("the authors' convolutional net: all six layers, every trained weight within 1e-6", async (context) => {
  if (!existsSync(golden)) return context.skip(`no golden files in ${golden}`);
  const reports = await verifyGolden(golden, engineBackend(2));
  for (const report of reports) expect(report).toMatchObject({ passed: true });
  const cnn = reports.find(({ name }) => name === 'mm-bp-snn-cnn');
  expect(cnn?.layers.map(({ before, after }) => [before?.differing, after?.differing])).toEqual(
    Array.from({ length: 6 }, () => [0, 0]),
  );
  expect(cnn?.layers.map(({ weights }) => weights?.compared)).toEqual([125, undefined, 375, undefined, 4800, 1000]);
  for (const layer of cnn?.layers ?? []) expect(layer.weights?.largestDifference ?? 0).toBeLessThan(1e-6);
  return undefined;
});
