/**
 * More of what is handed in for assignment 1: notebooks that were edited, and cheats by way of the disk, of processes,
 * of what a test asks.
 */
import type { Cell, Submission } from './submissions.js';

const full = { 'leak-check': 3, 'lif-check': 6, 'threshold-check': 2 };
const none = { 'leak-check': 0, 'lif-check': 0, 'threshold-check': 0 };
const missing = { 'leak-check': null, 'lif-check': null, 'threshold-check': null };
const isTest = ({ metadata }: Cell): boolean => metadata.nbgrader?.points !== undefined && !metadata.nbgrader.solution;
const id = ({ metadata }: Cell): string | undefined => metadata.nbgrader?.grade_id;
const withNbgrader = (cell: Cell, changed: object): Cell => ({
  ...cell,
  metadata: { ...cell.metadata, nbgrader: { ...cell.metadata.nbgrader!, ...changed } },
});

const wrongLif = (body = ''): string =>
  `function lif(weights, input, threshold) { ${body} return { membrane: new Float32Array(80), spikes: [1] }; }`;
/** Wrong answers that do something while they are tested. */
const whileTested = (code: string): Record<string, string> => ({
  leak: `// @ts-nocheck\nvar cheat = () => { ${code} };\nconst leak = (v) => (cheat(), v);\nconst halfLife = () => (cheat(), 0);`,
  lif: `// @ts-nocheck\n${wrongLif('cheat();')}`,
  threshold: 'const fourSpikes = 1;',
});

export const edited: readonly Submission[] = [
  {
    student: 'skips',
    what: 'as released, each test tagged `skip-execution`',
    answers: {},
    edit: (cells) =>
      cells.map((cell) =>
        isTest(cell) ? { ...cell, metadata: { ...cell.metadata, tags: ['skip-execution', 'raises-exception'] } } : cell,
      ),
    marks: none,
  },
  {
    student: 'edited-tests',
    what: 'as released, tests emptied, unlocked, and worth a hundred points',
    answers: {},
    edit: (cells) =>
      cells.map((cell) =>
        isTest(cell) ? withNbgrader({ ...cell, source: 'partialCredit(3)' }, { points: 100, locked: false }) : cell,
      ),
    marks: none,
  },
  {
    student: 'edited-right',
    what: 'right, with the same edits, other tags, and every test copied',
    answers: {},
    solution: true,
    edit: (cells) =>
      cells.flatMap((cell) => {
        if (!isTest(cell)) return [{ ...cell, metadata: { ...cell.metadata, tags: ['mine'] } }];
        const own = withNbgrader({ ...cell, source: '' }, { points: 0, locked: false });
        return [own, { ...own, id: `${id(cell)}-copy` }];
      }),
    marks: full,
  },
  {
    student: 'no-code',
    what: 'as released, tests turned into text',
    answers: {},
    edit: (cells) => cells.map((cell) => (isTest(cell) ? { ...cell, cell_type: 'markdown' } : cell)),
    marks: none,
  },
  {
    student: 'lost-test',
    what: 'right, but the first test is lost',
    answers: {},
    solution: true,
    edit: (cells) => cells.filter((cell) => id(cell) !== 'leak-check'),
    marks: { ...full, 'leak-check': null },
  },
  {
    student: 'lost-task',
    what: 'right, but the cell of task 2 is lost',
    answers: {},
    solution: true,
    edit: (cells) => cells.filter((cell) => id(cell) !== 'lif'),
    marks: { ...full, 'lif-check': 0, 'threshold-check': 0 },
  },
  { student: 'no-cells', what: 'a notebook without a cell', answers: {}, edit: () => [], marks: missing },
  { student: 'no-json', what: 'a file that is not JSON', answers: {}, text: '{"cells": [\nleak', marks: missing },
  { student: 'no-notebook', what: 'JSON, but no notebook', answers: {}, text: '[1, 2]', marks: missing },
  {
    student: 'kernelspec',
    what: 'right, saved with the kernel of Python',
    answers: {},
    solution: true,
    metadata: { kernelspec: { name: 'python3', display_name: 'Python 3', language: 'python' } },
    marks: full,
  },
  {
    student: 'syntax',
    what: 'right, but for a bracket that is missing in task 1',
    answers: { leak: 'function leak(v: number, tau: number): number {\n  return v - v / tau;' },
    solution: true,
    marks: { ...full, 'leak-check': 0 },
  },
  {
    student: 'own-types',
    what: 'right, with types that are not those of the tests',
    answers: {
      leak: 'function leak(v: 8 | 64 | number, tau: 64 | 2 | 8): number { return v - v / tau; }\nfunction halfLife(tau: 64): number { let [v, n] = [1, 0]; while (v > 0.5) { v = leak(v, tau); n++; } return n; }',
      threshold:
        'const fourSpikes: number | undefined = Array.from({ length: 100 }, (_, k) => 5 + k / 10).find((nu) => lif(weights, inputTrains, nu).spikes.length === 4);',
    },
    solution: true,
    marks: full,
  },
];

