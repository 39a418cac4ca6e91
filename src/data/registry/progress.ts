import { isTerminal, writeOut } from '#plot-platform';
import { hasDisplayHost, sendBundle } from '../../plot/display.js';
import { isQuiet } from '../../plot/live.js';

const interval = 250; // ms: at most four updates a second
let nextDisplay = 0;

export interface ProgressLine {
  /** Replaces the line, unless the last change was a moment ago. */
  show(text: string): void;
  /** The final line; nothing when nothing was ever shown. */
  end(text: string): void;
}

/**
 * One line that changes while something takes long: an updated output of a notebook cell, or a line of the terminal; a
 * log file gets the first and the final one. With SPIKELAB_QUIET=1 only the final one. Never on stderr.
 */
export function progressLine(): ProgressLine {
  const quiet = isQuiet();
  const displayId = `spikelab-progress-${nextDisplay++}`;
  let shownAt: number | undefined;
  let displayed = false;
  const write = (text: string, final: boolean): void => {
    if (hasDisplayHost()) {
      sendBundle({ data: { 'text/plain': text } }, { displayId, update: displayed });
      displayed = true;
    } else if (isTerminal()) writeOut(`\r${text.padEnd(70)}${final ? '\n' : ''}`);
    else console.log(text);
  };
  return {
    show(text) {
      const now = Date.now();
      const first = shownAt === undefined;
      const changes = hasDisplayHost() || isTerminal();
      if (!first && (!changes || now - shownAt! < interval)) return;
      shownAt = now;
      if (!quiet) write(text, false);
    },
    end(text) {
      if (shownAt !== undefined) write(text, true);
    },
  };
}

/** Shows nothing. */
export const silentLine: ProgressLine = { show: () => undefined, end: () => undefined };

/** Shows a download as it advances; nothing for data already at hand. */
export function consoleProgress(title: string): {
  update: (file: string, received: number, total: number) => void;
  end: () => void;
} {
  const line = progressLine();
  const files = new Map<string, number>();
  return {
    update(file, received, total) {
      files.set(file, received);
      line.show(`${title}: downloading ${file}, ${megabytes(received)} of ${megabytes(total)}`);
    },
    end() {
      line.end(
        `${title}: downloaded ${files.size} files, ${megabytes([...files.values()].reduce((a, b) => a + b, 0))}`,
      );
    },
  };
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
