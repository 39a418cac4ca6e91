/** What the files of event cameras have in common once they are read. */

/** Events of one recording, in the order of the file. */
export interface Recording {
  /** Column from 0, left; or channel of a sensor without rows. */
  readonly x: Uint16Array;
  /** Row from 0, top. */
  readonly y: Uint16Array;
  /** 1 = ON (brighter), 0 = OFF. */
  readonly polarity: Uint8Array;
  /** Microseconds, as the file has them: from 0, from switching on, or since 1970. */
  readonly time: Float64Array;
  /** Of the sensor, if the file tells. */
  readonly rows?: number;
  readonly columns?: number;
}

/** Room for events whose number is not known before. */
export class RecordingBuilder {
  readonly #columns: number[] = [];
  readonly #rows: number[] = [];
  readonly #polarities: number[] = [];
  readonly #times: number[] = [];

  add(time: number, x: number, y: number, polarity: number): void {
    this.#times.push(time);
    this.#columns.push(x);
    this.#rows.push(y);
    this.#polarities.push(polarity);
  }

  finish(size?: { rows: number; columns: number }): Recording {
    return {
      x: Uint16Array.from(this.#columns),
      y: Uint16Array.from(this.#rows),
      polarity: Uint8Array.from(this.#polarities),
      time: Float64Array.from(this.#times),
      ...size,
    };
  }
}
