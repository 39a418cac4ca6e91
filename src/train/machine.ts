/** What ran a training; plain JSON, part of its record. */
export interface Machine {
  /** Version, `none` in a browser. */
  readonly node: string;
  readonly platform: string;
  readonly arch: string;
  readonly cpu: string;
  readonly cores: number;
}
