/**
 * A course through the real nbgrader: create, release, collect, autograde, feedback. `npm test` has the students that
 * need no time-out; `npm run test:course` has all, and writes the table of docs/teaching.md.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeBetween } from '../../scripts/setup/pages.mjs';
import { Course, missing, type Result } from './nbgrader.js';
import { endings, endingsNotebook } from './endings.js';
import { edited, viaSystem } from './more-submissions.js';
import { fullMarks, readNotebook, sourceOf, submissions } from './submissions.js';

const all = process.env['SPIKELAB_COURSE'] === 'all';
const quick = [
  ...['perfect', 'partial', 'empty', 'late_error', 'warns', 'prototypes', 'skips', 'edited-right'],
  ...['reads', 'kills-in-test', 'traps', 'invents', 'no-json', 'no-notebook'],
];
const students = [...submissions, ...edited, ...viaSystem].filter(({ student }) => all || quick.includes(student));
const assignment = '1-one-neuron';
/** Seconds; so long that a cell without an endless loop gets by on a machine that is busy. */
const timeout = all ? 40 : 120;

describe.skipIf(missing)('a course, graded by nbgrader', () => {
  let course: Course;
  let graded: Result;
  let marks: ReturnType<Course['marks']>;
  let seconds = 0;

  beforeAll(() => {
    course = new Course(timeout);
    const created = course.nbgrader('generate_assignment', assignment);
    if (created.status !== 0) throw new Error(created.output);
    course.handIn(assignment, students);
    const collected = course.nbgrader('zip_collect', assignment);
    if (collected.status !== 0) throw new Error(collected.output);
    const started = performance.now();
    graded = course.nbgrader('autograde', assignment);
    seconds = (performance.now() - started) / 1000;
    marks = course.marks(assignment);
  }, 1_800_000);
  afterAll(() => course?.remove());

  test('what students get has no solution and no hidden test, and says where to write', () => {
    const text = readNotebook(course.file('release', assignment, `${assignment}.ipynb`))
      .cells.map(sourceOf)
      .join('\n');
    expect(text).not.toMatch(/BEGIN SOLUTION|HIDDEN TESTS|Rubric/);
    expect(text.match(/YOUR CODE HERE/g)?.length).toBeGreaterThan(3);
  });

  test('one run of autograde gets through all of them', () => {
    expect(graded, graded.output).toMatchObject({ status: 0 });
    expect(Object.keys(marks).sort()).toEqual(students.map(({ student }) => student).sort());
  });

  test.each(students.map((one) => [one.student, one.what, one] as const))(
    '%s (%s)',
    (student, _what, { marks: wanted }) => {
      expect(marks[student]).toMatchObject(wanted);
    },
  );

  test('test cells that end in every kind of value', () => {
    const release = readNotebook(course.file('release', assignment, `${assignment}.ipynb`));
    course.addSource('endings', endingsNotebook(release['metadata'] as Record<string, unknown>));
    const steps = [
      () => course.nbgrader('generate_assignment', 'endings'),
      () => course.submitReleased('endings', 'ada'),
    ];
    for (const step of steps) {
      const done = step();
      expect(done, done.output).toMatchObject({ status: 0 });
    }
    const done = course.nbgrader('autograde', 'endings');
    expect(done, done.output).toMatchObject({ status: 0 });
    const { ada } = course.marks('endings');
    expect(endings.map(([source], n) => [source, ada[`ending-${n}`]])).toEqual(endings);
  });

  test('feedback tells each student what was expected, and what came', () => {
    const made = course.nbgrader('generate_feedback', assignment);
    expect(made, made.output).toMatchObject({ status: 0 });
    const page = (student: string) =>
      readFileSync(course.file('feedback', student, assignment, `${assignment}.html`), 'utf8');
    expect(page('partial')).toContain('expected 45, got');
    expect(page('partial')).toContain('count the calls of leak');
    expect(page('empty')).toContain('Not answered yet');
    expect(page('partial')).toContain('half-life of other constants: 0 of 1. expected 6');
    for (const { student } of students) {
      const text = page(student).replace(/<[^>]*>/g, '');
      expect(text, student).not.toMatch(/HIDDEN TESTS|leak\(-4, ?2\)|50\]\];|3, ?-2, ?4/);
    }
    for (const { student } of students) expect(page(student).length).toBeLessThan(20_000_000);
  });

  test('no process of a student is left', () => {
    const { stdout } = spawnSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
    expect(stdout ?? '').not.toContain('sleep 86399');
  });

  test.runIf(all)('release and collect through the exchange', () => {
    const steps = [
      ['release_assignment', assignment],
      ['fetch_assignment', assignment],
      ['submit', assignment],
      ['collect', assignment],
    ];
    for (const step of steps) {
      const done = course.nbgrader(...step);
      expect(done, done.output).toMatchObject({ status: 0 });
    }
  });

  test.runIf(all)('the table of the documentation is made by this run', () => {
    const sum = (record: Readonly<Record<string, number | null>>) =>
      Object.keys(fullMarks).reduce((total, name) => total + (record[name] ?? 0), 0);
    const rows = students.map(
      ({ student, what, marks: wanted }) => `| ${what} | ${sum(wanted)} | ${sum(marks[student])} |`,
    );
    const table = [
      `| submission of assignment 1 (11 points by tests) | should get | gets |`,
      '|---|---|---|',
      ...rows,
      '',
      `${students.length} submissions in one run of \`nbgrader autograde\`, ${Math.round(seconds)} s with time-outs of ${timeout} s.`,
    ].join('\n');
    writeBetween('docs/teaching.md', 'npm run test:course', table);
  });
});
