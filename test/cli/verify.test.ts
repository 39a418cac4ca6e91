/** `spikelab verify` on the authors' vectors, which are read in place. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { root, spikelab } from './command.js';

const golden = path.resolve(root, process.env.SPIKELAB_GOLDEN ?? '../shared/golden');

describe('spikelab verify', () => {
  it.skipIf(!existsSync(golden)).each([[], ['--engine']])(
    "replays the authors' convolutional case: no spike differs (needs SPIKELAB_GOLDEN; options %j)",
    async (...options: string[]) => {
      const { code, out, err } = await spikelab(['verify', golden, '--json', ...options]);
      expect(err).toBe('');
      expect(code).toBe(0);
      const [report] = JSON.parse(out) as {
        layers: {
          before: { differing: number };
          after: { differing: number };
          weights?: { largestDifference: number };
        }[];
      }[];
      expect(report.layers).toHaveLength(6);
      for (const { before, after, weights } of report.layers) {
        expect(before.differing + after.differing).toBe(0);
        expect(weights?.largestDifference ?? 0).toBeLessThan(1e-6);
      }
    },
  );

  it('fails for a folder without cases', async () => {
    const { code, err } = await spikelab(['verify', path.join(root, 'src')]);
    expect(code).toBe(1);
    expect(err).toContain('holds no case description (*.json)');
  });
});
