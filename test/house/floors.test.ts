/**
 * The walls of the house: the imports keep to the floors of `.dependency-cruiser.mjs`, and the check would see it if
 * they did not.
 */
import { cpSync, mkdtempSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { circles, faults } from '../../scripts/floors.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const copy = mkdtempSync(join(tmpdir(), 'spikelab-floors-'));
afterAll(() => rmSync(copy, { recursive: true, force: true }));

/** Faults of a copy of two rooms and these files beside them. */
async function planted(files: Record<string, string>): Promise<string[]> {
  const house = mkdtempSync(join(copy, 'house-'));
  for (const room of ['src/numeric', 'src/network']) cpSync(join(root, room), join(house, room), { recursive: true });
  const kept = { 'kernel/main.ts': 'export {};', 'extension/src/index.ts': 'export {};', ...files };
  for (const [name, text] of Object.entries(kept)) {
    mkdirSync(dirname(join(house, name)), { recursive: true });
    writeFileSync(join(house, name), text);
  }
  return faults(house);
}

describe('the floors', () => {
  it('hold: no import points up or sideways, none goes round in a circle, every file has a room and a use', async () => {
    expect(await faults()).toEqual([]);
  });

  it('hold beside the houses, too: tests, benchmarks, scripts and assembly have no circles', async () => {
    expect(await circles()).toEqual([]);
    const house = mkdtempSync(join(copy, 'beside-'));
    mkdirSync(join(house, 'test'));
    writeFileSync(join(house, 'test/a.ts'), "import type { B } from './b.js';\nexport type A = B;");
    writeFileSync(join(house, 'test/b.ts'), "import type { A } from './a.js';\nexport type B = A | 1;");
    expect(await circles(house, ['test'])).toEqual([expect.stringContaining('no circles')]);
  });

  it.each([
    ['up', { 'src/numeric/planted.ts': "export * from '../network/spikes.js';" }, 'src/numeric uses lower floors only'],
    [
      'up, of a type alone',
      {
        'src/numeric/planted.ts':
          "import type { SpikeTrains } from '../network/spikes.js';\nexport type Own = SpikeTrains;",
      },
      'src/numeric uses lower floors only',
    ],
    [
      'up, at run time',
      { 'src/numeric/planted.ts': "export const later = () => import('../network/spikes.js');" },
      'src/numeric uses lower floors only',
    ],
    [
      'sideways',
      { 'src/hm2bp/a.ts': "export * from '../engine/b.js';", 'src/engine/b.ts': 'export const b = 1;' },
      'src/hm2bp uses lower floors only',
    ],
    [
      'round in a circle',
      { 'src/train/a.ts': "export * from './b.js';", 'src/train/b.ts': "export * from './a.js';" },
      'no circles',
    ],
    [
      'from the library into the kernel',
      { 'src/train/a.ts': "export * from '../../kernel/main.js';" },
      'src uses of other houses only what is shared',
    ],
    [
      'from the kernel past the index',
      { 'kernel/front/a.ts': "export * from '../../src/network/rule.js';" },
      'kernel uses of other houses only what is shared',
    ],
    [
      'from the extension into the library',
      { 'extension/src/raster/a.ts': "export * from '../../../src/network/rule.js';" },
      'extension/src uses of other houses only what is shared',
    ],
    ['to nothing', { 'src/train/a.ts': "export * from './gone.js';" }, 'every import is found'],
    [
      'into a room without a plan',
      { 'src/index.ts': "export * from './cellar/a.js';", 'src/cellar/a.ts': 'export const a = 1;' },
      'every file of src has a room in the plan',
    ],
    [
      'of a file beside the rooms of a house in a house',
      {
        'src/data/formats/a.ts': "export * from '../planted.js';",
        'src/data/planted.ts': 'export const a = 1;',
      },
      'every file of src/data has a room in the plan',
    ],
  ])('refuse an import %s', async (_, files, rule) => {
    const found = (await planted(files)).filter((fault) => !fault.endsWith('every file is used'));
    expect(found).not.toEqual([]);
    for (const fault of found) expect(fault).toContain(rule);
  });

  it('find a file that no program reaches', async () => {
    const found = await planted({
      'src/index.ts': "export * from './network/spikes.js';",
      'src/network/planted.ts': 'export const alone = 1;',
    });
    expect(found.some((fault) => fault.includes('src/network/planted.ts: every file is used'))).toBe(true);
    expect(found.some((fault) => fault.includes('src/network/spikes.ts: every file is used'))).toBe(false);
  });
});
