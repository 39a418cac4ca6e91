/**
 * What stands around the picture of a plot that can be worked in: samples, height, and the time it shares with its
 * neighbours.
 */
import { askKernel } from '../live/host.js';
import { ChoiceBar } from './choices.js';
import { TimeLink } from './link.js';
import type { PlotChoices, PlotWork } from './plot.js';
import { newResizeHandle } from './resize.js';
import { SampleBar } from './samples.js';

export class Controls {
  /** Below the stage, in this order. */
  readonly nodes: readonly HTMLElement[];
  private readonly choices?: ChoiceBar;
  private readonly bar?: SampleBar;
  private readonly link?: TimeLink;

  /**
   * @param node of the plot; @param asker stands in the notebook whose kernel is asked
   * @param changed the picture must be drawn; @param followed its view has moved with another's
   */
  constructor(
    { work, choices }: { readonly work?: PlotWork; readonly choices?: PlotChoices },
    node: HTMLElement,
    asker: HTMLElement,
    { changed, followed }: { changed(): void; followed(): void },
  ) {
    this.choices = choices && new ChoiceBar(choices, changed);
    this.nodes = this.choices ? [this.choices.node] : [];
    if (!work) return;
    work.connect({ ask: (target, question) => askKernel(asker, target, question), changed });
    this.bar = new SampleBar(work, changed);
    this.link = new TimeLink(node, work, followed);
    this.nodes = [newResizeHandle(work, changed), this.bar.node, ...this.nodes];
  }

  /** The plot has other data or another view. */
  update(): void {
    this.choices?.update();
    this.bar?.update();
    this.link?.tell();
  }

  /** While the plot is on the page; returns what ends that. */
  watch(): () => void {
    const leave = this.link?.join();
    return () => {
      leave?.();
      this.bar?.stop();
    };
  }
}
