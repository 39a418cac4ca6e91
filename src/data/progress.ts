import { hasDisplayHost, sendBundle } from '../plot/display.js';

const interval = 250; // ms: at most four updates a second
let nextDisplay = 0;

/**
 * Shows a download as it advances, on stdout or as one updated output of a notebook cell; nothing for data already at hand.
 * With SPIKELAB_QUIET=1 only the final line.
 */
export function consoleProgress(title: string): { update: (file: string, received: number, total: number) => void; end: () => void } {
  const stdout = globalThis.process?.stdout;
  const quiet = globalThis.process?.env.SPIKELAB_QUIET === '1';
  const displayId = `spikelab-download-${nextDisplay++}`;
  const files = new Map<string, number>();
  let shown = 0;
  let displayed = false;
  const say = (text: string, final: boolean): void => {
    if (hasDisplayHost()) {
      sendBundle({ data: { 'text/plain': text } }, { displayId, update: displayed });
      displayed = true;
    } else if (stdout?.isTTY) stdout.write(`\r${text.padEnd(70)}${final ? '\n' : ''}`);
    else if (final || files.size === 1) console.log(text); // a log file: the start and the end
  };
  return {
    update(file, received, total) {
      const started = !files.has(file);
      files.set(file, received);
      const now = Date.now();
      const toLog = !hasDisplayHost() && !stdout?.isTTY;
      if (quiet || now - shown < interval || (toLog && (!started || files.size > 1))) return;
      shown = now;
      say(`${title}: downloading ${file}, ${megabytes(received)} of ${megabytes(total)}`, false);
    },
    end() {
      if (files.size === 0) return;
      say(`${title}: downloaded ${[...files.values()].length} files, ${megabytes([...files.values()].reduce((a, b) => a + b, 0))}`, true);
    },
  };
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
