/** `spikelab run-notebook` and `spikelab quickstart`. */
import { relative } from 'node:path';
import type { Command } from 'commander';
import { wheelPython } from './jupyter-python.js';
import { addParameter } from './parameters.js';
import { quickstart, type QuickstartReport } from './quickstart.js';
import { runNotebook, type NotebookRun } from './run-notebook.js';

const seconds = (value: number) => `${value.toFixed(1)} s`;
const here = (file: string) => relative('', file);

function describeRun(run: NotebookRun): string {
  const cells = `${run.executed} of ${run.cells} cells in ${seconds(run.seconds)}`;
  if (run.exitCode === 0) return `Ran ${cells}`;
  return `${run.exitCode === 130 ? 'Interrupted' : 'Failed'} after ${cells}; what ran is kept in ${here(run.notebook)}`;
}

/** What the quickstart reached, where its files are, and what to do next. */
function describeReport(report: QuickstartReport, reportFile: string): string {
  return [
    '',
    `Test accuracy ${(100 * report.testAccuracy).toFixed(2)} % after ${report.epochs} epochs of ${report.samples} samples (${report.dataset})`,
    `Training took ${seconds(report.trainSeconds)}: ${Math.round(report.samplesPerSecond)} samples a second on ${report.threads} threads`,
    '',
    `Executed notebook  ${report.notebook}`,
    `Page               ${report.html}`,
    `Report             ${here(reportFile)}`,
    '',
    `To open the notebook and watch it train: ${wheelPython() ? `jupyter lab ${report.notebook}` : 'npm run lab'}`,
  ].join('\n');
}

const parameters = [
  '-p, --parameters <name=value>',
  "-p NAME VALUE: value of one of the notebook's parameters; may be given again",
] as const;
type Parameters = Readonly<Record<string, unknown>>;
interface NotebookOptions {
  readonly out?: string;
  readonly html?: boolean;
  readonly kernel?: string;
  readonly json?: boolean;
  readonly parameters?: Parameters;
}

/** Adds both commands; each sets the process's exit code: 0 done, 1 failed, 130 interrupted. */
export function registerNotebookCommands(program: Command): void {
  program
    .command('run-notebook')
    .description(
      'run a notebook through its kernel without a browser and keep the executed copy, also when a cell fails',
    )
    .argument('<file>', 'notebook to run, in its own folder')
    .argument('[out]', 'executed notebook (default: runs/NAME/NAME.ipynb)')
    .option('--out <file>', 'the same')
    .option(...parameters, addParameter)
    .option('--html', 'also write a page beside it')
    .option('--kernel <name>', 'kernel to use instead of the one the notebook names')
    .option('--json', 'print one line of JSON instead of progress')
    .action(async (file: string, out: string | undefined, options: NotebookOptions) => {
      if (out && options.out) throw new RangeError('give the executed notebook once: as second argument or with --out');
      const run = await runNotebook(file, { ...options, out: out ?? options.out, quiet: options.json });
      console.log(options.json ? JSON.stringify(run) : describeRun(run));
      if (!options.json && run.exitCode === 0)
        console.log(`Executed notebook: ${here(run.notebook)}${run.html ? `\nPage: ${here(run.html)}` : ''}`);
      process.exitCode = run.exitCode;
    });

  program
    .command('quickstart')
    .description('train a spiking network in the quickstart notebook, through the kernel, and report what it reached')
    .option('--out <folder>', 'folder for notebook, page and report (default: runs/quickstart)')
    .option(...parameters, addParameter)
    .option('--json', 'print the report as JSON instead of progress')
    .action(async (options: { out?: string; json?: boolean; parameters?: Parameters }) => {
      const { out, parameters } = options;
      const { run, report, reportFile } = await quickstart({ out, parameters, quiet: options.json });
      process.exitCode = run.exitCode;
      if (options.json) {
        console.log(JSON.stringify(report ?? run));
        return;
      }
      console.log(describeRun(run));
      if (!report) return;
      console.log(describeReport(report, reportFile!));
    });
}
