/** A short soak as part of the tests; `npm run soak` runs 1,000 cells and writes docs/results/soak.json. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { missingBuild } from './client.js';
import { cellsForRate, growthAllowed, soak } from './soak.js';

const cells = Number(process.env['SPIKELAB_SOAK_CELLS'] ?? 60);
const seed = Number(process.env['SPIKELAB_SOAK_SEED'] ?? 1);
const long = cells > 60;

describe.skipIf(missingBuild)('the soak', () => {
  test(`${cells} cells with interrupts, floods, comms, hostile messages and restarts lose nothing and leave nothing`, async () => {
    const record = await soak(cells, seed, long ? (text) => console.log(text) : undefined);
    if (long)
      writeFileSync(
        fileURLToPath(new URL('../../docs/results/soak.json', import.meta.url)),
        `${JSON.stringify(record, null, 2)}\n`,
      );
    expect(record.violations).toEqual([]);
    expect(record.orphans).toBe(0);
    expect(record.answered).toBeGreaterThan(cells);
    if (!record.memory) return;
    if (cells >= cellsForRate) expect(record.memory.livePerCell).toBeLessThan(growthAllowed.livePerCell);
    expect(record.memory.end.resident - record.memory.warm.resident).toBeLessThan(growthAllowed.resident);
  }, 3_600_000);
});
