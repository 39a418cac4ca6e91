/** A course as a teacher has it: laid out by the command line, run by the real nbgrader. */
import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandLine, hasPackages, here, Jupyter, missing as missingClients, python } from '../kernel/python-client.js';
import { handedIn, readNotebook, type Notebook, type Submission } from './submissions.js';

const hasNbgrader = python !== undefined && hasPackages(python, 'nbgrader');
export const missing = missingClients || (!hasNbgrader && 'no Python with nbgrader: npm run setup');

export interface Result {
  readonly status: number | null;
  readonly output: string;
}

export class Course {
  readonly folder = join(mkdtempSync(join(tmpdir(), 'spikelab-course-')), 'course');
  private readonly jupyter = new Jupyter();

  /** @param timeout seconds that nbgrader gives a cell */
  constructor(timeout: number) {
    this.jupyter.install();
    const { status, stderr } = spawnSync(process.execPath, [commandLine, 'course', 'new', this.folder], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`course new failed: ${stderr}`);
    appendFileSync(join(this.folder, 'nbgrader_config.py'), `\nc.Execute.timeout = ${timeout}\n`);
  }

  /** Runs an nbgrader command in the course's folder. */
  nbgrader(...args: string[]): Result {
    const env = { ...this.jupyter.env, PYTHONWARNINGS: 'ignore' };
    const { status, stdout, stderr } = spawnSync(python!, ['-m', 'nbgrader', ...args], {
      cwd: this.folder,
      env,
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    });
    return { status, output: stdout + stderr };
  }

  file(...parts: string[]): string {
    return join(this.folder, ...parts);
  }

  /** Puts notebooks where a learning platform's download would be, one a student. */
  handIn(assignment: string, students: readonly Submission[]): void {
    const source = readNotebook(this.file('source', assignment, `${assignment}.ipynb`));
    const release = readNotebook(this.file('release', assignment, `${assignment}.ipynb`));
    const archive = this.file('downloaded', assignment, 'archive');
    mkdirSync(archive, { recursive: true });
    for (const submission of students)
      writeFileSync(
        join(archive, submission.file ?? `${submission.student}_${assignment}.ipynb`),
        submission.text ?? JSON.stringify(handedIn(submission, source, release)),
      );
  }

  addSource(assignment: string, notebook: Notebook): void {
    mkdirSync(this.file('source', assignment), { recursive: true });
    this.write(this.file('source', assignment, `${assignment}.ipynb`), notebook);
  }

  /** Hands in an assignment as it was released. */
  submitReleased(assignment: string, student: string): Result {
    cpSync(this.file('release', assignment), this.file('submitted', student, assignment), { recursive: true });
    return { status: 0, output: '' };
  }

  write(file: string, notebook: Notebook): void {
    writeFileSync(file, JSON.stringify(notebook));
  }

  /** Marks by student and test, from the gradebook. */
  marks(assignment: string): Record<string, Record<string, number | null>> {
    const { stdout, stderr } = spawnSync(python!, [here('../course/marks.py'), assignment], {
      cwd: this.folder,
      encoding: 'utf8',
    });
    if (stdout === '') throw new Error(stderr);
    return JSON.parse(stdout) as Record<string, Record<string, number | null>>;
  }

  exists(...parts: string[]): boolean {
    return existsSync(this.file(...parts));
  }

  remove(): void {
    this.jupyter.remove();
    rmSync(join(this.folder, '..'), { recursive: true, force: true });
  }
}
