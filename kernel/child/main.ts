/** The execution child: runs the cells on its main thread, with the library loaded before the first one. */
import { Session } from 'node:inspector';
import { MessageChannel, Worker } from 'node:worker_threads';
import type { ChannelMessage } from '../common/channel.js';
import { gradedSavingMs, isGrading } from '../common/grading.js';
import { collectWhenIdle } from '../common/idle-collection.js';
import { installAsyncView } from './async-view.js';
import { Cell, currentCell } from './cell.js';
import { receiveComm } from './comms.js';
import { Executor, type ExecuteRequest } from './executor.js';
import { installFunctionSource } from './function-source.js';
import { installHelpers } from './helpers.js';
import { createImporter, installRequire } from './imports.js';
import { connectInput } from './input.js';
import { Interrupted, interruptCells, terminate, terminationMark } from './interrupts.js';
import { preloadLibrary } from './library.js';
import { lockLanguage } from './lock.js';
import { asCell, asKernel, keepLanguage, kernelFunction } from './own-language.js';
import { listenForGood, onlyKernelListens } from './own-listeners.js';
import { sendMessage } from './pipe.js';
import { installTypedArrayView } from './present.js';
import { installResults } from './results.js';
import { loadRichGlobals, loadRichGlobalsLater, richGlobalsFor } from './rich-globals.js';
import { sharedWord } from './shared-words.js';
import { installStreams } from './streams.js';
import { installTimers } from './timers.js';
import { installInput } from './stdin.js';
import { installWorkers } from './workers.js';
import { installStackTraces, reportError } from './traceback.js';
import { Atomics, Error, Int32Array, Object, SharedArrayBuffer, Symbol, URL } from '../common/intrinsics.js';

const folder = process.cwd();
/** Asked before the first cell, which might change the environment. */
const grading = isGrading();
const session = new Session();
session.connect();

installStreams();
installTimers();
installStackTraces();
installTypedArrayView();
installAsyncView();
installRequire(folder);
installFunctionSource();
installResults();
installWorkers();
installInput();
keepLanguage();

const executor = new Executor(grading);
/** Only of a heap that takes no longer than a frame of a picture: background work of ended cells goes on meanwhile. */
const collection = collectWhenIdle(2000, 8 * 2 ** 20, 32 * 2 ** 20);
const shared = new Int32Array(new SharedArrayBuffer(4 * Object.keys(sharedWord).length));
const isRunning = kernelFunction((cell: Cell): boolean => executor.isRunning(cell));
const force = kernelFunction((cell: Cell): void => executor.finish(cell, new Interrupted()));
installHelpers({
  grading,
  importer: createImporter(folder),
  onCaught: (thrown) => executor.caught(thrown),
  isTakenUp: (interrupt) => Atomics.load(shared, sharedWord.interrupt) >= interrupt,
  terminate: () => terminate(() => session.post('Runtime.terminateExecution'), currentCell(), isRunning, force),
});

/** The library listens to the signal of the cell that trains, as long as it trains. */
const interruptHolder = {
  get signal(): AbortSignal | undefined {
    return currentCell()?.controller.signal;
  },
};
Object.defineProperty(globalThis, Symbol.for('spikelab.interrupt'), { value: interruptHolder, configurable: true });

// A process group's SIGINT is the front process's business; without a handler it would end this one.
listenForGood('SIGINT', () => {});
listenForGood('uncaughtException', (error: unknown) => {
  if (onlyKernelListens('uncaughtException') && error !== terminationMark && !(error instanceof Interrupted))
    sendMessage({ op: 'error', background: true, ...reportError(error) });
});
listenForGood('unhandledRejection', (reason: unknown) => {
  if (onlyKernelListens('unhandledRejection') && !(reason instanceof Interrupted))
    sendMessage({ op: 'error', background: true, ...reportError(reason) });
});
process.exit = (code?: number | string | null): never => {
  throw Object.assign(
    new Error(
      `process.exit(${code ?? ''}) would end the notebook's session and lose its variables. Restart the kernel from the menu instead.`,
    ),
    { name: 'ProcessExit' },
  );
};

