/** `spikelab course`: what it lays out, what it refuses, and what a released notebook still holds. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { newCourse } from '../../src/cli/course.js';
import { releaseNotebook } from '../../src/cli/release-notebook.js';

const folder = mkdtempSync(join(tmpdir(), 'spikelab-course-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const kit = fileURLToPath(new URL('../../notebooks/classroom/', import.meta.url));

describe('course new', () => {
  test('lays out configuration, six assignments as they are in the kit, and an exchange', () => {
    const root = join(folder, 'new', 'course');
    const files = newCourse(root, 'spikes-2027');
    expect(files).toHaveLength(10);
    const names = readdirSync(join(root, 'source')).sort();
    expect(names).toHaveLength(6);
    for (const name of names)
      expect(readFileSync(join(root, 'source', name, `${name}.ipynb`), 'utf8')).toBe(
        readFileSync(join(kit, `${name}.ipynb`), 'utf8'),
      );
    const config = readFileSync(join(root, 'nbgrader_config.py'), 'utf8');
    expect(config).toContain('course_id = "spikes-2027"');
    expect(config).toMatch(/code_stub = \{"typescript": /);
    expect(config).toContain('os.environ["SPIKELAB_GRADING"] = "1"');
    expect(existsSync(join(root, 'exchange'))).toBe(true);
  });

  test('overwrites nothing, and takes no name that nbgrader cannot use', () => {
    const full = join(folder, 'full');
    mkdirSync(full);
    writeFileSync(join(full, 'mine.txt'), 'mine');
    expect(() => newCourse(full, 'x')).toThrow(`${full} is not empty: give a new folder`);
    expect(readdirSync(full)).toEqual(['mine.txt']);
    expect(() => newCourse(join(folder, 'other'), 'a/b')).toThrow('--name is "a/b"');
    expect(existsSync(join(folder, 'other'))).toBe(false);
  });
});

describe('a released notebook', () => {
  const cell = (source: string, nbgrader = {}, cell_type = 'code') => ({
    cell_type,
    source,
    metadata: { nbgrader },
    outputs: ['shown'],
  });

  test('has stubs as far indented as the solution was, no hidden tests, and outputs of given cells only', () => {
    const { cells } = releaseNotebook({
      cells: [
        cell('function f() {\n  // BEGIN SOLUTION\n  return 1;\n  // END SOLUTION\n}', { solution: true }),
        cell('checks.ok(true, "");\n// BEGIN HIDDEN TESTS\nsecret();\n// END HIDDEN TESTS', { grade: true }),
        cell('### BEGIN SOLUTION\nmodel answer\n### END SOLUTION', { solution: true, grade: true }, 'markdown'),
        cell('draw()'),
      ],
    });
    expect(cells.map(({ source }) => source)).toEqual([
      'function f() {\n  // YOUR CODE HERE\n}',
      'checks.ok(true, "");',
      '*Your answer here.*',
      'draw()',
    ]);
    expect(cells.map(({ outputs }) => outputs)).toEqual([[], [], [], ['shown']]);
  });
});
