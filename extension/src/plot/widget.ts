import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { Widget } from '@lumino/widgets';
import type { Message } from '@lumino/messaging';
import { font } from '../../../src/plot/drawing/text.js';
import type { Theme } from '../../../src/plot/drawing/theme.js';
import { News } from '../live/news.js';
import { preferences } from '../live/preferences.js';
import { Controls } from './controls.js';
import { ExportMenu } from './exportMenu.js';
import { addGestures } from './gestures.js';
import { offerPlot } from './handle.js';
import { leave, pressKey } from './keys.js';
import type { Box, Plot, Point, Reading, WidgetOptions } from './plot.js';
import { plainOutput, Problem } from './problem.js';
import { plotAt } from './registry.js';
import { drawSelection } from './selection.js';
import { nameParts, newStage } from './stage.js';
import { Surfaces } from './surface.js';
import { TableBox } from './table.js';
import { onThemeChange, readTheme } from './theme.js';
import { Toolbar } from './toolbar.js';
import { Tooltip } from './tooltip.js';
import { onRatioChange, onSight, onWidth } from './watch.js';

/** Guess at the width of an output that has not been laid out, CSS pixels. */
const usualWidth = 800;

/**
 * The output below a cell: gives a `Plot` its canvas, redraws it on resize, theme change and new data, and passes on
 * what the user does.
 * `renderModel` is called again on the same widget for each update of a live plot; it draws in place, at most once a
 * frame, and only near the screen. What cannot be drawn is said in words, followed by the output's text; nothing is
 * thrown.
 */
export class PlotWidget<Payload extends { readonly title?: string }> extends Widget implements IRenderMime.IRenderer {
  readonly #plot: Plot<Payload>;
  readonly #stage: HTMLElement;
  readonly #table = new TableBox();
  readonly #problem: Problem;
  readonly #tooltip = new Tooltip();
  readonly #toolbar: Toolbar;
  readonly #controls: Controls;
  /** The picture, and above it the cursor; only while attached. */
  #surfaces?: Surfaces;
  #theme?: Theme;
  #box?: Box;
  /**
   * Of the stage, CSS pixels; the width is what the observer last said, which holds also while the browser skips this
   * cell's layout.
   */
  #size = { width: 0, height: 0 };
  #pointer?: Point;
  #frame = 0;
  #stale = { picture: false, cursor: false };
  #seen = false;
  #text = '';
  #model?: IRenderMime.IMimeModel;
  readonly #copies = new Set<PlotWidget<Payload>>();
  #waiting?: number;
  #drawn = -Infinity;
  readonly #news: News;
  #detach: (() => void)[] = [];

