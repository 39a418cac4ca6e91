import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { verifyGolden } from './verify.js';

const folder = process.env.SPIKELAB_GOLDEN ?? '../shared/golden';

describe.skipIf(!existsSync(folder))(`golden cases of the authors (${folder})`, () => {
  it('replays every case: no spike differs, every trained weight within 1e-6', async () => {
    const reports = await verifyGolden(folder);
    for (const report of reports) expect(report).toMatchObject({ passed: true });
  });
});
