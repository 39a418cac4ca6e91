/** What students hand in for assignment 1: right, in part, wrong, and dishonest. Each has the marks it should get. */
import { readFileSync } from 'node:fs';

export interface Cell {
  cell_type: string;
  source: string | string[];
  metadata: { nbgrader?: { grade_id: string; solution?: boolean; points?: number; locked?: boolean }; tags?: string[] };
  [key: string]: unknown;
}
export interface Notebook {
  cells: Cell[];
  [key: string]: unknown;
}

export const readNotebook = (file: string): Notebook => JSON.parse(readFileSync(file, 'utf8')) as Notebook;
export const sourceOf = ({ source }: Cell): string => (typeof source === 'string' ? source : source.join(''));

/** Points that tests of assignment 1 give: leak, lif, threshold. */
export const fullMarks = { 'leak-check': 3, 'lif-check': 6, 'threshold-check': 2 };
const none = { 'leak-check': 0, 'lif-check': 0, 'threshold-check': 0 };

export interface Submission {
  readonly student: string;
  readonly what: string;
  /** Code of a task by its id, in place of what was released; `solution` takes the model answers for the others. */
  readonly answers: Readonly<Record<string, string>>;
  readonly solution?: boolean;
  /** A cell of the student's own, before everything else. */
  readonly first?: string;
  /** What else became of the notebook: cells lost, copied, marked anew. */
  readonly edit?: (cells: Cell[]) => Cell[];
  /** Of the notebook, in place of what was released. */
  readonly metadata?: object;
  /** Name of the file, in place of STUDENT_ASSIGNMENT.ipynb. */
  readonly file?: string;
  /** What is in the file, in place of the notebook. */
  readonly text?: string;
  /** Null: the test is missing from what was handed in, and nbgrader counts nothing. */
  readonly marks: Readonly<Record<string, number | null>>;
  /** Waits for a time-out: only in the whole table. */
  readonly slow?: boolean;
}

const lifOnly = (body: string): string =>
  `function lif(weights: Float32Array, input: number[][], threshold: number): { membrane: Float32Array; spikes: number[] } {\n${body}\n}`;
const right = `const leak = (v: number, tau: number) => v - v / tau;
function halfLife(tau: number): number { let [v, n] = [1, 0]; while (v > 0.5) { v = leak(v, tau); n++; } return n; }`;
const wrong = { leak: 'const leak = (v: number, tau: number) => v;\nconst halfLife = (tau: number) => 0;' };
const cheat = (student: string, what: string, first: string): Submission => ({
  student,
  what: `cheat: ${what}, with wrong answers`,
  answers: {
    ...wrong,
    lif: lifOnly('  return { membrane: new Float32Array(80), spikes: [1] };'),
    threshold: 'const fourSpikes = 1;',
  },
  first: `// @ts-nocheck\n${first}`,
  // The neuron without input is silent by the test's own words, so "no spike" is the only thing to be had; these answer
  // [1].
  marks: none,
});

