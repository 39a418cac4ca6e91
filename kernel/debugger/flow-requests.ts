import type { Debugger as V8 } from 'node:inspector';
import { integerField, type DapFrame, type DapHandlers } from './dap.js';
import type { Pauses } from './pauses.js';
import type { Sources } from './sources.js';

/** User code runs on one thread; library workers are not debugged. */
export const threadId = 1;

export interface FlowContext {
  readonly pauses: Pauses;
  readonly sources: Sources;
  /** @throws Error when the debugger is not started */
  started(): void;
}

/** The requests that say where code is paused, and let it go on. */
export function flowRequests({ pauses, sources, started }: FlowContext): DapHandlers {
  const dapFrame = ({ functionName, location }: V8.CallFrame, index: number): DapFrame => {
    const source = sources.ofScript(location.scriptId)!;
    return {
      id: pauses.frameBase + index,
      name: functionName || source.name,
      source: { name: source.name, path: source.path },
      ...source.placeOf(location),
    };
  };

  return {
    threads: async () => ({ threads: [{ id: threadId, name: 'cells' }] }),
    stackTrace: async ({ arguments: given }) => {
      const all = (pauses.leaving ? [] : pauses.frames).map((frame, index) => dapFrame(frame, index));
      const start = integerField(given, 'startFrame', 0);
      return {
        stackFrames: all.slice(start, start + (integerField(given, 'levels', 0) || all.length)),
        totalFrames: all.length,
      };
    },
    continue: async () => {
      await pauses.resume();
      return { allThreadsContinued: true };
    },
    next: async () => void (await pauses.take('stepOver')),
    stepIn: async () => void (await pauses.take('stepInto')),
    stepOut: async () => void (await pauses.take('stepOut')),
    pause: async () => {
      started();
      await pauses.pause();
      return {};
    },
  };
}
