import type { ChannelMessage } from './channel.js';
import type { JsonObject } from '../protocol/message.js';

/**
 * Milliseconds until a question to the execution child counts as unanswered: native code, for instance, lets nothing
 * through.
 */
const defaultTimeoutMs = 5000;

interface Waiter {
  resolve(result: never): void;
  reject(error: Error): void;
  readonly timer: NodeJS.Timeout;
}

/**
 * V8's inspector on the main thread of the execution child, asked through the control worker: answers while cells
 * compute and while they are paused. Methods and types are those of the Chrome DevTools Protocol (`node:inspector` has
 * their declarations).
 */
export class Inspector {
  private readonly waiting = new Map<number, Waiter>();
  private readonly listeners = new Map<string, (params: never) => void>();
  private counter = 0;

  constructor(private readonly post: (message: ChannelMessage) => void) {}

  /** Calls a method. Rejects when V8 refuses it, when there is no answer in time, and when the child ends. */
  send<Result>(method: string, params: object = {}, timeoutMs = defaultTimeoutMs): Promise<Result> {
    const id = ++this.counter;
    return new Promise<Result>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting.delete(id);
        reject(
          new Error(
            `The code that runs has not let ${method} through in ${timeoutMs} ms. Interrupt it, or wait for its end.`,
          ),
        );
      }, timeoutMs);
      this.waiting.set(id, { resolve, reject, timer });
      this.post({ op: 'inspect', id, method, params });
    });
  }

  /** Registers what is called at each event of a kind; there is one listener for each. */
  on<Params>(event: string, listener: (params: Params) => void): void {
    this.listeners.set(event, listener);
  }

  /** Takes a message of the control worker. */
  receive({ op, id, method, params, result, error }: ChannelMessage): void {
    if (op === 'inspectorEvent') return this.listeners.get(String(method))?.(params as never);
    const waiter = this.waiting.get(id as number);
    if (!waiter) return;
    this.waiting.delete(id as number);
    clearTimeout(waiter.timer);
    if (error !== undefined) waiter.reject(new Error(String(error)));
    else waiter.resolve(result as JsonObject as never);
  }

  /** The child is gone: nothing that was asked will be answered. */
  reset(): void {
    for (const { reject, timer } of this.waiting.values()) {
      clearTimeout(timer);
      reject(new Error('The process that runs the cells ended.'));
    }
    this.waiting.clear();
  }
}
