import type { Debugger } from 'node:inspector';
import type { JsonObject } from '../protocol/message.js';
import type { Inspector } from '../common/inspector.js';
import type { DapBreakpoint } from './dap.js';
import type { Source } from './source.js';
import type { Sources } from './sources.js';

/** A breakpoint as its client asked for it. */
interface Wanted {
  readonly line: number;
  readonly condition?: string;
}

/** Breakpoints that one source may have: a check of what comes from outside. */
const most = 1000;

/**
 * Breakpoints by source path. A cell that runs twice is two scripts with one path: each gets them, also when the script
 * comes after the breakpoint.
 */
export class Breakpoints {
  private readonly wanted = new Map<string, readonly Wanted[]>();
  /** V8's ids, by path. */
  private readonly placed = new Map<string, string[]>();
  /** Off until a client is attached: what is wanted is then placed. */
  enabled = false;

  constructor(
    private readonly inspector: Inspector,
    private readonly sources: Sources,
  ) {}

  /** Replaces the breakpoints of a source; answers where they really are. */
  async set(path: string, given: unknown): Promise<DapBreakpoint[]> {
    const wanted = parseBreakpoints(given);
    if (wanted.length > 0) this.wanted.set(path, wanted);
    else this.wanted.delete(path);
    await this.remove(path);
    const sources = this.sources.of(path);
    const lines = await Promise.all(sources.map((source) => this.place(source)));
    const known = sources.at(-1) ?? this.sources.draft(path);
    return wanted.map(({ line }, index) => {
      const actual = lines.at(-1)?.[index] ?? known?.locationOf(line)?.line;
      if (actual !== undefined) return { verified: true, line: actual, source: { path } };
      return {
        verified: false,
        line,
        source: { path },
        message: known ? 'There is no code on this line or after it.' : 'This source is not known to the kernel (yet).',
      };
    });
  }

  /**
   * Puts the breakpoints of a source into a script of it; answers the lines where V8 says they are, as far as it knows.
   */
  async place(source: Source): Promise<(number | undefined)[]> {
    const wanted = this.wanted.get(source.path) ?? [];
    if (!this.enabled) return [];
    return Promise.all(
      wanted.map(async ({ line, condition }) => {
        const location = source.locationOf(line);
        if (!location) return undefined;
        const { lineNumber, columnNumber } = location;
        const { breakpointId, locations } = await this.inspector.send<Debugger.SetBreakpointByUrlReturnType>(
          'Debugger.setBreakpointByUrl',
          { url: source.url, lineNumber, columnNumber, condition },
        );
        this.placed.set(source.path, [...(this.placed.get(source.path) ?? []), breakpointId]);
        return locations[0] ? source.placeOf(locations[0]).line : location.line;
      }),
    );
  }

  /** Places what is wanted, in a child that knows nothing of it. */
  async restore(): Promise<void> {
    this.placed.clear();
    for (const path of this.wanted.keys()) for (const source of this.sources.of(path)) await this.place(source);
  }

  /** Forgets every breakpoint; V8 does the same when its debugger is switched off. */
  clear(): void {
    this.wanted.clear();
    this.placed.clear();
  }

  /** As `debugInfo` lists them. */
  list(): JsonObject[] {
    return [...this.wanted].map(([source, breakpoints]) => ({
      source,
      breakpoints: breakpoints.map(({ line, condition }) => ({ line, ...(condition !== undefined && { condition }) })),
    }));
  }

  private async remove(path: string): Promise<void> {
    const ids = this.placed.get(path) ?? [];
    this.placed.delete(path);
    // V8 keeps one breakpoint for one place: two lines that slid together have one id.
    await Promise.all(
      [...new Set(ids)].map((breakpointId) => this.inspector.send('Debugger.removeBreakpoint', { breakpointId })),
    );
  }
}

function parseBreakpoints(given: unknown): Wanted[] {
  if (!Array.isArray(given)) throw new Error(`"breakpoints" must be an array, it is ${typeof given}.`);
  if (given.length > most) throw new Error(`${given.length} breakpoints in one source: at most ${most} are possible.`);
  return given.map((one: unknown) => {
    const { line, condition } = (one ?? {}) as JsonObject;
    if (!Number.isInteger(line) || (line as number) < 1)
      throw new Error(
        `A breakpoint's "line" must be a whole number from 1, it is ${JSON.stringify(line) ?? 'missing'}.`,
      );
    return { line: line as number, ...(typeof condition === 'string' && condition !== '' && { condition }) };
  });
}
