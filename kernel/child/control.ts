/**
 * The control worker: a thread of the execution child that stays awake while user code computes or is paused. It hands
 * requests to the main thread, and interrupts and inspects it. When the front process is gone it ends this process and
 * its children.
 */
import { Session } from 'node:inspector';
import { Socket } from 'node:net';
import { workerData, type MessagePort } from 'node:worker_threads';
import { decodeChannelMessage, encodeChannelMessage, FrameReader, type ChannelMessage } from '../common/channel.js';
import { frontOf, killDescendants, sessionVariable } from '../common/descendants.js';
import { runtimeName } from '../common/runtime-names.js';
import { sharedWord, type InputReply } from './shared-words.js';

export interface ControlData {
  readonly port: MessagePort;
  /** Answers to the main thread's questions. */
  readonly inputPort: MessagePort;
  /** See `sharedWord`. */
  readonly shared: Int32Array;
}

/**
 * Milliseconds until the next rung: looping code is asked again, then function calls end, then nothing is caught any
 * more, then code is terminated.
 */
const askAgainMs = 10;
const callsMs = 20;
const insistMs = 60;
const terminateMs = 250;
const childProcessesMs = 350;
/** How long the event loop may stand still, while there is an order, until code of a stopped cell must make room. */
const makeRoomMs = 500;
/** Milliseconds until child processes are asked again: the first signal may have come before there was one. */
const childrenAgainMs = 1000;

const controlFd = 4;
const { port, inputPort, shared } = workerData as ControlData;
const session = new Session();
session.connectToMainThread();

/** Whether the main thread has yet to take up what it was asked: native code lets nothing through. */
let asked = false;

/**
 * One question at a time: many would all be taken up at once when native code ends, and hit what has nothing to do with
 * it.
 */
function askMain(expression: string, onTaken: () => void = () => {}): void {
  if (asked) return;
  asked = true;
  session.post('Runtime.evaluate', { expression, silent: true }, () => {
    asked = false;
    onTaken();
  });
}

let interrupts = 0;

function interrupt(): void {
  const number = ++interrupts;
  const start = performance.now();
  const tellEventLoop = (): void => port.postMessage({ message: { op: 'interrupt', number }, cell: 0, buffers: [] });
  tellEventLoop();
  makeRoom();
  wake({ interrupted: true });
  askMain(`${runtimeName}.arm(${number}, false)`);
  let signalAt = childProcessesMs;
  const ladder = setInterval(() => {
    if (Atomics.load(shared, sharedWord.interrupt) >= number || number !== interrupts) return clearInterval(ladder);
    const elapsed = performance.now() - start;
    if (elapsed < terminateMs) askMain(`${runtimeName}.arm(${number}, ${elapsed >= callsMs}, ${elapsed >= insistMs})`);
    // What was terminated may have been the reading of the very message that tells of this interrupt.
    else askMain(`${runtimeName}.terminate(${number})`, tellEventLoop);
    if (elapsed >= signalAt) {
      // The main thread may be waiting in `execSync`: as in a terminal, the whole group gets the signal.
      signalAt = elapsed + childrenAgainMs;
      signalGroup('SIGINT');
    }
  }, askAgainMs);
}

let orders = 0;
let turns = 0;
let makingRoom: NodeJS.Timeout | undefined;

/**
 * What a stopped cell had begun may compute when nobody expects it any more, also after the next cell has begun: a
 * module that was still being read, what waited for a promise. It ends when the event loop does not come to a message
 * while there is an order that is not done.
 */
function makeRoom(): void {
  if (interrupts === 0 || makingRoom !== undefined) return;
  const askForTurn = (): void => {
    turns = (turns + 1) | 0;
    port.postMessage({ message: { op: 'turn' }, cell: 0, buffers: [] });
  };
  if (Atomics.load(shared, sharedWord.turns) === turns) askForTurn();
  makingRoom = setInterval(() => {
    if (Atomics.load(shared, sharedWord.turns) !== turns) return askMain(`${runtimeName}.terminateStopped()`);
    if (Atomics.load(shared, sharedWord.orders) !== orders) return askForTurn();
    clearInterval(makingRoom);
    makingRoom = undefined;
  }, makeRoomMs);
}

/** The front process's own session, for its debugger and its looks at values: apart from the one that interrupts. */
let frontSession: Session | undefined;

function inspect({ id, method, params }: ChannelMessage): void {
  frontSession ??= connectFrontSession();
  frontSession.post(String(method), params as object, (error: Error | null, result?: object) =>
    answer({ op: 'inspected', id, ...(error ? { error: error.message } : { result }) }),
  );
}

function connectFrontSession(): Session {
  const connected = new Session();
  connected.connectToMainThread();
  connected.on('inspectorNotification', ({ method, params }: { method: string; params?: { url?: string } }) => {
    if (!params?.url?.startsWith('node:')) answer({ op: 'inspectorEvent', method, params });
  });
  return connected;
}

function answer(message: ChannelMessage): void {
  socket.write(encodeChannelMessage(message));
}

function signalGroup(signal: NodeJS.Signals): void {
  if (process.platform === 'win32' && signal === 'SIGINT') return; // there it would end this process
  try {
    process.kill(process.platform === 'win32' ? process.pid : -process.pid, signal);
  } catch {
    if (signal === 'SIGKILL') process.kill(process.pid, signal);
  }
}

/** The front process is gone: nobody else will end this process and what its cells started. */
function end(): void {
  try {
    killDescendants(frontOf(process.env[sessionVariable] ?? ''), process.pid);
  } finally {
    signalGroup('SIGKILL');
  }
}

/** Wakes the main thread when it sleeps in a question to the user. */
function wake(reply: InputReply): void {
  if (Atomics.load(shared, sharedWord.waitsForInput) !== 1) return;
  inputPort.postMessage(reply);
  Atomics.store(shared, sharedWord.waitsForInput, 0);
  Atomics.notify(shared, sharedWord.waitsForInput);
}

const reader = new FrameReader(({ payload, cell }) => {
  const { message, buffers } = decodeChannelMessage(payload);
  if (message.op === 'interrupt') interrupt();
  else if (message.op === 'input') wake(message['reply'] as InputReply);
  else if (message.op === 'inspect') inspect(message);
  else {
    // Copies of their own: a view would take the whole chunk it was read with along.
    const own = buffers.map((buffer) => Uint8Array.from(buffer));
    orders = (orders + 1) | 0;
    makeRoom();
    port.postMessage(
      { message, cell, buffers: own },
      own.map(({ buffer }) => buffer),
    );
  }
});
const socket = new Socket({ fd: controlFd, readable: true, writable: true });
socket.on('data', (chunk) => reader.push(chunk));
socket.on('error', end);
socket.on('close', end);
