/** The engine simulates as the scalar reference does: every spike of every layer. */
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { terminatePool } from '../../src/engine/pool.js';
import { simulate } from '../../src/hm2bp/simulate.js';
import { firingCounts } from '../../src/network/spikes.js';
import { cases, engineFor, patience, problemOf, ruleOf } from './cases.js';

afterAll(() => terminatePool());

it('simulates every layer with exactly the same spikes', { timeout: patience }, async () => {
  await fc.assert(
    fc.asyncProperty(cases, async (c) => {
      const { engine, weights } = await engineFor(c, ruleOf(c));
      const problem = problemOf(c);
      const samples = problem.load(engine);
      await engine.evaluate(samples, 0, c.batch, c.seed);
      const counts = engine.views(samples).firingCounts;
      for (let n = 0; n < c.batch; n++) {
        const input = problem.input(n, 'test');
        const expected = [input, ...simulate(engine.network, weights, input)];
        expect(await problem.record(engine, n)).toEqual(expected);
        expect([...counts.subarray(n * c.outputs, (n + 1) * c.outputs)]).toEqual([
          ...firingCounts(expected[expected.length - 1]),
        ]);
      }
    }),
    { numRuns: 100 },
  );
});
