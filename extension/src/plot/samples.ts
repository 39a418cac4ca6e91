/** Choosing among the samples of a plot: a slider, a button that plays them, and what the chosen one is. */
import type { PlotWork } from './plot.js';
import { keepKeys } from './keys.js';
import { iconButton, setIcon } from './toolbar.js';

const icons = { play: 'M5 3l8 5-8 5z', pause: 'M5 3v10M11 3v10' };
/** Each sample is shown for so long while they play, milliseconds. */
const interval = 900;

/** Hidden where there is but one sample. */
export class SampleBar {
  readonly node = document.createElement('div');
  readonly #slider = document.createElement('input');
  readonly #words = document.createElement('span');
  readonly #playButton = iconButton(icons.play, 'Play the samples', () => this.#setPlaying(!this.#timer));
  #timer = 0;

  /** @param changed another sample is shown */
  constructor(
    private readonly work: PlotWork,
    private readonly changed: () => void,
  ) {
    this.node.className = 'sl-Plot-samples';
    this.#slider.type = 'range';
    this.#slider.min = '1';
    keepKeys(this.#slider);
    this.#slider.setAttribute('aria-label', 'Sample');
    this.#slider.addEventListener('input', () => {
      this.#setPlaying(false);
      this.#show(Number(this.#slider.value) - 1);
    });
    this.#words.className = 'sl-Plot-sampleText';
    this.node.append(this.#playButton, this.#slider, this.#words);
    this.update();
  }

  /** Says what is shown now. */
  update(): void {
    const { count, index, text } = this.work.samples();
    this.node.hidden = count < 2;
    this.#slider.max = String(count);
    this.#slider.value = String(index + 1);
    const words = `sample ${index + 1} of ${count}${text ? ` · ${text}` : ''}`;
    this.#slider.setAttribute('aria-valuetext', words);
    this.#words.textContent = words;
  }

  stop(): void {
    this.#setPlaying(false);
  }

  #show(index: number): void {
    if (this.work.showSample(index)) this.changed();
    this.update();
  }

  #setPlaying(playing: boolean): void {
    // Who wants no motion goes to the next one by each press.
    if (playing && window.matchMedia('(prefers-reduced-motion: reduce)').matches) return this.#next();
    window.clearInterval(this.#timer);
    this.#timer = playing ? window.setInterval(() => this.#next(), interval) : 0;
    setIcon(this.#playButton, playing ? icons.pause : icons.play, playing ? 'Pause' : 'Play the samples');
  }

  #next(): void {
    const { count, index } = this.work.samples();
    this.#show((index + 1) % count);
  }
}
