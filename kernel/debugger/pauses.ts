import type { Debugger as V8, Runtime } from 'node:inspector';
import type { Inspector } from '../common/inspector.js';
import { runtimeName } from '../common/runtime-names.js';
import type { Sources } from './sources.js';

export type Step = 'stepOver' | 'stepInto' | 'stepOut';

/** Which exceptions stop code. */
export type ExceptionFilter = 'none' | 'uncaught' | 'all';

/** Why code is paused, in the protocol's words. */
export interface PauseReason {
  readonly reason: 'breakpoint' | 'step' | 'exception' | 'pause';
  /** What was thrown. */
  readonly text?: string;
}

export interface PausesOptions {
  readonly inspector: Inspector;
  readonly sources: Sources;
  onPause(reason: PauseReason): void;
  onResume(): void;
}

/** Places of Node's that a pause steps out of, for each cell, on its way to the user's code. */
const mostPlaces = 1000;
/** Milliseconds after which a pause that has not come is asked for again: at first, and at last. */
const firstAgainMs = 50;
const lastAgainMs = 1000;
/**
 * Caught exceptions that a cell may throw, about 1 ms each, until only those stop it that V8 itself takes for uncaught.
 */
const mostCaught = 200;

/** A line under way: where a step began. */
interface Origin {
  readonly scriptId: string;
  readonly line: number;
  /** How deep the call stack is. */
  readonly depth: number;
}

/** Pausing, stepping and going on: V8 steps by expressions and through the kernel's own statements, a user by lines. */
export class Pauses {
  /** Whether the user's code is paused. */
  paused = false;
  /**
   * Its frames, the innermost first; the first one's id is `frameBase`, so that ids of earlier pauses are never valid
   * again.
   */
  frames: readonly V8.CallFrame[] = [];
  frameBase = 1;
  /** What the front end wants; V8 is told when the debugger is attached and when code goes on, see {@link arm}. */
  exceptions: ExceptionFilter = 'none';
  private origin: Origin | undefined;
  /** Whether the user's code is to pause as soon as it runs. */
  private wanted = false;
  /** How many places of Node's are still stepped out of on the way there. */
  private places = 0;
  private again: NodeJS.Timeout | undefined;
  private step: { readonly kind: Step; readonly from: Origin | undefined } | undefined;
  /** Whether what is paused has been told to go on. V8's word that it does may come after the end of the cell. */
  leaving = false;
  private caught = 0;

  constructor(private readonly options: PausesOptions) {
    const { inspector } = options;
    inspector.on<V8.PausedEventDataType>('Debugger.paused', (event) => this.onPaused(event));
    inspector.on('Debugger.resumed', () => this.resumed());
  }

  /**
   * A frame by its id; without one, the innermost. @throws Error when nothing is paused, or the frame is of an earlier
   * pause
   */
  frame(id = this.frameBase): V8.CallFrame {
    if (!this.paused) throw new Error('Nothing is paused.');
    const frame = this.frames[id - this.frameBase];
    if (!frame)
      throw new Error(`The frame ${id} is not known: it belonged to an earlier pause. Ask for the stack trace again.`);
    return frame;
  }

  async resume(): Promise<void> {
    await this.leave('resume');
  }

  async take(kind: Step): Promise<void> {
    this.frame();
    this.step = { kind, from: this.origin };
    await this.leave(kind);
  }

  /** Lets what is paused go on; asked twice, once: the next pause is not meant. */
  private async leave(how: 'resume' | Step): Promise<void> {
    this.frame();
    if (this.leaving) return;
    this.leaving = true;
    await this.options.inspector.send(`Debugger.${how}`);
  }

  /** Pauses as soon as the user's code runs, of this cell or of the next. */
  async pause(): Promise<void> {
    this.wanted = true;
    this.places = mostPlaces;
    this.post('Debugger.setSkipAllPauses', { skip: false });
    await this.ask().catch((error: unknown) => {
      this.notWanted();
      throw error;
    });
  }

  /**
   * Asks V8 for a pause, again and again until there is one: it drops one that meets the kernel's code alone, and to
   * step out of Node's is to pass the code that Node is about to call, which may never return.
   */
  private async ask(againMs = firstAgainMs): Promise<void> {
    clearTimeout(this.again);
    try {
      await this.options.inspector.send('Debugger.pause');
    } finally {
      const ask = (): void => void this.ask(Math.min(2 * againMs, lastAgainMs)).catch(() => {});
      clearTimeout(this.again);
      if (this.wanted) this.again = setTimeout(ask, againMs).unref();
    }
  }

  private notWanted(): void {
    this.wanted = false;
    clearTimeout(this.again);
  }

