/** The object behind every plot of this library: light parts at once, the PNG on demand. */
import { displaySymbol, type DisplayBundle, type Picture } from './display.js';
import { encodeSmallPng, type Pixels } from './png.js';
import { pixelScale } from './style.js';

export interface PictureParts {
  /** One line for consoles. */
  readonly text: string;
  /** For those who cannot see the picture, where it can say more than `text`. */
  readonly alt?: string;
  /** MIME types and JSON that are cheap to make: what a live plot sends. */
  readonly light: Readonly<Record<string, unknown>>;
  /**
   * What of a live picture changes seldom, for instance how many epochs are whole: its PNG is made anew when it does.
   */
  readonly stage?: number;
  /** Further JSON, for hosts without this library's renderers. */
  readonly fallback?: () => Readonly<Record<string, unknown>>;
  /** Pixels of the PNG, or the encoded PNG; called once. */
  readonly draw: () => Promise<Pixels | EncodedPng>;
}

/** A PNG and its size in device pixels. */
export interface EncodedPng {
  readonly width: number;
  readonly height: number;
  readonly png: Uint8Array;
}

export class Plot implements Picture {
  private whole: Promise<DisplayBundle> | undefined;

  constructor(private readonly parts: PictureParts) {}

  get stage(): number | undefined {
    return this.parts.stage;
  }

  /** Without PNG and fallback: cheap enough for four updates a second. */
  lightBundle(): DisplayBundle {
    return { data: { ...this.parts.light, 'text/plain': this.parts.text } };
  }

  /** Everything: what a saved notebook keeps. */
  displayBundle(): Promise<DisplayBundle> {
    return (this.whole ??= this.make());
  }

  async [displaySymbol](): Promise<DisplayBundle['data']> {
    return (await this.displayBundle()).data;
  }

  /** The PNG's bytes, for a file of one's own. */
  async png(): Promise<Uint8Array> {
    return (await encoded(this.parts.draw)).png;
  }

  toString(): string {
    return this.parts.text;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.parts.text;
  }

  private async make(): Promise<DisplayBundle> {
    const data = { ...this.parts.light, ...this.parts.fallback?.() };
    try {
      const { width, height, png } = await encoded(this.parts.draw);
      return {
        data: { ...data, 'image/png': toBase64(png), 'text/plain': this.parts.text },
        // `alt`: the text that nbconvert gives to those who cannot see the picture.
        metadata: {
          'image/png': {
            width: Math.round(width / pixelScale),
            height: Math.round(height / pixelScale),
            alt: this.parts.alt ?? this.parts.text,
          },
        },
      };
    } catch (error) {
      // A broken renderer must not take the data with it.
      return {
        data: {
          ...data,
          'text/plain': `${this.parts.text} (no PNG: ${error instanceof Error ? error.message : String(error)})`,
        },
      };
    }
  }
}

async function encoded(draw: PictureParts['draw']): Promise<EncodedPng> {
  const image = await draw();
  return 'png' in image ? image : { width: image.width, height: image.height, png: encodeSmallPng(image) };
}

export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let from = 0; from < bytes.length; from += 8192)
    text += String.fromCharCode(...bytes.subarray(from, from + 8192));
  return btoa(text);
}