  /** @param asker stands in the notebook of the plot that this one is a copy of */
  constructor(
    private readonly options: WidgetOptions<Payload>,
    asker?: HTMLElement,
  ) {
    super();
    this.#plot = options.create();
    this.#news = new News(asker ?? this.node, (liveness) => {
      this.#plot.live?.setLiveness(liveness);
      this.#requestDraw(true);
    });
    this.#stage = newStage(options.role, !this.#plot.moves);
    this.#problem = new Problem(options.role, this.#stage);
    this.addClass('sl-Plot');
    const menu = new ExportMenu(() => plotAt(this.node));
    this.#toolbar = new Toolbar(this.#plot, () => this.#viewChanged(), menu);
    this.#controls = new Controls(this.#plot, this.node, asker ?? this.node, {
      changed: () => {
        this.#problem.hide(); // that of another sample
        this.#viewChanged();
      },
      followed: () => this.#redraw(),
    });
    this.#stage.append(this.#toolbar.node, this.#tooltip.node);
    this.node.append(this.#stage, ...this.#controls.nodes, this.#table.node, this.#problem.node);
    addGestures(this.#stage, this.#plot, this.#toolbar, {
      viewChanged: () => this.#viewChanged(),
      cursorMoved: (point) => this.#moveCursor(point),
      selecting: (box) => {
        this.#box = box;
        this.#requestDraw(false);
      },
    });
    offerPlot(this.node, {
      mimeType: options.mimeType,
      role: options.role,
      plot: this.#plot,
      text: () => this.#text || this.#plot.summary(),
      theme: () => (this.#theme ??= readTheme(this.node)),
      width: () => this.#size.width || usualWidth,
      changed: () => this.#viewChanged(),
      // Of the notebook, not of its cell: JupyterLab takes a cell out of the page when it is scrolled out of sight.
      copy: (home) => this.#copy(home ?? asker ?? this.node.closest<HTMLElement>('.jp-MainAreaWidget') ?? this.node),
      canvas: () => this.#surfaces?.picture.canvas,
    });
    this.#stage.addEventListener('keydown', (event) => this.#onKey(event));
    this.#stage.addEventListener('blur', () => this.#pointer || this.#moveCursor(undefined));
  }

  /** Draws the model, or says why not. */
  renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    this.#text = plainOutput(model.data['text/plain']);
    this.#model = model;
    for (const copy of this.#copies) void (copy.isDisposed ? this.#copies.delete(copy) : copy.renderModel(model));
    try {
      const payload = this.options.parse(model.data[this.options.mimeType]);
      this.#plot.setPayload(payload);
      this.#news.heard(this.#plot.live);
      nameParts(this.node, payload.title || this.options.role, this.#stage, this.#text || this.#plot.summary());
      this.#problem.hide();
      if (this.#size.width === 0)
        this.#stage.style.height = `${this.#plot.layout(usualWidth, (label) => 6 * label.length, 12)}px`; // so that the page does not jump
    } catch (error) {
      this.#problem.show(error, this.#text);
    }
    const wait = this.#drawn + 1000 / preferences().updatesPerSecond - performance.now();
    window.clearTimeout(this.#waiting);
    if (wait > 0 && this.#plot.live?.isLive()) this.#waiting = window.setTimeout(() => this.#viewChanged(), wait);
    else this.#viewChanged();
    return Promise.resolve();
  }

  /** Another view of the same output; it follows a live one. */
  #copy(home: HTMLElement): PlotWidget<Payload> {
    const copy = new PlotWidget(this.options, home);
    if (this.#model) void copy.renderModel(this.#model);
    this.#copies.add(copy);
    return copy;
  }

  #viewChanged(): void {
    this.#controls.update();
    this.#redraw();
  }

  #redraw(): void {
    this.#toolbar.setZoomed(this.#plot.moves?.isZoomed() === true);
    this.#requestDraw(true);
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this.#surfaces = new Surfaces(this.#stage);
    const redraw = (): void => {
      this.#theme = undefined;
      this.#viewChanged();
    };
    this.#detach = [
      onWidth(this.node, (width) => {
        this.#size.width = width;
        this.#viewChanged();
      }),
      onSight(this.node, (seen) => {
        this.#seen = seen;
        if (seen) this.#requestDraw(false);
        else this.#plot.release();
      }),
      onThemeChange(redraw),
      onRatioChange(redraw),
      this.#news.watch(),
      this.#controls.watch(),
    ];
    this.#viewChanged();
  }

  protected override onBeforeDetach(message: Message): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    window.clearTimeout(this.#waiting);
    for (const stop of this.#detach.splice(0)) stop();
    this.#surfaces?.remove();
    this.#surfaces = undefined;
    super.onBeforeDetach(message);
  }

  #requestDraw(picture: boolean): void {
    this.#stale = { picture: this.#stale.picture || picture, cursor: true };
    if (this.#frame === 0 && this.#surfaces && this.#seen) this.#frame = requestAnimationFrame(() => this.#draw());
  }

  #draw(): void {
    this.#frame = 0;
    const { width } = this.#size;
    if (!this.#surfaces || this.#stage.hidden || width === 0) return; // drawn when it shows: the observer calls
    const theme = (this.#theme ??= readTheme(this.node));
    const ratio = window.devicePixelRatio;
    const { picture, cursor } = this.#surfaces;
    if (this.#stale.picture) {
      try {
        this.#plot.prepare();
      } catch (error) {
        return this.#problem.show(error, this.#text);
      }
      picture.context.font = font(theme);
      const measure = (text: string): number => picture.context.measureText(text).width;
      const height = Math.ceil(this.#plot.layout(width, measure, theme.fontSize, this.#toolbar.place(width)));
      if (this.#size.height !== height) this.#stage.style.height = `${height}px`;
      this.#size.height = height;
      this.#plot.paint(picture.prepare(width, height, ratio), theme, ratio);
      // Other data or another view may lie under it now.
      if (this.#pointer) this.#showReading(this.#plot.inspect(this.#pointer));
      this.#drawn = performance.now();
      this.#table.show(this.#plot);
    }
    const context = cursor.prepare(this.#size.width, this.#size.height, ratio);
    this.#plot.paintCursor(context, theme);
    if (this.#box) drawSelection(context, theme, this.#box);
    this.#stale = { picture: false, cursor: false };
  }

  #moveCursor(point: Point | undefined): void {
    this.#pointer = point;
    this.#showReading(this.#plot.inspect(point));
    this.#requestDraw(false);
  }

  #showReading(reading: Reading | undefined): void {
    if (reading && this.#theme) this.#tooltip.show(reading, this.#theme, this.#size);
    else this.#tooltip.hide();
  }

  #onKey(event: KeyboardEvent): void {
    if (event.target !== this.#stage || event.ctrlKey || event.metaKey || event.altKey) return;
    const { key } = event;
    const done = pressKey(this.#plot, key.length > 1 ? key : key.toLowerCase(), event.shiftKey);
    if (!done) return;
    event.preventDefault();
    event.stopPropagation();
    if (done.reading) {
      this.#pointer = undefined; // the keyboard has the cursor now
      this.#showReading(done.reading);
    }
    if (done.view || done.reading) this.#viewChanged();
    if (done.view && !done.reading) this.#table.say(this.#plot.moves?.inView() ?? '');
    if (done.leave) leave(this.#stage);
  }
}
