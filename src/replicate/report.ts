/**
 * `report.json`, `report.md` and `report.html` of a replication, with the curves as `curves.png` and `comparison.png`.
 */
import path from 'node:path';
import { shellWord } from '../experiment/shell-word.js';
import { curves } from '../plot/curves.js';
import type { Plot } from '../plot/picture.js';
import { pixelScale } from '../plot/style.js';
import { writeFileAtomic } from '#train-platform';
import { type AuthorsEpoch, authorsLog } from './authors-log.js';
import { compareWithPaper } from './compare.js';
import { type Block, toHtml, toMarkdown } from './document.js';
import { type ReplicationReport, summaryOf } from './replication-report.js';
import { accuracies, meanEpochs, type ReplicationRow } from './rows.js';
import { accuracyTable, epochTable, evidence, seedTable } from './report-tables.js';

/** Writes all files; each is always whole. */
export async function writeReplication(out: string, report: ReplicationReport): Promise<void> {
  const { rows, preset, status, seeds, plannedEpochs, others } = report;
  const log = rows[0]?.authorsLog;
  const authors = log === undefined ? [] : authorsLog(log);
  const blocks: Block[] = [{ kind: 'heading', level: 1, text: `${preset}: replication` }];
  const state = {
    running: 'It goes on.',
    interrupted: 'It was interrupted; the command below goes on with it.',
    done: '',
  }[status];
  blocks.push({
    kind: 'paragraph',
    text: `${rows.length} of ${seeds.length} seed${seeds.length === 1 ? '' : 's'} with results, ${plannedEpochs} epochs planned. ${state}`.trim(),
  });
  if (others.length > 0)
    blocks.push({
      kind: 'paragraph',
      text: `Not in this report: ${others.map(({ folder, why }) => `${folder} (${why})`).join('; ')}.`,
    });
  if (rows.length > 0) blocks.push(...(await results(rows, authors)));
  blocks.push(
    { kind: 'heading', level: 2, text: 'To repeat it' },
    { kind: 'code', text: `${report.command}\nnpx spikelab verify-run ${shellWord(path.basename(out))}` },
  );
  await writePage(out, `${preset}: replication`, blocks, {
    name: 'report.json',
    figures: summaryOf(report),
  });
}

/** Writes a page as `report.html` and `report.md`, its pictures beside it, and its figures. */
export async function writePage(
  out: string,
  title: string,
  blocks: readonly Block[],
  { name, figures }: { name: string; figures: object },
): Promise<void> {
  for (const block of blocks)
    if (block.kind === 'picture') await writeFileAtomic(path.join(out, block.file), [block.png]);
  await writeFileAtomic(path.join(out, 'report.md'), toMarkdown(blocks));
  await writeFileAtomic(path.join(out, 'report.html'), toHtml(title, blocks));
  await writeFileAtomic(path.join(out, name), `${JSON.stringify(figures, null, 2)}\n`);
}

export async function pictureBlock(file: string, text: string, plot: Plot): Promise<Block> {
  const png = await plot.png();
  const width = new DataView(png.buffer, png.byteOffset).getUint32(16) / pixelScale; // PNG: its width is at byte 16
  return { kind: 'picture', file, text, png, width };
}

async function results(rows: readonly ReplicationRow[], authors: readonly AuthorsEpoch[]): Promise<Block[]> {
  const { epoch } = accuracies(rows);
  const means = meanEpochs(rows);
  const title = `${rows[0].preset}, ${rows.length === 1 ? `seed ${rows[0].seed}` : `mean of ${rows.length} seeds`}`;
  const runs = rows.map((row) => ({ epochs: row.epochs.slice(0, epoch), plannedEpochs: epoch }));
  return [
    { kind: 'heading', level: 2, text: 'Test accuracy' },
    ...(rows[0].complete
      ? []
      : [
          {
            kind: 'paragraph',
            text: `Trained on ${rows[0].samples.toLocaleString('en')} samples only: this is not the experiment that was reported.`,
          } as const,
        ]),
    accuracyTable(rows, authors),
    ...(rows[0].paper
      ? []
      : [{ kind: 'paragraph', text: 'HM2-BP has no published figure for this experiment.' } as const]),
    {
      kind: 'paragraph',
      text: '"Best" is the best epoch of each seed, chosen on the test set, as the authors did: it is higher than what an unseen set would give. ± is one standard deviation over the seeds (n - 1).',
    },
    await pictureBlock(
      'comparison.png',
      `Test accuracies of ${rows[0].preset} beside the reported ones`,
      compareWithPaper(rows),
    ),
    { kind: 'heading', level: 2, text: 'Epoch by epoch' },
    await pictureBlock(
      'curves.png',
      `Accuracy and cost of ${title}`,
      curves(rows.length === 1 ? runs[0] : runs, {
        title,
        ...(rows.length > 1 && { names: rows.map(() => `mean of ${rows.length} seeds`) }),
        ...(authors.length > 0 && { reference: { label: 'authors', points: authors } }),
      }),
    ),
    epochTable(means, rows, authors),
    {
      kind: 'paragraph',
      text: `Cost is the mean of E = 1/2 sum (o - y)² over the training samples.${authors.length > 0 ? ' The authors log the sum of squares without the 1/2: their column is half of what they print. Their seconds are those of a Titan Xp (GPU); ours are training alone, on the CPU below.' : ''}`,
    },
    { kind: 'heading', level: 2, text: 'Evidence' },
    seedTable(rows),
    ...evidence(rows),
  ];
}
