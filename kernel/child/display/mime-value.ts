import { inspect } from 'node:util';
import { displaySymbol, type Picture } from '../../../src/plot/display.js';
import { String } from '../../common/intrinsics.js';

/** A value that shows as given MIME types: what `html`, `md`, `json` and their like return. */
export class MimeValue implements Picture {
  /**
   * @param data from MIME type to data, with `text/plain` for places without the other types
   * @param metadata for instance the size of an image on the page, by MIME type
   */
  constructor(
    readonly data: Readonly<Record<string, unknown>>,
    readonly metadata: Readonly<Record<string, unknown>> = {},
  ) {}

  [displaySymbol](): Readonly<Record<string, unknown>> {
    return this.data;
  }

  displayBundle(): {
    readonly data: Readonly<Record<string, unknown>>;
    readonly metadata: Readonly<Record<string, unknown>>;
  } {
    return { data: this.data, metadata: this.metadata };
  }

  toString(): string {
    return String(this.data['text/plain']);
  }

  [inspect.custom](): string {
    return this.toString();
  }
}
