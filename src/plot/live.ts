/** One picture that follows a computation: drawn at its start, redrawn as it goes, complete at its end. */
import { environment } from '#plot-platform';
import { hasDisplayHost, sendBundle } from './display.js';
import type { Plot } from './picture.js';
import { displaysSettled } from './show.js';

/** Least time between two updates, ms: four a second. */
const interval = 250;
/** How long the first drawing waits for earlier pictures, ms; they might themselves wait for the computation that is shown here. */
const patience = 1000;

/**
 * The first and the last drawing carry every part of the picture; those between only the light ones (no PNG, no Vega-Lite).
 * With `SPIKELAB_QUIET=1`, and where nothing shows pictures, there is only the last.
 * @example
 * const live = new LiveDisplay();
 * live.update(() => curves(history, { live: true })); // as often as you like
 * await live.finish(() => curves(history));
 */
export class LiveDisplay {
  private readonly displayId = `spikelab-${crypto.randomUUID()}`;
  private readonly silent = !hasDisplayHost() || isQuiet();
  /** Not yet drawn; a later one replaces it. */
  private latest: (() => Plot) | undefined;
  private first: Promise<void> | undefined;
  private displayed = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private lastSent = -Infinity;
  private finished: Promise<void> | undefined;

  /** Draws soon, or replaces what was about to be drawn. `make` is called when its turn comes. Never throws: a failed drawing shows its reason. */
  update(make: () => Plot): void {
    if (this.silent || this.finished) return;
    this.latest = make;
    if (!this.first) this.first = this.drawFirst();
    else this.schedule();
  }

  /** Draws the complete picture and resolves when it is sent; later updates are ignored. Rejects if it cannot be made. */
  finish(make: () => Plot): Promise<void> {
    return (this.finished ??= this.drawLast(make));
  }

  private async drawFirst(): Promise<void> {
    await earlierPictures();
    const make = this.take();
    try {
      if (make && !this.finished) this.send(await make().displayBundle());
    } catch (error) {
      this.sendFailure(error);
    }
    this.schedule();
  }

  private async drawLast(make: () => Plot): Promise<void> {
    clearTimeout(this.timer);
    this.latest = undefined;
    await this.first;
    this.send(await make().displayBundle());
  }

  private schedule(): void {
    if (!this.displayed || this.timer !== undefined || !this.latest || this.finished) return;
    const wait = this.lastSent + interval - performance.now();
    if (wait <= 0) this.drawLight();
    else this.timer = setTimeout(() => this.drawLight(), wait);
  }

  private drawLight(): void {
    this.timer = undefined;
    const make = this.take();
    if (!make || this.finished) return;
    try {
      this.send(make().lightBundle());
    } catch (error) {
      this.sendFailure(error);
    }
  }

  private take(): (() => Plot) | undefined {
    const make = this.latest;
    this.latest = undefined;
    return make;
  }

  private send(bundle: Parameters<typeof sendBundle>[0]): void {
    sendBundle(bundle, { displayId: this.displayId, update: this.displayed });
    this.displayed = true;
    this.lastSent = performance.now();
  }

  private sendFailure(error: unknown): void {
    this.send({ data: { 'text/plain': `live plot: ${error instanceof Error ? error.message : String(error)}` } });
  }
}

/** Whether `SPIKELAB_QUIET=1` asks for final results only. */
export function isQuiet(): boolean {
  return environment('SPIKELAB_QUIET') === '1';
}

async function earlierPictures(): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  await Promise.race([displaysSettled(), new Promise((resolve) => (timer = setTimeout(resolve, patience)))]);
  clearTimeout(timer);
}
