/**
 * Who watches a training: live curves in a notebook, lines on stdout elsewhere, one line at the end when
 * SPIKELAB_QUIET=1. Never stderr.
 */
import { isTerminal, writeOut } from '#plot-platform';
import { beginTraining, endTraining } from '../plot/askTraining.js';
import { hasDisplayHost } from '../plot/display.js';
import { curves, curvesPayload, type CurvesOptions } from '../plot/curves.js';
import type { TrainingState } from '../plot/curvesPayload.js';
import { isQuiet, LiveDisplay } from '../plot/live.js';
import type { EpochRecord, History } from '../network/history.js';

/** How far a training is, in samples of all its epochs. */
export interface Done {
  readonly samples: number;
  readonly planned: number;
}

export interface Observer {
  /** After each slice; `history` is cheap to make but need not be looked at. */
  progress(history: () => History, done: Done): void;
  epoch(record: EpochRecord): void;
  /** What is to stand below the progress; before the training begins. */
  note(text: string): void;
  /** Once, also after an error; `history` is final. */
  end(history: History): void | Promise<void>;
  /** Fires when whoever watches wants the training to stop. */
  readonly signal?: AbortSignal;
}

const percent = (fraction: number | undefined): string =>
  fraction === undefined ? '-' : `${(100 * fraction).toFixed(2)} %`;

/** `epoch 1  train 95.24 %  test 97.32 %  cost 91.6  102.3 s`. */
export function epochLine({ epoch, trainAccuracy, testAccuracy, cost, seconds }: EpochRecord): string {
  const test = testAccuracy === undefined ? '' : `  test ${percent(testAccuracy)}`;
  return `epoch ${epoch}  train ${percent(trainAccuracy)}${test}  cost ${cost.toFixed(2)}  ${seconds.toFixed(1)} s`;
}

/** Epochs of a history that are listed, from the first and from the last ones. */
const [firstLines, lastLines] = [2, 8];

/** A history as text: a line for each epoch, the middle of a long one left out. */
export function historySummary(epochs: readonly EpochRecord[]): string {
  const lines = epochs.map(epochLine);
  const left = lines.length - firstLines - lastLines;
  if (left > 1) lines.splice(firstLines, left, `… ${left} epochs`);
  return ['history of training' + (lines.length === 0 ? ': no whole epoch yet' : ''), ...lines].join('\n  ');
}

/** Speed and time left, by the clock: evaluations between epochs count too. */
export class Pace {
  private start: { readonly time: number; readonly samples: number } | undefined;

  /** @param now milliseconds since 1970 */
  at(now: number, { samples, planned }: Done): TrainingState {
    const start = (this.start ??= { time: now, samples });
    const seconds = (now - start.time) / 1000;
    const samplesPerSecond = (samples - start.samples) / seconds;
    if (!(seconds > 0) || !(samplesPerSecond > 0)) return { made: now };
    return { made: now, samplesPerSecond, secondsLeft: Math.max(0, planned - samples) / samplesPerSecond };
  }
}

/** Curves that move while the cell runs. */
class NotebookObserver implements Observer {
  private readonly live = new LiveDisplay();
  private readonly pace = new Pace();
  private readonly notes: string[] = [];
  private readonly stopping = new AbortController();
  readonly signal = this.stopping.signal;
  private id: string | undefined;
  /** As the training is now. */
  private now: () => [history: History, options: CurvesOptions] = () => [
    { epochs: [], progress: [], plannedEpochs: 0 },
    {},
  ];

  progress(history: () => History, done: Done): void {
    this.id ??= beginTraining({ curves: () => curvesPayload(...this.now()), stop: () => this.stopping.abort() });
    const state = { ...this.pace.at(Date.now(), done), id: this.id };
    this.now = () => [history(), { live: true, state }];
    this.live.update(() => curves(...this.now()));
    // The curves take their place first.
    if (this.notes.length > 0) void this.live.drawn().then(() => this.tell());
  }
  epoch(): void {}
  note(text: string): void {
    this.notes.push(text);
  }
  async end(history: History): Promise<void> {
    endTraining(this.id);
    await this.live.finish(() => curves(history));
    this.tell();
  }
  private tell(): void {
    for (const text of this.notes.splice(0)) console.log(text);
  }
}

/** A line for each epoch; on a terminal also a counter that is overwritten. */
class ConsoleObserver implements Observer {
  private readonly terminal = isTerminal();
  private shownAt = 0;

  progress(history: () => History): void {
    if (!this.terminal || performance.now() - this.shownAt < 250) return;
    this.shownAt = performance.now();
    const last = history().progress.at(-1);
    if (last)
      writeOut(
        `\r\x1b[Kepoch ${last.epoch.toFixed(2)}  train ${percent(last.trainAccuracy)}  cost ${last.cost.toFixed(2)}`,
      );
  }
  epoch(record: EpochRecord): void {
    writeOut(`${this.terminal ? '\r\x1b[K' : ''}${epochLine(record)}\n`);
  }
  note(text: string): void {
    writeOut(`${text}\n`);
  }
  end(): void {
    if (this.terminal) writeOut('\r\x1b[K');
  }
}

class QuietObserver implements Observer {
  private last: EpochRecord | undefined;
  private readonly notes: string[] = [];

  progress(): void {}
  epoch(record: EpochRecord): void {
    this.last = record;
  }
  note(text: string): void {
    this.notes.push(text);
  }
  end(history: History): void {
    const record = this.last ?? history.epochs.at(-1);
    if (record) console.log(epochLine(record));
    for (const text of this.notes) console.log(text);
  }
}

export const silentObserver: Observer = {
  progress: () => undefined,
  epoch: () => undefined,
  note: () => undefined,
  end: () => undefined,
};

/** The observer for where this runs. */
export function defaultObserver(): Observer {
  if (isQuiet()) return new QuietObserver();
  return hasDisplayHost() ? new NotebookObserver() : new ConsoleObserver();
}