export const submissions: readonly Submission[] = [
  { student: 'perfect', what: 'the model answers', answers: {}, solution: true, marks: fullMarks },
  {
    student: 'partial',
    what: 'only task 1, half of it',
    // As a browser saves it a second time.
    file: 'partial_1-one-neuron (1).ipynb',
    answers: { leak: `${right.replace('v > 0.5', 'v > 0.6')}` },
    marks: { ...none, 'leak-check': 1 },
  },
  { student: 'empty', what: 'as released', answers: {}, marks: none },
  {
    student: 'late_error',
    what: 'a neuron that throws at t = 70',
    answers: {
      lif: lifOnly(
        "  for (let t = 0; t < 80; t++) if (t === 70) throw new Error('late');\n  return { membrane: new Float32Array(80), spikes: [] };",
      ),
    },
    marks: none,
  },
  {
    student: 'warns',
    what: 'right, with console.warn and stderr in every function',
    answers: {
      leak: `console.warn('begin');\n${right.replace('let [v, n]', "console.error('half-life'); process.stderr.write('x\\n'); let [v, n]")}`,
    },
    solution: true,
    marks: fullMarks,
  },
  {
    student: 'number-last',
    what: 'right, and the last line of each cell is a number',
    answers: { leak: `${right}\nlet passed = 0;\npassed = 42;` },
    solution: true,
    marks: fullMarks,
  },
  cheat('math', 'Math.abs = () => 0', 'Math.abs = () => 0; Math.max = () => 0;'),
  cheat(
    'overwrites',
    'checks and partialCredit overwritten',
    'globalThis.checks = new Proxy({}, { get: () => () => 3 });\nconst checks = { points: async () => 3, equal() {}, close() {} };\nfunction partialCredit() { return 3; }',
  ),
  cheat(
    'prototypes',
    'prototypes of arrays, numbers, promises, the library',
    'Array.prototype.every = () => true; Promise.prototype.then = function (ok) { ok({}); return this; }; Object.is = () => true; Array.isArray = () => false; Object.assign(snn.reference, { simulate: () => [] });',
  ),
  cheat('exits', 'process.exit', 'process.exit(0);'),
  cheat(
    'timers',
    'timers that outlive the cell',
    "setInterval(() => { console.log('✓ 3 of 3'); clearOutput(); globalThis.fourSpikes = 12; try { __spikelab.value(partialCredit(3)); } catch {} }, 1);",
  ),
  cheat('prints', 'the expected output printed', "console.log('✓ leak: 1 of 1\\n3'); process.stdout.write('3'); 3"),
  {
    student: 'loop',
    what: 'endless loop, synchronous, in a cell',
    answers: { leak: `for (;;) {}\n${right}` },
    marks: none,
    slow: true,
  },
  {
    student: 'async-loop',
    what: 'endless loop, asynchronous, in a cell',
    answers: { leak: `for (;;) await new Promise((r) => setTimeout(r, 1));\n${right}` },
    marks: none,
    slow: true,
  },
  {
    student: 'never',
    what: 'an await that never ends',
    answers: { leak: `await new Promise(() => {});\n${right}` },
    marks: none,
    slow: true,
  },
  {
    student: 'tested-loop',
    what: 'endless loop in the tested function; task 1 is right',
    answers: { leak: right, lif: lifOnly('  for (;;) {}') },
    marks: { ...none, 'leak-check': 3 },
    slow: true,
  },
  {
    student: 'floods',
    what: 'a gigabyte of output; all answers right',
    answers: { leak: `for (let n = 0; n < 1000; n++) console.log('x'.repeat(1e6));\n${right}` },
    solution: true,
    marks: fullMarks,
    slow: true,
  },
  {
    student: 'forks',
    what: 'processes that outlive their cell; all answers right',
    answers: {
      leak: `const { spawn } = await import('node:child_process');\nfor (let n = 0; n < 5; n++) spawn('sleep', ['86399'], { detached: true, stdio: 'ignore' }).unref();\n${right}`,
    },
    solution: true,
    marks: fullMarks,
    slow: true,
  },
  {
    student: 'kills-process',
    what: 'ends the process of the cells; task 1 comes after it and is right',
    answers: { leak: right },
    first: "process.kill(process.pid, 'SIGKILL');",
    marks: { ...none, 'leak-check': 3 },
    slow: true,
  },
  {
    student: 'kills-kernel',
    what: 'ends the kernel itself',
    answers: { leak: right },
    first: "process.kill(process.ppid, 'SIGKILL'); await new Promise((r) => setTimeout(r, 5000));",
    marks: none,
    slow: true,
  },
];

/** The notebook that a student hands in. */
export function handedIn(
  { answers, solution, first, metadata, edit = (all) => all }: Submission,
  source: Notebook,
  release: Notebook,
): Notebook {
  const solved = new Map(source.cells.map((cell) => [cell.metadata.nbgrader?.grade_id, sourceOf(cell)]));
  const cells = release.cells.map((cell) => {
    const { grade_id: id, solution: isTask } = cell.metadata.nbgrader ?? {};
    if (id === undefined || !isTask || cell.cell_type !== 'code') return cell;
    return { ...cell, source: answers[id] ?? (solution ? solved.get(id)! : sourceOf(cell)) };
  });
  const own: Cell = {
    cell_type: 'code',
    id: 'own',
    metadata: {},
    source: first ?? '',
    outputs: [],
    execution_count: null,
  };
  return { ...release, ...(metadata && { metadata }), cells: edit(first === undefined ? cells : [own, ...cells]) };
}
