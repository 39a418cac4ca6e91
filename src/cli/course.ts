/** `spikelab course`: a course for nbgrader, laid out in a folder, and its assignments as pages. */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { shellWord } from '../experiment/shell-word.js';
import { packageRoot } from './jupyter-python.js';
import { writePage } from './notebook-page.js';
import { releaseNotebook, type Notebook } from './release-notebook.js';
import { runNotebook } from './run-notebook.js';

/** The assignments of the kit, in their order. */
function kit(): { readonly name: string; readonly file: string }[] {
  const folder = join(packageRoot(), 'notebooks', 'classroom');
  return readdirSync(folder)
    .filter((file) => /^\d.*\.ipynb$/.test(file))
    .sort()
    .map((file) => ({ name: basename(file, '.ipynb'), file: join(folder, file) }));
}

const readme = (course: string): string => `# ${course}

Made by \`npx spikelab course new\`. nbgrader runs in this folder (\`pip install nbgrader\`):

    nbgrader generate_assignment 1-one-neuron      # source/ to release/, without solutions and hidden tests
    nbgrader release_assignment 1-one-neuron       # to the exchange, or hand release/1-one-neuron/ out by other ways
    nbgrader collect 1-one-neuron                  # from the exchange; or put files named STUDENT_1-one-neuron.ipynb into
                                                   # downloaded/1-one-neuron/archive/ and run: nbgrader zip_collect 1-one-neuron
    nbgrader autograde 1-one-neuron
    nbgrader generate_feedback 1-one-neuron
    nbgrader export                                # grades.csv

The gradebook is \`gradebook.db\`; nbgrader makes it at the first command. The open questions are marked by hand, in JupyterLab's Formgrader; their rubrics
stand in the model answers in \`source/\`. Points are a property of each test cell ("Create Assignment" in JupyterLab's right sidebar).

Students' code runs as the user that grades; on Linux \`locked_kernel.py\` keeps it from reading and writing anything of this course. Elsewhere grade in a container.
`;

/**
 * Lays out a course in `folder`: configuration, the six assignments as source, an exchange.
 * @returns the files made
 * @throws Error when the folder holds something already
 */
export function newCourse(folder: string, course: string): string[] {
  const root = resolve(folder);
  if (existsSync(root) && readdirSync(root).length > 0)
    throw new Error(`${folder} is not empty: give a new folder, so that nothing of yours is overwritten`);
  if (!/^[\w.-]+$/.test(course))
    throw new RangeError(`--name is ${JSON.stringify(course)}: use letters, digits, "-", "_" and "." only`);
  const made: string[] = [];
  const write = (file: string, text: string): void => {
    mkdirSync(join(root, file, '..'), { recursive: true });
    writeFileSync(join(root, file), text);
    made.push(file);
  };
  for (const file of ['nbgrader_config.py', 'locked_kernel.py', 'hide_tests.py'])
    write(file, readFileSync(fileURLToPath(new URL(`./${file}`, import.meta.url)), 'utf8').replace('@COURSE@', course));
  write('README.md', readme(course));
  for (const { name, file } of kit()) write(join('source', name, `${name}.ipynb`), readFileSync(file, 'utf8'));
  const exchange = join(root, 'exchange');
  mkdirSync(exchange, { recursive: true });
  if (process.platform !== 'win32') chmodSync(exchange, 0o777); // nbgrader asks for it: students hand in there
  return made;
}

/**
 * Each assignment as a page to read without a kernel: what students get, with the pictures of the cells that are given.
 * @returns the pages
 */
export async function coursePages(folder: string, quiet = false): Promise<string[]> {
  const root = resolve(folder);
  mkdirSync(root, { recursive: true });
  const pages: string[] = [];
  for (const { name, file } of kit()) {
    const notebook = join(root, `${name}.ipynb`);
    const run = await runNotebook(file, { out: notebook, quiet: true });
    if (run.exitCode !== 0) throw new Error(`${name} did not run to its end: see ${notebook}`);
    const executed = JSON.parse(readFileSync(notebook, 'utf8')) as Notebook;
    const released = releaseNotebook(executed);
    writeFileSync(notebook, `${JSON.stringify(released, null, 1)}\n`);
    const page = join(root, `${name}.html`);
    writePage(released, name, page);
    pages.push(page);
    if (!quiet) console.log(relative('', page));
  }
  return pages;
}

/** Adds `course new` and `course pages`. */
export function registerCourseCommand(program: Command): void {
  const course = program.command('course').description('a course of six assignments, graded by nbgrader');
  course
    .command('new')
    .description('lay out a course: configuration, assignments as source, gradebook at the first use')
    .argument('<folder>', 'a new or empty folder')
    .option('--name <name>', "the course's id", 'spiking-networks')
    .option('--json', 'print JSON')
    .action((folder: string, { name, json }: { name: string; json?: boolean }) => {
      const files = newCourse(folder, name);
      if (json) console.log(JSON.stringify({ folder: resolve(folder), files }));
      else
        console.log(
          `Made the course ${name} in ${folder}: ${files.length} files\nNext: cd ${shellWord(folder)} && nbgrader generate_assignment 1-one-neuron   (README.md there has the rest)`,
        );
    });
  course
    .command('pages')
    .description('write each assignment as a page that needs no kernel, with the pictures of its given cells')
    .argument('<folder>', 'where the pages go')
    .option('--json', 'print JSON')
    .action(async (folder: string, { json }: { json?: boolean }) => {
      const pages = await coursePages(folder, json);
      if (json) console.log(JSON.stringify({ pages }));
    });
}
