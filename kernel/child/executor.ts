import { types } from 'node:util';
import type { Project } from '../common/project.js';
import { cellFileName } from '../common/runtime-names.js';
import { breakSeal, runBeside, runInCell, sealValue, takeValue, valueOf, type Cell } from './cell.js';
import { Evaluator, type Outcome } from './evaluator.js';
import { Interrupted, defineGuards } from './interrupts.js';
import { ShownAlready } from './display/shown-already.js';
import { afterTurn } from '../common/own-timers.js';
import { asKernel, kernelFunction } from './own-language.js';
import { sendMessage, sendShown } from './pipe.js';
import { creditLost, PartialCredit } from './partial-credit.js';
import { present } from './present.js';
import { takeProject } from './loader-thread.js';
import { keepResult } from './results.js';
import { cellSettled } from './settled.js';
import { installStackTraces, rememberSource, reportError } from './traceback.js';
import { unawaitedError } from './unawaited.js';
import { Error, Map, Object, Promise, Set, WeakRef } from '../common/intrinsics.js';

/** A cell ready to run, as the front process sends it. */
export interface ExecuteRequest {
  /** Number or name of the cell: its file is `In[label].ts`. */
  readonly label: string;
  /** Its execution count. */
  readonly line: number;
  readonly code: string;
  readonly js: string;
  readonly map: string;
  /** See `sealValue`. */
  readonly seal?: string;
  readonly guards: { readonly loop: string; readonly call: string };
  /** Whether to show the value of the last expression. */
  readonly showValue: boolean;
  /** Whether the debugger stops at exceptions; V8 does not do so in silent evaluations. */
  readonly loud: boolean;
  /** `user_expressions`, as emitted code that hands its value to the runtime. */
  readonly expressions: Readonly<Record<string, string>>;
  /** For the local files that it imports. */
  readonly project: Project;
}

/** What a promise as value says beside itself. */
const promiseHint = '\nThis is a promise. Its value comes with `await` before the expression.';

/** Of a cell whose last line never told its value, though nothing was thrown. */
const endedEarly: Outcome = { thrown: { value: new Error('The cell ended before its last line: it has no result.') } };

const endOfTurn = (): Promise<void> => new Promise((resolve) => void afterTurn(resolve));

/** Runs cells: their code, the value of the last expression, `user_expressions`; and ends them from outside. */
export class Executor {
  private readonly running = new Map<Cell, (outcome: Outcome) => void>();
  /** Cells that are to be run in one of the next turns: an interrupt means them, too. */
  private readonly waiting = new Set<Cell>();
  /** Cells that ended. One of which a timer or a promise goes on is kept alive by that, for an interrupt to find. */
  private readonly ended = new Set<WeakRef<Cell>>();
  private readonly evaluator = new Evaluator();

  /**
   * @param grading only `partialCredit(…)` is a cell's result then, and a promise that nobody waits for is an error.
   */
  constructor(private readonly grading = false) {}

  /** Notes a cell that will be executed as soon as it can. */
  accept(cell: Cell): void {
    this.waiting.add(cell);
  }

  /** Forgets a cell that was accepted and cannot be executed. */
  refuse(cell: Cell): void {
    this.waiting.delete(cell);
  }

  /** Runs a cell, sends its value or error, then `done`; `done` comes after everything the cell wrote. */
  async execute(cell: Cell, request: ExecuteRequest): Promise<void> {
    let outcome = await asKernel(() => this.begin(cell, request));
    if (request.seal !== undefined && !breakSeal(request.seal) && !outcome.thrown) outcome = endedEarly;
    // What an asynchronous test that nobody awaited has to say comes too late for the cell.
    if (!outcome.thrown) outcome = await asKernel(() => unawaitedError(cell, this.grading ? valueOf(cell) : undefined));
    if (!outcome.thrown && this.grading) outcome = creditLost(cell, valueOf(cell));
    if (!outcome.thrown) outcome = await asKernel(() => this.run(cell, () => this.sendValue(cell, request)));
    if (this.grading) installStackTraces(); // a cell may have put its own in this place
    const error = outcome.thrown && reportError(outcome.thrown.value);
    const expressions = error ? {} : await asKernel(() => this.evaluateExpressions(cell, request.expressions));
    if (error) sendMessage({ op: 'error', ...error }, cell.id);
    asKernel(() => this.retire(cell));
    // Rejections that nobody handled are reported in this turn; they belong before the end.
    await endOfTurn();
    sendMessage({ op: 'done', status: error ? 'error' : 'ok', ...error, expressions }, cell.id);
  }

