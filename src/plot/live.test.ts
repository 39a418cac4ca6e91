import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { displaySymbol, setDisplayHost, type DisplayBundle } from './display.js';
import { LiveDisplay } from './live.js';
import { Plot } from './picture.js';
import { displaysSettled, show } from './show.js';

interface Sent {
  readonly text: unknown;
  readonly png: boolean;
  readonly update: boolean;
  readonly id: string | undefined;
  readonly at: number;
}
let sent: Sent[];
let drawn: string[];

/** A plot whose drawing takes 60 ms and is counted. */
function plot(text: string, stage?: number): Plot {
  return new Plot({
    text,
    ...(stage !== undefined && { stage }),
    light: {},
    draw: async () => {
      drawn.push(text);
      await new Promise((resolve) => setTimeout(resolve, 60));
      return { width: 1, height: 1, rgba: Uint8Array.of(255, 255, 255, 255) };
    },
  });
}

beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  drawn = [];
  setDisplayHost({
    display: (bundle: DisplayBundle, options) =>
      sent.push({
        text: bundle.data['text/plain'],
        png: 'image/png' in bundle.data,
        update: options?.update ?? false,
        id: options?.displayId,
        at: performance.now(),
      }),
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  setDisplayHost(undefined);
});

describe('a live display', () => {
  test('draws the last in full and at most four a second before, the latest each time', async () => {
    const live = new LiveDisplay();
    for (let k = 0; k <= 300; k++) {
      live.update(() => plot(String(k)));
      await vi.advanceTimersByTimeAsync(10);
    }
    const end = live.finish(() => plot('end'));
    await vi.advanceTimersByTimeAsync(200);
    await end;
    expect(sent.length).toBeGreaterThanOrEqual(12);
    expect(sent.length).toBeLessThanOrEqual(15);
    expect(sent.map((one) => one.update)).toEqual(sent.map((_, k) => k > 0));
    // None in the first two seconds; then that of the first stage, until the last has its own.
    for (const { png, at } of sent) expect(png).toBe(at - sent[0].at > 2000);
    expect(new Set(sent.map((one) => one.id)).size).toBe(1);
    expect(sent.at(-1)?.text).toBe('end');
    expect(drawn).toHaveLength(2);
    for (let k = 1; k < sent.length - 1; k++) {
      expect(sent[k].at - sent[k - 1].at).toBeGreaterThanOrEqual(249);
      // The latest, not an old one.
      expect(Math.abs(Number(sent[k].text) - (sent[k].at - sent[0].at) / 10)).toBeLessThanOrEqual(8);
    }
    live.update(() => plot('late'));
    await vi.advanceTimersByTimeAsync(1000);
    expect(sent.at(-1)?.text).toBe('end');
  });

  test('keeps a picture of the last epoch in every update, made anew when an epoch ends', async () => {
    const live = new LiveDisplay();
    for (let k = 0; k <= 400; k++) {
      live.update(() => plot(String(k), Math.floor(k / 100))); // an epoch lasts a second
      await vi.advanceTimersByTimeAsync(10);
    }
    await vi.advanceTimersByTimeAsync(1000);
    expect(sent.filter((one) => one.at - sent[0].at > 2250).every((one) => one.png)).toBe(true);
    expect(drawn.map((text) => Math.floor(Number(text) / 100))).toEqual([1, 2, 3, 4]);
    const end = live.finish(() => plot('end', 5));
    await vi.advanceTimersByTimeAsync(200);
    await end;
    expect(drawn.at(-1)).toBe('end');
  });

  test('makes the picture anew every two seconds where nothing tells of stages', async () => {
    const live = new LiveDisplay();
    for (let k = 0; k < 1000; k++) {
      live.update(() => plot(String(k)));
      await vi.advanceTimersByTimeAsync(10);
    }
    expect(drawn).toHaveLength(4); // after 2, 4, 6 and 8 seconds, and each drawing's 60 ms
    drawn.forEach((text, k) => expect(Math.abs(Number(text) - 200 * (k + 1))).toBeLessThanOrEqual(60));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(drawn.slice(4)).toHaveLength(1); // what was seen last, once
    expect(Number(drawn[4])).toBeGreaterThanOrEqual(970);
    const end = live.finish(() => plot('end'));
    await vi.advanceTimersByTimeAsync(200);
    await end;
  });

  test('sends only the end when it finishes at once, and never an older picture after it', async () => {
    const live = new LiveDisplay();
    live.update(() => plot('a'));
    const end = live.finish(() => plot('end'));
    await vi.advanceTimersByTimeAsync(500);
    await end;
    expect(sent.map((one) => one.text)).toEqual(['end']);
    expect(sent[0].update).toBe(false);
  });

  test('makes one PNG for a computation of less than two seconds', async () => {
    const live = new LiveDisplay();
    for (let k = 0; k < 190; k++) {
      live.update(() => plot(String(k), Math.floor(k / 20)));
      await vi.advanceTimersByTimeAsync(10);
    }
    const end = live.finish(() => plot('end'));
    await vi.advanceTimersByTimeAsync(200);
    await end;
    expect(drawn).toEqual(['end']);
    expect(sent.filter(({ png }) => png)).toHaveLength(1);
  });

  test('has a picture after two seconds although nothing more is said', async () => {
    const live = new LiveDisplay();
    live.update(() => plot('a', 0));
    await vi.advanceTimersByTimeAsync(1900);
    expect(sent.map(({ png }) => png)).toEqual([false]);
    await vi.advanceTimersByTimeAsync(600);
    expect(sent.map(({ text, png }) => [text, png])).toEqual([
      ['a', false],
      ['a', true],
    ]);
    live.update(() => plot('b', 1)); // a new stage at once: its picture waits its turn, but not for another update
    await vi.advanceTimersByTimeAsync(3000);
    expect(sent.map(({ text, png }) => [text, png]).slice(2)).toEqual([
      ['b', true],
      ['b', true],
    ]);
    expect(drawn).toEqual(['a', 'b']);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(sent).toHaveLength(4);
  });

  test('does not try a picture that failed again and again', async () => {
    const live = new LiveDisplay();
    const broken = new Plot({ text: 'a', light: {}, draw: () => Promise.reject(new Error('no renderer')) });
    live.update(() => broken);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(sent.length).toBeLessThanOrEqual(2);
  });

  test('never shows an older state again when a picture is ready', async () => {
    const live = new LiveDisplay();
    for (let k = 0; k <= 800; k++) {
      live.update(() => plot(String(k), Math.floor(k / 150)));
      await vi.advanceTimersByTimeAsync(10);
    }
    const states = sent.map(({ text }) => Number(text));
    expect(states).toEqual([...states].sort((a, b) => a - b));
  });

  test('sends what was waiting although no further update comes', async () => {
    const live = new LiveDisplay();
    live.update(() => plot('a'));
    live.update(() => plot('b'));
    await vi.advanceTimersByTimeAsync(100);
    live.update(() => plot('c'));
    await vi.advanceTimersByTimeAsync(400);
    expect(sent.map((one) => one.text)).toEqual(['b', 'c']);
  });

  test('is silent until the end with SPIKELAB_QUIET=1', async () => {
    vi.stubEnv('SPIKELAB_QUIET', '1');
    const live = new LiveDisplay();
    live.update(() => plot('a'));
    await vi.advanceTimersByTimeAsync(1000);
    expect(sent).toEqual([]);
    const end = live.finish(() => plot('end'));
    await vi.advanceTimersByTimeAsync(100);
    await end;
    expect(sent).toMatchObject([{ text: 'end', png: true, update: false }]);
  });

  test('survives a drawing that fails, and shows why', async () => {
    const live = new LiveDisplay();
    live.update(() => plot('a'));
    await vi.advanceTimersByTimeAsync(100);
    live.update(() => {
      throw new RangeError('no curves');
    });
    await vi.advanceTimersByTimeAsync(300);
    const end = live.finish(() => plot('end'));
    await vi.advanceTimersByTimeAsync(100);
    await end;
    expect(sent.map((one) => one.text)).toEqual(['a', 'live plot: no curves', 'end']);
    await expect(
      new LiveDisplay().finish(() => {
        throw new Error('broken');
      }),
    ).rejects.toThrow('broken');
  });

  test('comes below pictures shown before, but does not wait for ever', async () => {
    show(plot('above'));
    const live = new LiveDisplay();
    live.update(() => plot('live'));
    await vi.advanceTimersByTimeAsync(200);
    expect(sent.map((one) => [one.text, one.png])).toEqual([
      ['above', false],
      ['above', true],
      ['live', false],
    ]);
    let release = (): void => undefined;
    show(new Promise<void>((resolve) => (release = resolve)));
    const waiting = new LiveDisplay();
    waiting.update(() => plot('not held up'));
    await vi.advanceTimersByTimeAsync(1200);
    expect(sent.at(-1)?.text).toBe('not held up');
    const log = vi.spyOn(console, 'log').mockReturnValue();
    release();
    await displaysSettled();
    log.mockRestore();
  });

  test('prints only its last line where nothing shows pictures', async () => {
    setDisplayHost(undefined);
    const log = vi.spyOn(console, 'log').mockReturnValue();
    const live = new LiveDisplay();
    live.update(() => plot('a'));
    const end = live.finish(() => plot('end'));
    await vi.advanceTimersByTimeAsync(100);
    await end;
    expect(log.mock.calls).toEqual([['end']]);
    log.mockRestore();
  });
});