const { port1, port2 } = new MessageChannel();
const input = new MessageChannel();
connectInput(input.port1, shared);
const control = new Worker(new URL('./control.js', import.meta.url), {
  workerData: { port: port2, inputPort: input.port2, shared },
  transferList: [port2, input.port2],
  resourceLimits: { maxYoungGenerationSizeMb: 4 },
});
control.on('error', (error) => {
  sendMessage({ op: 'error', background: true, ...reportError(error) });
  process.kill(process.pid, 'SIGKILL');
});

if (grading) process.env['SPIKELAB_QUIET'] = '1';
const library = preloadLibrary(grading).then(() => grading && lockLanguage());
void library.then(loadRichGlobalsLater);

/**
 * A message of the front end to a comm. Its handlers are user code: what they print and throw belongs to that message.
 */
async function comm(cell: Cell, message: ChannelMessage, buffers: readonly Uint8Array[]): Promise<void> {
  const { type, content, metadata } = message as unknown as {
    type: string;
    content: Record<string, unknown>;
    metadata: Record<string, unknown>;
  };
  const { thrown } = await asKernel(() =>
    executor.runBeside(cell, () => asCell(() => receiveComm(type, content, metadata, buffers))),
  );
  if (thrown && !(thrown.value instanceof Interrupted))
    sendMessage({ op: 'error', background: true, ...reportError(thrown.value) }, cell.id);
  sendMessage({ op: 'done', status: 'ok' }, cell.id);
}

/** Does so as soon as there is what its handlers may use. */
async function commWhenReady(cell: Cell, message: ChannelMessage, buffers: readonly Uint8Array[]): Promise<void> {
  await library;
  await asKernel(loadRichGlobals);
  await comm(cell, message, buffers);
}

/** Executes a cell as soon as the library is there and all that its code names; where that fails, the cell says so. */
async function execute(cell: Cell, request: ExecuteRequest): Promise<void> {
  try {
    await library;
    await asKernel(() => richGlobalsFor([request.js, ...Object.values(request.expressions)].join('\n')));
  } catch (error) {
    executor.refuse(cell);
    const report = asKernel(() => reportError(error));
    sendMessage({ op: 'error', ...report }, cell.id);
    return sendMessage({ op: 'done', status: 'error', ...report, expressions: {} }, cell.id);
  }
  await executor.execute(cell, request);
}

/** Says that an order is done, when it is. */
async function untilDone(order: Promise<void>): Promise<void> {
  try {
    await order;
  } finally {
    asKernel(() => {
      Atomics.add(shared, sharedWord.orders, 1);
      collection.release();
    });
  }
}

interface Order {
  readonly message: ChannelMessage;
  readonly cell: number;
  readonly buffers: Uint8Array[];
}

const receive = kernelFunction(({ message, cell, buffers }: Order) => {
  if (message.op === 'turn') Atomics.add(shared, sharedWord.turns, 1);
  else if (message.op === 'interrupt') {
    // The control worker may tell of one more than once; the cell that runs by now is not meant.
    if ((message['number'] as number) <= Atomics.load(shared, sharedWord.interrupt)) return;
    interruptCells(executor.interruptible(), isRunning, force, grading ? gradedSavingMs : undefined);
    // Last: as long as this is not said, the control worker goes on.
    Atomics.store(shared, sharedWord.interrupt, message['number'] as number);
  } else if (message.op === 'execute') {
    const accepted = new Cell(cell);
    executor.accept(accepted);
    collection.hold();
    void untilDone(execute(accepted, message as unknown as ExecuteRequest));
  } else if (message.op === 'comm') {
    collection.hold();
    void untilDone(commWhenReady(new Cell(cell), message, buffers));
  }
});
port1.on('message', receive);
sendMessage({ op: 'ready' }, 0);