  private begin(cell: Cell, request: ExecuteRequest): Promise<Outcome> {
    rememberSource(cellFileName(request.label), request.code, request.map);
    takeProject(request.project);
    defineGuards(request.guards.loop, request.guards.call);
    this.waiting.delete(cell);
    if (request.seal !== undefined) sealValue(cell, request.seal);
    return this.run(cell, () => this.evaluate(cell, request.js, !request.loud));
  }

  isRunning(cell: Cell): boolean {
    return this.running.has(cell);
  }

  /** Whom an interrupt concerns: the cells that run, or when none does, the background work of all earlier ones. */
  interruptible(): Cell[] {
    const cells = [...this.waiting, ...this.running.keys()];
    return cells.length > 0 ? cells : [...this.ended].flatMap((ref) => ref.deref() ?? []);
  }

  /** Ends a cell from outside. */
  finish(cell: Cell, error: Error): void {
    this.running.get(cell)?.({ thrown: { value: error } });
    this.evaluator.giveUp(cell);
  }

  /** Receives what a cell threw, through the inspector, as the object itself. */
  caught(thrown: unknown): void {
    this.evaluator.caught(thrown);
  }

  /** Runs what a message of the front end started, beside the cells; an interrupt ends it as it ends them. */
  async runBeside(cell: Cell, work: () => Promise<void>): Promise<Outcome> {
    // Not on this stack: a termination would take what waits here for the end along.
    const outcome = await this.run(
      cell,
      () =>
        Promise.resolve()
          .then(work)
          .then(() => ({})),
      runBeside,
    );
    asKernel(() => this.retire(cell));
    return outcome;
  }

  /** Runs work as part of a cell, until it ends or the cell is ended from outside. */
  private run(cell: Cell, work: () => Promise<Outcome>, enter = runInCell): Promise<Outcome> {
    return new Promise((resolve) => {
      const settle = kernelFunction((outcome: Outcome): void => {
        if (this.running.delete(cell)) resolve(outcome);
      });
      this.running.set(cell, settle);
      enter(cell, () => void work().then(settle, (thrown: unknown) => settle({ thrown: { value: thrown } })));
    });
  }

  private evaluate(cell: Cell, js: string, silent = true): Promise<Outcome> {
    const begin = (): Promise<Outcome> =>
      cell.dead ? Promise.reject(new Interrupted()) : this.evaluator.evaluate(cell, js, silent);
    // From Node 24 on V8 takes the promises that brought us here for somebody who catches what the cell throws: the
    // debugger needs an empty stack.
    return silent ? begin() : new Promise((resolve) => void afterTurn(() => asKernel(() => resolve(begin()))));
  }

  /**
   * Shows the value of the last expression, after what was given to `show`; a display method that throws is the cell's
   * error.
   */
  private async sendValue(cell: Cell, request: ExecuteRequest): Promise<Outcome> {
    await cellSettled();
    const value = takeValue(cell);
    if (request.showValue && value !== undefined && (types.isProxy(value) || !(value instanceof ShownAlready))) {
      keepResult(request.line, value);
      const { data, metadata } = await asKernel(() => present(value));
      if (types.isPromise(value) && typeof data['text/plain'] === 'string') data['text/plain'] += promiseHint;
      const text = data['text/plain'];
      // A grader takes a result for a mark.
      const isResult = !this.grading || PartialCredit.is(value);
      sendShown(
        isResult ? 'execute_result' : 'display_data',
        isResult ? { execution_count: request.line, data, metadata } : { data, metadata, transient: {} },
        cell.id,
        typeof text === 'string' ? text : undefined,
      );
    }
    return {};
  }

  private async evaluateExpressions(
    cell: Cell,
    expressions: ExecuteRequest['expressions'],
  ): Promise<Record<string, unknown>> {
    const values: Record<string, unknown> = {};
    const names = Object.keys(expressions);
    for (let n = 0; n < names.length; n++) {
      const name = names[n];
      let shown = {};
      const evaluated = async (): Promise<Outcome> => {
        const outcome = await this.evaluate(cell, expressions[name]);
        if (!outcome.thrown) shown = await asKernel(() => present(valueOf(cell)));
        return outcome;
      };
      const { thrown } = await asKernel(() => this.run(cell, evaluated));
      takeValue(cell);
      values[name] = thrown ? { status: 'error', ...reportError(thrown.value) } : { status: 'ok', ...shown };
    }
    return values;
  }

  private retire(cell: Cell): void {
    for (const old of this.ended) if (!old.deref()) this.ended.delete(old);
    this.ended.add(new WeakRef(cell));
  }
}
