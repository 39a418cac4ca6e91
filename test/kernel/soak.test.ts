/**
 * A short soak as part of the tests; `npm run soak` runs 1,000 cells of three seeds and writes docs/results/soak.json.
 */
import { afterAll, describe, expect, test } from 'vitest';
import { fileURLToPath } from 'node:url';
import { writeAtomically } from '../../scripts/setup/files.mjs';
import { missingBuild } from './client.js';
import { cellsForRate, growthAllowed, soak } from './soak.js';

const cells = Number(process.env['SPIKELAB_SOAK_CELLS'] ?? 60);
const seeds = (process.env['SPIKELAB_SOAK_SEED'] ?? '1').split(',').map(Number);
const long = cells > 60;

describe.skipIf(missingBuild)('the soak', () => {
  const records: Awaited<ReturnType<typeof soak>>[] = [];
  afterAll(() => {
    const file = fileURLToPath(new URL('../../docs/results/soak.json', import.meta.url));
    if (long) writeAtomically(file, `${JSON.stringify(records, null, 2)}\n`);
  });

  test.each(seeds)(
    `seed %i: ${cells} cells with interrupts, floods, comms, hostile messages and restarts lose nothing and leave nothing`,
    async (seed) => {
      const record = await soak(cells, seed, long ? (text) => console.log(text) : undefined);
      records.push(record);
      expect(record.violations).toEqual([]);
      expect(record.orphans).toBe(0);
      expect(record.answered).toBeGreaterThan(cells);
      if (!record.memory) return;
      if (cells >= cellsForRate) expect(record.memory.livePerCell).toBeLessThan(growthAllowed.livePerCell);
      expect(record.memory.end.resident - record.memory.warm.resident).toBeLessThan(growthAllowed.resident);
    },
    3_600_000,
  );
});
