/** The table of a sweep while it goes on. */
import { type DisplayBundle, hasDisplayHost, isQuiet, sendBundle } from '../plot/index.js';
import { escapeHtml } from '../replicate/document.js';
import type { ComparedRun } from './compared-run.js';
import { comparisonOf } from './comparison.js';

/** In a notebook one table that changes; on a console a line for each run. At its end the table of all. */
export class LiveTable {
  private readonly displayId = `spikelab-${crypto.randomUUID()}`;
  private shown = false;

  constructor(
    private readonly total: number,
    private readonly silent: boolean,
  ) {}

  /** @param now what is being done */
  update(runs: readonly ComparedRun[], now: string): void {
    if (this.silent || isQuiet() || !hasDisplayHost()) return;
    this.send(runs, `${runs.filter(({ status }) => status === 'done').length} of ${this.total} runs; ${now}`);
  }

  ran(line: string): void {
    if (!this.silent && !isQuiet() && !hasDisplayHost()) console.log(line);
  }

  end(runs: readonly ComparedRun[], how: string): void {
    if (!this.silent) this.send(runs, how);
  }

  private send(runs: readonly ComparedRun[], line: string): void {
    const begun = runs.filter(({ epochs }) => epochs.length > 0);
    const data: DisplayBundle['data'] = begun.length > 0 ? comparisonOf(begun).bundle() : {};
    const texts = ['text/html', 'text/markdown', 'text/plain'].map((type): [string, string] => [
      type,
      [type === 'text/html' ? `<p>${escapeHtml(line)}</p>` : line, data[type]].filter(Boolean).join('\n\n'),
    ]);
    sendBundle({ data: Object.fromEntries<string>(texts) }, { displayId: this.displayId, update: this.shown });
    this.shown = true;
  }
}
