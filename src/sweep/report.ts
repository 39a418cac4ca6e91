/** A comparison as a page: its table, pictures of accuracies and curves, and the evidence of each run. */
import { shortLabels } from '../experiment/plan.js';
import { bars } from '../plot/bars.js';
import { curves } from '../plot/curves.js';
import { presetByName, presetNames } from '../presets/index.js';
import { accuracyText } from '../replicate/compare.js';
import type { Block } from '../replicate/document.js';
import type { RecordedRun } from '../replicate/recorded-run.js';
import { pictureBlock, writePage } from '../replicate/report.js';
import { evidence, seedTable } from '../replicate/report-tables.js';
import { rowOf } from '../replicate/rows.js';
import { type ComparedRun, recordedRuns, runOf } from './compared-run.js';
import { valueText } from './leaves.js';
import { type ComparedRow, type Comparison, comparisonOf } from './comparison.js';

/** Most settings that one picture shows. */
const drawn = 12;

/**
 * Writes `report.html`, `report.md`, `comparison.json`, `comparison.png` and `curves.png` into `out`.
 * @param sources folders with runs at any depth, or what `train --json` printed
 * @throws Error for a file that is no report; RangeError when no run has ended its first epoch
 */
export async function writeComparison(sources: readonly string[], out: string): Promise<Comparison> {
  const records = new Map<ComparedRun, RecordedRun>();
  for (const { run, folder } of await recordedRuns(sources)) records.set(runOf(run, folder), run);
  const comparison = comparisonOf([...records.keys()]);
  const rows = comparison.rows.filter(({ seeds }) => seeds.length > 0);
  if (rows.length === 0) throw new RangeError(`none of ${sources.join(', ')} has a run that ended its first epoch`);
  const count = rows.reduce((sum, { seeds }) => sum + seeds.length, 0);
  const title = `${count} runs of ${rows.length} setting${rows.length === 1 ? '' : 's'}`;
  const cut = rows.length > drawn ? ` The pictures show the ${drawn} best settings.` : '';
  const blocks: Block[] = [
    { kind: 'heading', level: 1, text: title },
    settingsTable(comparison.settings, rows),
    {
      kind: 'paragraph',
      text: `Sorted by the test accuracy after the last epoch that every seed of a setting has reached. "Best" is chosen on the test set. ± is one standard deviation over the seeds (n - 1).${cut}`,
    },
    ...(await pictures(rows.slice(0, drawn), title)),
    { kind: 'heading', level: 2, text: 'Evidence' },
    ...rows.flatMap(({ label, runs }): Block[] => {
      const begun = runs.flatMap((run) => rowOf(records.get(run)!) ?? []);
      return [{ kind: 'paragraph', text: label }, seedTable(begun), ...evidence(begun)];
    }),
  ];
  await writePage(out, title, blocks, { name: 'comparison.json', figures: { settings: comparison.settings, rows } });
  return comparison;
}

async function pictures(rows: readonly ComparedRow[], title: string): Promise<Block[]> {
  const points = rows.map(({ label, testAccuracies }) => ({
    name: label,
    value: testAccuracies.map((accuracy) => 100 * accuracy),
  }));
  const lines = rows.flatMap(({ label, runs, epochs }) =>
    runs
      .filter((run) => run.epochs.length > 0)
      .map((run) => ({ label, history: { epochs: run.epochs.slice(0, epochs), plannedEpochs: epochs } })),
  );
  const accuracies = bars(points, {
    title: 'Test accuracy after the last epoch',
    y: 'test accuracy, %',
    mark: 'points',
  });
  const learning = curves(
    lines.map(({ history }) => history),
    { title, names: lines.map(({ label }) => label) },
  );
  return [
    await pictureBlock('comparison.png', 'Test accuracies of the settings', accuracies),
    await pictureBlock('curves.png', 'Accuracy and cost of the settings', learning),
  ];
}

function settingsTable(settings: readonly string[], rows: readonly ComparedRow[]): Block {
  const labels = shortLabels(settings);
  const columns = settings.length === 0 ? [''] : settings.map((path) => labels[path]);
  return {
    kind: 'table',
    head: [...columns, 'seeds', 'epoch', 'test, last epoch', 'best epoch, mean', 'reported, best', 'time of a run'],
    rows: rows.map((row) => [
      ...(settings.length === 0
        ? [row.label]
        : settings.map((path) => valueText(row.settings[path], path, row.runs[0]))),
      String(row.seeds.length),
      String(row.epochs),
      accuracyText(row.testAccuracy),
      accuracyText(row.bestAccuracy),
      reported(row),
      `${(row.seconds.mean / 60).toFixed(1)} min`,
    ]),
  };
}

/** Of a preset of ours. */
function reported({ runs }: ComparedRow): string {
  const { name = '' } = runs[0].experiment;
  const paper = presetNames.includes(name) ? presetByName(name).paper : undefined;
  return paper ? `${paper.best.toFixed(2)} %` : '';
}