  /** The stop button: what is paused is terminated, and what ends does not pause again until {@link arm}. */
  interrupt(): void {
    const { paused } = this;
    this.step = undefined;
    this.notWanted();
    this.post('Debugger.setSkipAllPauses', { skip: true });
    if (!paused) return;
    this.post('Runtime.evaluate', { expression: `${runtimeName}.prepareTermination()`, silent: true });
    this.post('Debugger.resume', { terminateOnResume: true });
    this.resumed();
  }

  /**
   * Lets code pause: at first, again after an interrupt, at other exceptions than before, and as often as a new cell
   * may.
   */
  async arm(): Promise<void> {
    const { inspector } = this.options;
    this.caught = 0;
    this.places = mostPlaces;
    // All at once: what is not answered in time holds all the same when the cell runs.
    await Promise.all([
      inspector.send('Debugger.setSkipAllPauses', { skip: false }),
      // V8 does not know all that nobody catches, see `isUncaught`.
      inspector.send('Debugger.setPauseOnExceptions', { state: this.exceptions === 'none' ? 'none' : 'all' }),
      this.wanted && this.ask(),
    ]);
  }

  /** The process of the code is gone, or the debugger leaves it. */
  forget(): void {
    this.step = undefined;
    this.notWanted();
    this.resumed();
  }

  /** The code goes on. */
  private resumed(): void {
    this.leaving = false;
    if (!this.paused) return;
    this.paused = false;
    this.frameBase += this.frames.length;
    this.frames = [];
    this.options.onResume();
  }

  private onPaused({ callFrames, reason, hitBreakpoints = [], data }: V8.PausedEventDataType): void {
    const { sources } = this.options;
    const thrown = reason === 'exception' || reason === 'promiseRejection';
    const isException = thrown && (this.exceptions === 'all' || this.isUncaught(callFrames, reason, data));
    // A pause that was asked for meanwhile is answered by this one.
    if (thrown && !isException && !this.wanted) return this.passCaught();
    const top = callFrames[0];
    const source = sources.ofScript(top.location.scriptId);
    const here = source && {
      scriptId: top.location.scriptId,
      line: source.placeOf(top.location).line,
      depth: callFrames.length,
    };
    const frames = callFrames.filter(({ location }) => sources.ofScript(location.scriptId));
    // Nothing of the user's is under way: a pause would only puzzle.
    if (frames.length === 0) {
      this.step = undefined;
      // A pause that was asked for waits for the user's code, through Node's own on the way to it.
      return this.post(this.wanted && this.places-- > 0 ? 'Debugger.stepOut' : 'Debugger.resume');
    }
    if (this.step && !this.wanted && hitBreakpoints.length === 0 && !isException) {
      const { kind, from } = this.step;
      // Blackbox patterns do not hold for Node's own scripts (nodejs/node#50058).
      if (!here) return this.post('Debugger.stepOut');
      const sameLine =
        from &&
        kind !== 'stepOut' &&
        from.scriptId === here.scriptId &&
        from.line === here.line &&
        from.depth === here.depth;
      if (sameLine) return this.post(`Debugger.${kind}`);
      if (source.isGuard(top.location)) return this.post('Debugger.stepOver');
    }
    const stepped = this.step !== undefined && !this.wanted;
    this.step = undefined;
    this.notWanted();
    this.origin = here;
    this.frames = frames;
    this.paused = true;
    if (isException) {
      const text = (data as Runtime.RemoteObject | undefined)?.description?.split('\n')[0];
      return this.options.onPause({ reason: 'exception', ...(text !== undefined && { text }) });
    }
    this.options.onPause({ reason: hitBreakpoints.length > 0 ? 'breakpoint' : stepped ? 'step' : 'pause' });
  }

  private post(method: string, params: object = {}): void {
    this.options.inspector.send(method, params).catch(() => {});
  }

  private passCaught(): void {
    if (++this.caught === mostCaught) this.post('Debugger.setPauseOnExceptions', { state: 'uncaught' });
    this.post('Debugger.resume');
  }

  /**
   * Whether nobody catches what was thrown. Once a cell has awaited, V8 takes the kernel, which waits for the cell, for
   * somebody who does: what then rejects the promise of the cell's own code is uncaught all the same. It was thrown
   * there, or in functions that it called and that are not asynchronous: the promise of one that is may have somebody.
   */
  private isUncaught(callFrames: readonly V8.CallFrame[], reason: string, data: object | undefined): boolean {
    if ((data as { uncaught?: boolean } | undefined)?.uncaught) return true;
    const [bottom, ...called] = callFrames.toReversed();
    const isCell = bottom?.functionLocation?.lineNumber === 0 && bottom.functionLocation.columnNumber === 0;
    const isSynchronous = ({ functionLocation: at }: V8.CallFrame): boolean =>
      at !== undefined && (this.options.sources.ofScript(at.scriptId)?.isSynchronous(at) ?? false);
    return reason === 'promiseRejection' && isCell && called.every(isSynchronous);
  }
}
