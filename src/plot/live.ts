/** One picture that follows a computation: drawn at its start, redrawn as it goes, complete at its end. */
import { environment } from '#plot-platform';
import { hasDisplayHost, sendBundle, type DisplayBundle } from './display.js';
import type { Plot } from './picture.js';
import { displaysSettled } from './show.js';

/** Least time between two updates, ms: four a second. */
const interval = 250;
/**
 * How long the first drawing waits for earlier pictures, ms; they might themselves wait for the computation that is
 * shown here.
 */
const patience = 1000;

/**
 * Time until the first PNG, ms. A short computation ends before it and draws once: in a room of forty students the
 * pictures must not cost more than the trainings.
 */
const firstPng = 2000;
/** A PNG takes at most this share of the time between two of them. */
const pngShare = 0.1;

interface Still extends DisplayBundle {
  readonly of: Plot;
}

/**
 * The last drawing carries every part of the picture; those before the light ones and, after two seconds, the last PNG,
 * so that whoever opens the saved notebook of a long computation sees a picture. The PNG is made anew when the
 * picture's stage changes (an epoch ends), of pictures without stages every two seconds. With `SPIKELAB_QUIET=1`, and
 * where nothing shows pictures, there is only the last.
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
  private shown: Plot | undefined;
  /** The last PNG, the stage it shows, and when the next may be made. */
  private still: Still | undefined;
  private drawingStill = false;
  private nextStill = -Infinity;
  private stillTimer: ReturnType<typeof setTimeout> | undefined;
  private finished: Promise<void> | undefined;

  /**
   * Draws soon, or replaces what was about to be drawn. `make` is called when its turn comes. Never throws: a failed
   * drawing shows its reason.
   */
  update(make: () => Plot): void {
    if (this.silent || this.finished) return;
    this.latest = make;
    if (this.first) return this.schedule();
    this.nextStill = performance.now() + firstPng;
    this.first = this.drawFirst();
  }

  /**
   * Draws the complete picture and resolves when it is sent; later updates are ignored. Rejects if it cannot be made.
   */
  finish(make: () => Plot): Promise<void> {
    return (this.finished ??= this.drawLast(make));
  }

  /** Resolves when the first drawing is in its place; at once when there is none. */
  async drawn(): Promise<void> {
    await this.first;
  }

  private async drawFirst(): Promise<void> {
    await earlierPictures();
    const make = this.take();
    try {
      if (make && !this.finished) {
        this.shown = make();
        this.send(this.shown.lightBundle());
        this.stillLater();
      }
    } catch (error) {
      this.sendFailure(error);
    }
    this.schedule();
  }

  private async drawLast(make: () => Plot): Promise<void> {
    clearTimeout(this.timer);
    clearTimeout(this.stillTimer);
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
      this.shown = make();
      const { data } = this.shown.lightBundle();
      this.send({
        data: { ...data, ...this.still?.data },
        ...(this.still?.metadata && { metadata: this.still.metadata }),
      });
      void this.drawStill();
    } catch (error) {
      this.sendFailure(error);
    }
  }

  /** Makes the PNG of a new stage, beside the updates; the next update carries it. */
  private async drawStill(): Promise<void> {
    const plot = this.shown;
    if (!plot || this.drawingStill || this.finished || (this.still && sameStage(plot, this.still.of))) return;
    const began = performance.now();
    if (began < this.nextStill) return this.stillLater();
    this.drawingStill = true;
    const whole = await plot.displayBundle(); // never rejects
    this.drawingStill = false;
    const pause = (performance.now() - began) / pngShare;
    this.nextStill = performance.now() + (plot.stage === undefined ? Math.max(pause, firstPng) : pause);
    this.keepStill(plot, whole);
    const { shown } = this;
    if (!this.latest && shown) this.update(() => shown); // nothing newer waits: the picture is sent by itself
  }

  /** A computation that says nothing for a while has its picture all the same. */
  private stillLater(): void {
    clearTimeout(this.stillTimer);
    this.stillTimer = setTimeout(() => void this.drawStill(), Math.max(0, this.nextStill - performance.now()));
  }

  private keepStill(of: Plot, { data, metadata }: DisplayBundle): void {
    const png = data['image/png'];
    // One that failed is not tried again; the last one stays.
    const picture = png === undefined ? this.still : { data: { 'image/png': png }, metadata };
    this.still = { of, data: picture?.data ?? {}, metadata: picture?.metadata };
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

const sameStage = (one: Plot, other: Plot): boolean =>
  one.stage === undefined ? one === other : one.stage === other.stage;

/** Whether `SPIKELAB_QUIET=1` asks for final results only. */
export function isQuiet(): boolean {
  return environment('SPIKELAB_QUIET') === '1';
}

async function earlierPictures(): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  await Promise.race([displaysSettled(), new Promise((resolve) => (timer = setTimeout(resolve, patience)))]);
  clearTimeout(timer);
}
