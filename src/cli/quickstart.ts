/** Runs the quickstart notebook through the real kernel and reports what its network reached. */
import { rmSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { writeFileAtomic } from '#train-platform';
import { packageRoot } from './jupyter-python.js';
import { codeCells, runNotebook, type NotebookRun } from './run-notebook.js';

/** What the notebook's own run recorded, and where its pages are (paths relative to the working folder). */
export interface QuickstartReport {
  readonly dataset: string;
  /** Training samples. */
  readonly samples: number;
  readonly epochs: number;
  /** Fraction, 0..1. */
  readonly testAccuracy: number;
  readonly trainSeconds: number;
  /** Training samples a second. */
  readonly samplesPerSecond: number;
  readonly threads: number;
  readonly seed: number;
  readonly weightsSha256: string;
  readonly notebook: string;
  readonly html: string;
}

const fields = {
  dataset: 'string',
  samples: 'number',
  epochs: 'number',
  testAccuracy: 'number',
  trainSeconds: 'number',
  samplesPerSecond: 'number',
  threads: 'number',
  seed: 'number',
  weightsSha256: 'string',
} as const;
type Figures = Omit<QuickstartReport, 'notebook' | 'html'>;

/**
 * The run record that an executed notebook displays as JSON: the last one, if there are several.
 * @throws Error when there is none, or a figure is missing
 */
export function readRunRecord(notebook: string): Figures {
  const records = codeCells(notebook)
    .flatMap((cell) => cell.outputs ?? [])
    .map((output) => output.data?.['application/json'])
    .filter(
      (json): json is Record<string, unknown> => typeof json === 'object' && json !== null && 'weightsSha256' in json,
    );
  const record = records.at(-1);
  if (!record) throw new Error(`${notebook} shows no run record: end it with a cell that displays net.runRecord`);
  for (const [name, type] of Object.entries(fields)) {
    if (typeof record[name] !== type)
      throw new Error(
        `the run record in ${notebook} has ${name} = ${JSON.stringify(record[name])}: it must be a ${type}`,
      );
  }
  return Object.fromEntries(Object.keys(fields).map((name) => [name, record[name]])) as unknown as Figures;
}

export interface QuickstartOptions {
  /** Folder for notebook, page and report. Default `runs/quickstart`. */
  out?: string;
  /** Values for the notebook's parameters. */
  parameters?: Readonly<Record<string, unknown>>;
  quiet?: boolean;
}

/**
 * Runs `notebooks/quickstart.ipynb` and writes `quickstart.ipynb`, `quickstart.html` and `report.json`; the first two
 * also when a cell fails, the last only after a whole run.
 * @returns the run, with the report when every cell ran
 */
export async function quickstart(
  options: QuickstartOptions = {},
): Promise<{ run: NotebookRun; report?: QuickstartReport; reportFile?: string }> {
  const out = resolve(options.out ?? join('runs', 'quickstart'));
  const reportFile = join(out, 'report.json');
  rmSync(reportFile, { force: true }); // figures of an earlier run must not pass for this one's
  const run = await runNotebook(join(packageRoot(), 'notebooks', 'quickstart.ipynb'), {
    out: join(out, 'quickstart.ipynb'),
    html: true,
    parameters: options.parameters,
    quiet: options.quiet,
  });
  if (run.exitCode !== 0) return { run };
  const report = {
    ...readRunRecord(run.notebook),
    notebook: relative('', run.notebook),
    html: relative('', run.html!),
  };
  await writeFileAtomic(reportFile, `${JSON.stringify(report, null, 2)}\n`);
  return { run, report, reportFile };
}
