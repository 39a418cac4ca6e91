/** What commands may do with a plot: other views of it, pictures and data. */
import { SvgPen } from '../../../src/plot/drawing/svgPen.js';
import { font } from '../../../src/plot/drawing/text.js';
import { paper, type Theme } from '../../../src/plot/drawing/theme.js';
import type { Plot } from './plot.js';
import { offerCopy } from './copy.js';
import { register, type PlotHandle, type PlotView } from './registry.js';

/** Device pixels of an exported PNG for each CSS pixel. */
const exportRatio = 2;

export interface PlotParts<Payload> {
  readonly mimeType: string;
  readonly role: string;
  readonly plot: Plot<Payload>;
  text(): string;
  theme(): Theme;
  /** CSS pixels. */
  width(): number;
  changed(): void;
  copy(home?: HTMLElement): PlotView;
  /** What is on the screen. */
  canvas(): HTMLCanvasElement | undefined;
}

/** Lets commands and "Copy Output" have a plot by its node. */
export function offerPlot<Payload>(node: HTMLElement, parts: PlotParts<Payload>): void {
  offerCopy(node, parts.text, parts.canvas);
  register(node, handleOf(node, parts));
}

function handleOf<Payload>(node: HTMLElement, parts: PlotParts<Payload>): PlotHandle {
  const { mimeType, role, plot, text, theme, width, changed, copy } = parts;
  const measureFor = (of: Theme): ((label: string, size: number, bold: boolean) => number) => {
    const context = newContext(1, 1);
    return (label, size, bold) => {
      context.font = `${bold ? 'bold ' : ''}${size}px ${of.fontFamily}`;
      return context.measureText(label).width;
    };
  };
  /** Black on white, in the page's font. */
  const white = (): Theme => ({ ...paper, fontFamily: theme().fontFamily, fontSize: theme().fontSize });
  return {
    mimeType,
    get name() {
      return node.getAttribute('aria-label') ?? role;
    },
    get text() {
      return text();
    },
    isZoomed: () => plot.moves?.isZoomed() === true,
    showAll: () => plot.moves?.reset() && changed(),
    copy,
    png: async (onWhite) => {
      const of = onWhite ? white() : theme();
      plot.prepare();
      const measure = measureFor(of);
      const height = Math.ceil(plot.layout(width(), (label) => measure(label, of.fontSize, false), of.fontSize));
      const context = newContext(width() * exportRatio, height * exportRatio);
      context.scale(exportRatio, exportRatio);
      plot.paint(context, of, exportRatio);
      context.globalCompositeOperation = 'destination-over';
      context.fillStyle = of.background;
      context.fillRect(0, 0, width(), height);
      changed(); // the screen has a layout of its own
      return new Promise<Blob>((resolve, reject) =>
        context.canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('the browser made no PNG')))),
      );
    },
    svg: () => {
      const of = white();
      plot.prepare();
      const measure = measureFor(of);
      const height = Math.ceil(plot.layout(width(), (label) => measure(label, of.fontSize, false), of.fontSize));
      const pen = new SvgPen(width(), measure);
      pen.font = font(of);
      plot.paintSvg(pen, of);
      changed();
      return pen.toSvg(height, of.fontFamily, of.background);
    },
    csv: (all) => {
      plot.prepare();
      return plot.csv(all);
    },
  };
}

function newContext(width: number, height: number): CanvasRenderingContext2D {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d');
  if (!context) throw new Error('this browser gives no 2D canvas');
  return context;
}
