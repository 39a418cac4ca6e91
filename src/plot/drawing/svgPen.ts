/** A pen whose strokes become an SVG, for the PNG and for files. */
import { escapeXml } from './xml.js';
import type { Pen } from './pen.js';
import type { Box } from './range.js';

/** Width of a text of a given size, CSS pixels. */
export type TextWidth = (text: string, size: number, bold: boolean) => number;

/** What a pen is set to; the rest of it is what it does. */
type Settings = { [Name in keyof Pen as Pen[Name] extends (...args: never[]) => unknown ? never : Name]: Pen[Name] };

interface State extends Settings {
  dash: readonly number[];
  clip: string;
  transform: string;
}

const start: State = {
  fillStyle: '#000',
  strokeStyle: '#000',
  lineWidth: 1,
  lineJoin: 'miter',
  globalAlpha: 1,
  globalCompositeOperation: 'source-over',
  font: '12px sans-serif',
  textAlign: 'left',
  textBaseline: 'alphabetic',
  dash: [],
  clip: '',
  transform: '',
};

/** How far below the given point a baseline stands, in font sizes. */
const drop: Record<string, number> = { middle: 0.33, top: 0.76, alphabetic: 0 };
const anchors: Record<string, string> = { center: 'middle', right: 'end', left: 'start' };

export class SvgPen implements Pen {
  fillStyle = start.fillStyle;
  strokeStyle = start.strokeStyle;
  lineWidth = start.lineWidth;
  lineJoin = start.lineJoin;
  globalAlpha = start.globalAlpha;
  globalCompositeOperation = start.globalCompositeOperation;
  font = start.font;
  textAlign = start.textAlign;
  textBaseline = start.textBaseline;
  #dash: readonly number[] = [];
  #clipping = '';
  #transform = '';
  #path = '';
  readonly #saved: State[] = [];
  readonly #clips: string[] = [];
  readonly #above: string[] = [];
  /** What was drawn `destination-over`, the lowest last. */
  readonly #below: string[] = [];

  constructor(
    private readonly width: number,
    private readonly textWidth: TextWidth,
  ) {}

  /** @param fontFamily of all text */
  toSvg(height: number, fontFamily: string, background?: string): string {
    return [
      `<svg xmlns="http://www.w3.org/2000/svg" width="${this.width}" height="${height}" font-family="${escapeXml(fontFamily)}">`,
      ...this.#clips,
      background ? `<rect width="${this.width}" height="${height}" fill="${escapeXml(background)}"/>` : '',
      ...[...this.#below].reverse(),
      ...this.#above,
      '</svg>',
    ].join('\n');
  }

  save(): void {
    this.#saved.push({ ...this.#state(), dash: this.#dash, clip: this.#clipping, transform: this.#transform });
  }

  restore(): void {
    const { dash, clip, transform, ...styles } = this.#saved.pop() ?? start;
    Object.assign(this, styles);
    this.#dash = dash;
    this.#clipping = clip;
    this.#transform = transform;
  }

  beginPath(): void {
    this.#path = '';
  }
  closePath(): void {
    this.#path += 'Z';
  }
  moveTo(x: number, y: number): void {
    this.#path += `M${round(x)} ${round(y)}`;
  }
  lineTo(x: number, y: number): void {
    this.#path += `${this.#path === '' ? 'M' : 'L'}${round(x)} ${round(y)}`;
  }
  /** Whole circles only: nothing else is drawn. */
  arc(x: number, y: number, radius: number): void {
    const r = round(radius);
    this.#path += `M${round(x - radius)} ${round(y)}a${r} ${r} 0 1 0 ${round(2 * radius)} 0a${r} ${r} 0 1 0 ${round(-2 * radius)} 0Z`;
  }
  rect(x: number, y: number, width: number, height: number): void {
    this.#path += `M${round(x)} ${round(y)}h${round(width)}v${round(height)}h${round(-width)}Z`;
  }
  clip(): void {
    const id = `c${this.#clips.length}`;
    this.#clips.push(`<clipPath id="${id}"><path d="${this.#path}"/></clipPath>`);
    this.#clipping = ` clip-path="url(#${id})"`;
  }
  fill(): void {
    this.#put(`<path d="${this.#path}" ${this.#filled()}/>`);
  }
  stroke(): void {
    if (this.#path) this.#put(`<path d="${this.#path}" ${this.#stroked()}/>`);
  }
  fillRect(x: number, y: number, width: number, height: number): void {
    this.#put(
      `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" ${this.#filled()}/>`,
    );
  }
  strokeRect(x: number, y: number, width: number, height: number): void {
    this.#put(
      `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" ${this.#stroked()}/>`,
    );
  }
  fillText(text: string, x: number, y: number): void {
    const { size, bold } = parseFont(this.font);
    const weight = bold ? ' font-weight="600"' : '';
    const at = `x="${round(x)}" y="${round(y + size * (drop[this.textBaseline] ?? 0))}"`;
    this.#put(
      `<text xml:space="preserve" ${at} font-size="${size}"${weight} text-anchor="${anchors[this.textAlign] ?? 'start'}" ${this.#filled()}>${escapeXml(text)}</text>`,
    );
  }
  /** @param href of an image whose pixels get sharp edges */
  image(href: string, { x, y, width, height }: Box): void {
    const at = `x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}"`;
    this.#put(`<image ${at} preserveAspectRatio="none" image-rendering="optimizeSpeed" href="${escapeXml(href)}"/>`);
  }
  measureText(text: string): { width: number } {
    const { size, bold } = parseFont(this.font);
    return { width: this.textWidth(text, size, bold) };
  }
  setLineDash(segments: number[]): void {
    this.#dash = segments;
  }
  translate(x: number, y: number): void {
    this.#transform += `translate(${round(x)} ${round(y)})`;
  }
  rotate(angle: number): void {
    this.#transform += `rotate(${round((angle * 180) / Math.PI)})`;
  }

  #state(): Omit<State, 'dash' | 'clip' | 'transform'> {
    const { fillStyle, strokeStyle, lineWidth, lineJoin, globalAlpha, globalCompositeOperation } = this;
    const { font, textAlign, textBaseline } = this;
    return {
      fillStyle,
      strokeStyle,
      lineWidth,
      lineJoin,
      globalAlpha,
      globalCompositeOperation,
      font,
      textAlign,
      textBaseline,
    };
  }

  #put(element: string): void {
    const transform = this.#transform ? ` transform="${this.#transform}"` : '';
    const grouped = this.#clipping || transform ? `<g${this.#clipping}${transform}>${element}</g>` : element;
    (this.globalCompositeOperation === 'destination-over' ? this.#below : this.#above).push(grouped);
  }

  #filled(): string {
    return `fill="${escapeXml(String(this.fillStyle))}"${opacity('fill-opacity', this.globalAlpha)}`;
  }

  #stroked(): string {
    const dash = this.#dash.length > 0 ? ` stroke-dasharray="${this.#dash.join(' ')}"` : '';
    return `fill="none" stroke="${escapeXml(String(this.strokeStyle))}" stroke-width="${this.lineWidth}" stroke-linejoin="${this.lineJoin}"${dash}${opacity('stroke-opacity', this.globalAlpha)}`;
  }
}

/** A canvas' font: `bold 12px family`. */
function parseFont(font: string): { size: number; bold: boolean } {
  return { size: Number(/([\d.]+)px/.exec(font)?.[1] ?? 12), bold: /\b(bold|600)\b/.test(font) };
}

const opacity = (name: string, value: number): string => (value === 1 ? '' : ` ${name}="${round(value)}"`);

const round = (value: number): number => Math.round(value * 100) / 100;
