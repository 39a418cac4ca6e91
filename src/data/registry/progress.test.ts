import { afterEach, expect, test, vi } from 'vitest';
import { type DisplayBundle, setDisplayHost } from '../../plot/display.js';
import { consoleProgress } from './progress.js';

afterEach(() => {
  setDisplayHost(undefined);
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

/** Two files of 4 and 1 MB, a chunk every 10 ms. */
function download(): void {
  vi.useFakeTimers();
  vi.setSystemTime(1_000_000);
  const { update, end } = consoleProgress('mnist');
  for (const [file, total] of [
    ['a.gz', 4e6],
    ['b.gz', 1e6],
  ] as const) {
    for (let received = 1e4; received <= total; received += 1e4) {
      vi.advanceTimersByTime(10);
      update(file, received, total);
    }
  }
  end();
}

test('a notebook cell gets one output, updated at most four times a second', () => {
  const sent: { text: unknown; id?: string; update?: boolean }[] = [];
  setDisplayHost({
    display: (bundle: DisplayBundle, options) =>
      sent.push({ text: bundle.data['text/plain'], id: options?.displayId, update: options?.update }),
  });
  download();
  expect(sent.length).toBeGreaterThan(15); // 5 s of download
  expect(sent.length).toBeLessThanOrEqual(22);
  expect(new Set(sent.map(({ id }) => id)).size).toBe(1);
  expect(sent.map(({ update }) => update)).toEqual([false, ...new Array(sent.length - 1).fill(true)]);
  expect(sent[0].text).toMatch(/^mnist: downloading a\.gz, 0\.0 MB of 4\.0 MB$/);
  expect(sent.at(-1)!.text).toBe('mnist: downloaded 2 files, 5.0 MB');
});

test('a log gets a line at the start and one at the end; quiet: the end only; data at hand: nothing', () => {
  const lines: unknown[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((line) => void lines.push(line));
  try {
    download();
    expect(lines).toEqual(['mnist: downloading a.gz, 0.0 MB of 4.0 MB', 'mnist: downloaded 2 files, 5.0 MB']);
    lines.length = 0;
    vi.stubEnv('SPIKELAB_QUIET', '1');
    download();
    expect(lines).toEqual(['mnist: downloaded 2 files, 5.0 MB']);
    lines.length = 0;
    consoleProgress('mnist').end();
    expect(lines).toEqual([]);
  } finally {
    log.mockRestore();
  }
});