describe('show', () => {
  test('keeps the order of slow and fast pictures, promises, plain values and foreign pictures', async () => {
    const log = vi
      .spyOn(console, 'log')
      .mockImplementation(
        (value) => void sent.push({ text: `log ${String(value)}`, png: false, update: false, id: undefined, at: 0 }),
      );
    const foreign = { [displaySymbol]: () => ({ 'text/plain': 'foreign' }) };
    show('first');
    expect(
      show(plot('slow'), Promise.resolve(plot('promised')), { toPicture: () => plot('inside') }, foreign, 42),
    ).toBeUndefined();
    show('last');
    await vi.advanceTimersByTimeAsync(500);
    await displaysSettled();
    expect(sent.filter((one) => !one.update).map((one) => one.text)).toEqual([
      'log first',
      'slow',
      'promised',
      'inside',
      'foreign',
      'log 42',
      'log last',
    ]);
    log.mockRestore();
  });

  test('gives a plot its place at once and completes it there', async () => {
    const log = vi
      .spyOn(console, 'log')
      .mockImplementation(
        (value) => void sent.push({ text: `log ${String(value)}`, png: false, update: false, id: undefined, at: 0 }),
      );
    show(plot('a'), plot('b'));
    show('below');
    await vi.advanceTimersByTimeAsync(500);
    await displaysSettled();
    expect(sent.map(({ text, png, update }) => [text, png, update])).toEqual([
      ['a', false, false],
      ['b', false, false],
      ['log below', false, false],
      ['a', true, true],
      ['b', true, true],
    ]);
    expect(sent[3].id).toBe(sent[0].id);
    expect(sent[4].id).toBe(sent[1].id);
    log.mockRestore();
  });

  test('reports a promise that failed and goes on', async () => {
    const error = vi.spyOn(console, 'error').mockReturnValue();
    show(Promise.reject(new Error('no data')), plot('next'));
    await vi.advanceTimersByTimeAsync(200);
    await displaysSettled();
    expect(error).toHaveBeenCalledOnce();
    expect(sent.map((one) => one.text)).toEqual(['next']); // made after a promise: shown once, complete
    error.mockRestore();
  });
});

test('a picture whose PNG fails keeps its data and says so', async () => {
  const broken = new Plot({ text: 'x', light: { a: 1 }, draw: () => Promise.reject(new Error('no renderer')) });
  expect(await broken.displayBundle()).toEqual({ data: { a: 1, 'text/plain': 'x (no PNG: no renderer)' } });
});
