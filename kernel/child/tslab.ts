/**
 * The module `tslab` of cells: what the package of this name offers to notebooks, with its types, on this kernel. Its
 * values show at once, by their MIME type.
 */
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { encodeData } from './display/bytes.js';
import { sendShown } from './pipe.js';
import { Buffer, Uint8Array } from '../common/intrinsics.js';

interface Versions {
  tslab: string;
  typescript: string;
  node: string;
}

/** The version of tslab whose module this is, and those of TypeScript and Node that run the cells. */
export const versions: Versions = {
  tslab: '1.0.22',
  typescript: (createRequire(import.meta.url)('typescript/package.json') as { version: string }).version,
  node: process.version,
};

export interface Display {
  javascript(s: string): void;
  html(s: string): void;
  markdown(s: string): void;
  latex(s: string): void;
  svg(s: string): void;
  png(b: Uint8Array): void;
  jpeg(b: Uint8Array): void;
  gif(b: Uint8Array): void;
  pdf(b: Uint8Array): void;
  text(s: string): void;
  raw(contentType: string, b: string | Uint8Array): void;
}

class NotebookDisplay implements Display {
  private shown = false;

  constructor(private readonly id?: string) {}

  javascript(s: string): void {
    this.raw('text/javascript', s);
  }

  html(s: string): void {
    this.raw('text/html', s);
  }

  markdown(s: string): void {
    this.raw('text/markdown', s);
  }

  latex(s: string): void {
    this.raw('text/latex', s);
  }

  svg(s: string): void {
    this.raw('image/svg+xml', s);
  }

  png(b: Uint8Array): void {
    this.raw('image/png', b);
  }

  jpeg(b: Uint8Array): void {
    this.raw('image/jpeg', b);
  }

  gif(b: Uint8Array): void {
    this.raw('image/gif', b);
  }

  pdf(b: Uint8Array): void {
    this.raw('application/pdf', b);
  }

  text(s: string): void {
    this.raw('text/plain', s);
  }

  raw(contentType: string, b: string | Uint8Array): void {
    // tslab's own: bytes are base64 whatever the type.
    const data = { [contentType]: b instanceof Uint8Array ? Buffer.from(b).toString('base64') : b };
    const update = this.id !== undefined && this.shown;
    this.shown = true;
    sendShown(update ? 'update_display_data' : 'display_data', {
      data: encodeData(data),
      metadata: {},
      transient: this.id === undefined ? {} : { display_id: this.id },
    });
  }
}

/** A display of its own: what it shows replaces what it showed before. */
export function newDisplay(): Display {
  return new NotebookDisplay(randomUUID());
}

/** Shows values under the cell, each in a display of its own. */
export const display: Display = new NotebookDisplay();
