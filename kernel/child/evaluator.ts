import { createHook } from 'node:async_hooks';
import { Session, type Runtime } from 'node:inspector';
import type { Cell } from './cell.js';
import { Interrupted } from './interrupts.js';
import { asCell, kernelFunction } from './own-language.js';
import { placeError } from './traceback.js';
import { BigInt, Error, Map, Number, Promise } from '../common/intrinsics.js';

/** How code ended: with what it threw, if it threw. */
export type Outcome = { readonly thrown?: { readonly value: unknown } };

/** Code that is being evaluated. */
interface Evaluation {
  readonly session: Session;
  /** V8's promise of its end, held on purpose, see `Evaluator`. */
  promise: unknown;
}

/** REPL mode is V8's; Node's type declarations do not list it. */
function replParameters(expression: string, silent: boolean): Runtime.EvaluateParameterType {
  const parameters = { expression, replMode: true, awaitPromise: true, silent, objectGroup: 'cell' };
  return parameters;
}

function connected(): Session {
  const session = new Session();
  session.connect();
  return session;
}

/**
 * V8's REPL mode, through the inspector of the same thread: redeclaration, top-level await, live variables at native
 * speed.
 *
 * What is terminated or given up may never end. When V8 collects the promise of such an evaluation, it answers in the
 * middle of the collection, of which Node 22 dies ("Invoke in DisallowJavascriptExecutionScope"). So the promise is
 * held as long as the evaluation's session is connected, and each evaluation has a session of its own, to be closed
 * when it is given up: V8 then answers at once.
 */
export class Evaluator {
  private readonly running = new Map<Cell, Evaluation>();
  private readonly idleSessions = [connected()];
  private lastThrown: unknown;

  /** Receives what code threw, through the inspector, as the object itself. */
  caught(thrown: unknown): void {
    this.lastThrown = thrown;
  }

  /**
   * Evaluates code of a cell, which has one evaluation at a time. Does not resolve when it is given up.
   * @param silent whether the debugger passes over exceptions that nobody catches
   */
  evaluate(cell: Cell, js: string, silent: boolean): Promise<Outcome> {
    const session = this.idleSessions.pop() ?? connected();
    const evaluation: Evaluation = { session, promise: undefined };
    this.running.set(cell, evaluation);
    return new Promise((resolve) => {
      const firstPromise = createHook({
        init: (_id, type, _trigger, promise) => {
          if (type !== 'PROMISE') return;
          // The code is an asynchronous function to V8, whose promise is made before its first statement.
          evaluation.promise = promise;
          firstPromise.disable();
        },
      });
      firstPromise.enable();
      const ended = kernelFunction((error: Error | null, result: Runtime.EvaluateReturnType) => {
        if (!this.running.delete(cell)) return; // given up
        // From Node 22 on an evaluation that was terminated is an "Internal error".
        if (error)
          resolve({ thrown: { value: /terminated|Internal error/.test(error.message) ? new Interrupted() : error } });
        else
          resolve(
            result.exceptionDetails ? { thrown: { value: this.thrownBy(result.exceptionDetails, session, js) } } : {},
          );
        session.post('Runtime.releaseObjectGroup', { objectGroup: 'cell' });
        this.idleSessions.push(session);
      });
      asCell(() => session.post('Runtime.evaluate', replParameters(js, silent), ended));
      firstPromise.disable();
    });
  }

  /** Nobody waits for the evaluation of `cell` any more. */
  giveUp(cell: Cell): void {
    const evaluation = this.running.get(cell);
    if (!evaluation) return;
    this.running.delete(cell);
    evaluation.session.disconnect();
    evaluation.promise = undefined; // not before
  }

  /** The thrown value itself: the inspector gives primitives by value or as text, objects and symbols by a handle. */
  private thrownBy(
    { exception, text, scriptId, lineNumber, columnNumber }: Runtime.ExceptionDetails,
    session: Session,
    js: string,
  ): unknown {
    if (!exception) return new Error(text);
    const { objectId, unserializableValue, description } = exception;
    if (unserializableValue !== undefined)
      return unserializableValue.endsWith('n') ? BigInt(unserializableValue.slice(0, -1)) : Number(unserializableValue);
    if (objectId === undefined) return exception.value as unknown;
    this.lastThrown = new Error(description ?? text);
    session.post('Runtime.callFunctionOn', {
      objectId,
      functionDeclaration: 'function () { "use strict"; __spikelab.caught(this); }',
      silent: true,
    });
    // Code that V8 refused to run has no frame; V8 says the place, though not the name, which stands after it.
    const [, file] = /\/\/# sourceURL=(\S+)\s*$/.exec(js) ?? [];
    if (scriptId !== undefined && file !== undefined)
      placeError(this.lastThrown, file, lineNumber + 1, columnNumber + 1);
    return this.lastThrown;
  }
}