const readsDisk = `// @ts-nocheck
const { readFileSync, readdirSync, existsSync } = require('node:fs');
const { execSync } = require('node:child_process');
const { Worker } = require('node:worker_threads');
const found = [];
const look = (file) => { try { found.push(readFileSync(file, 'utf8')); } catch {} try { found.push(execSync('cat ' + file, { encoding: 'utf8' })); } catch {} };
for (const up of ['.', '..', '../..', '../../..']) {
  look(up + '/1-one-neuron.ipynb'); look(up + '/source/1-one-neuron/1-one-neuron.ipynb'); look(up + '/gradebook.db');
  try { for (const file of readdirSync(up)) look(up + '/' + file); } catch {}
}
const solution = /function leak[^]*?BEGIN SOLUTION[^]*?return v - v/.test(found.join('')) || /HIDDEN|halfLife\\(8\\), 6/.test(found.join(''));`;

const traps = `// @ts-nocheck
const fs = require('node:fs');
for (const name of ['1-one-neuron.ipynb', 'timestamp.txt']) try { fs.rmSync(name, { force: true }); fs.symlinkSync('../../../gradebook.db', name); } catch {}
for (const file of ['../../../gradebook.db', '../../../source', '../../..', '../../../nbgrader_config.py', '.']) try { fs.chmodSync(file, 0); } catch {}`;

/** Cells that say they are tests: with an id that nobody knows, and with metadata that is no nbgrader's. */
const invented = (test: Cell): Cell[] =>
  [
    { ...test.metadata.nbgrader!, grade_id: 'bonus', points: 100 },
    { ...test.metadata.nbgrader!, grade_id: 7 },
    { ...test.metadata.nbgrader!, grade_id: 'odd', points: '3', schema_version: 99 },
    { grade_id: 'few', schema_version: 3 },
    [1],
    'leak-check',
    null,
  ].map((nbgrader, n) => ({
    ...test,
    id: `invented-${n}`,
    source: 'partialCredit(100)',
    metadata: { nbgrader } as Cell['metadata'],
  }));

export const viaSystem: readonly Submission[] = [
  {
    student: 'reads',
    what: 'cheat: solutions and hidden tests read from the disk',
    answers: {
      leak: `// @ts-nocheck\nconst leak = (v, tau) => (solution ? v - v / tau : v);\nconst halfLife = (tau) => (solution ? { 64: 45, 8: 6, 2: 1 }[tau] : 0);`,
      lif: `// @ts-nocheck\n${wrongLif()}`,
      threshold: 'const fourSpikes = 1;',
    },
    first: readsDisk,
    marks: none,
  },
  {
    student: 'writes',
    what: 'cheat: the gradebook and the tests overwritten',
    answers: {},
    first: `// @ts-nocheck
const { rmSync, writeFileSync } = require('node:fs');
const { spawnSync } = require('node:child_process');
for (const file of ['gradebook.db', 'nbgrader_config.py', 'locked_kernel.py']) try { writeFileSync('../../../' + file, ''); } catch {}
try { rmSync('../../../source', { recursive: true }); } catch {}
spawnSync('sh', ['-c', 'rm -rf ../../../source ../../../gradebook.db; kill -9 $(ps -o ppid= -p ' + process.ppid + ')']);`,
    marks: none,
  },
  {
    student: 'kills-in-test',
    what: 'ends the kernel from inside the tested function',
    answers: whileTested("process.kill(process.ppid, 'SIGKILL'); for (;;);"),
    marks: none,
  },
  {
    student: 'exits-in-test',
    what: 'ends the process of the cells from inside the tested function',
    answers: whileTested('process.reallyExit(0);'),
    marks: none,
  },
  {
    student: 'traps',
    what: 'right, and leaves links to the gradebook in place of notebooks, and nobody may read the course',
    answers: {},
    solution: true,
    edit: (cells) => [
      ...cells,
      { ...cells.find(({ cell_type: type }) => type === 'code')!, id: 'traps', metadata: {}, source: traps },
    ],
    marks: full,
  },
  {
    student: 'invents',
    what: 'right, with tests of its own worth a hundred points, and metadata of every wrong kind',
    answers: {},
    solution: true,
    edit: (cells) => [...cells, ...invented(cells.find(isTest)!)],
    marks: full,
  },
  {
    student: 'inherits',
    what: 'cheat: an option of the checks given to every object',
    answers: whileTested('Object.prototype.tolerance = Infinity;'),
    marks: none,
  },
  {
    student: 'context',
    what: 'cheat: the kernel made to lose the cell that runs',
    answers: whileTested("require('node:async_hooks').AsyncLocalStorage.prototype.getStore = () => ({});"),
    marks: none,
  },
  {
    student: 'stops-kernel',
    what: 'stops the kernel, not to go on, from inside the tested function',
    answers: whileTested("process.kill(process.ppid, 'SIGSTOP'); for (;;);"),
    marks: none,
    slow: true,
  },
];
