/**
 * The worker threads, shared by all networks of the process. A job runs on the first n of them at once; jobs wait for
 * each other. When a worker dies, the job fails with `WorkerLost`, the others are released from their barriers, and the
 * next job gets new workers.
 */
import { startWorker } from '#engine-platform';
import type { EngineWorker, Entry, Reply } from './protocol.js';

/** A worker thread ended in the middle of a job: the network's state is that of its last snapshot. */
export class WorkerLost extends Error {
  override readonly name = 'WorkerLost';
}

export interface Job {
  readonly engine: number;
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly entry: Entry;
  readonly plan: number;
  readonly run: number;
  readonly threads: number;
  /** Releases the barriers of this job (a worker is gone). */
  abort(): void;
}

interface Member {
  readonly worker: EngineWorker;
  waiting?: { resolve(reply: Reply): void };
}

let members: Member[] = [];
let queue: Promise<unknown> = Promise.resolve();
let tickets = 0;

function hire(): Member {
  const worker = startWorker();
  const member: Member = { worker };
  worker.onMessage((message) => {
    const waiting = member.waiting;
    member.waiting = undefined;
    waiting?.resolve(message as Reply);
  });
  worker.onExit((reason) => {
    members = members.filter((other) => other !== member);
    const waiting = member.waiting;
    member.waiting = undefined;
    waiting?.resolve({ ticket: -1, code: -1, error: `a worker thread of the engine ended (${reason})` });
  });
  return member;
}

/** Runs a job on `job.threads` workers after the jobs before it. */
export function runJob(job: Job): Promise<void> {
  const turn = queue.then(() => runNow(job));
  queue = turn.catch(() => undefined);
  return turn;
}

async function runNow(job: Job): Promise<void> {
  while (members.length < job.threads) members.push(hire());
  const crew = members.slice(0, job.threads);
  let failure: string | undefined;
  const replies = crew.map((member, worker) => {
    const { engine, module, memory, entry, plan, run } = job;
    const reply = new Promise<Reply>((resolve) => (member.waiting = { resolve }));
    member.worker.keepAlive(true);
    member.worker.post({ type: 'run', ticket: ++tickets, engine, module, memory, entry, plan, run, worker });
    return reply.then((answer) => {
      if (answer.code < 0) {
        failure ??= answer.error ?? 'unknown failure';
        job.abort();
      }
      member.worker.keepAlive(false);
    });
  });
  await Promise.all(replies);
  if (failure !== undefined) throw new WorkerLost(failure);
}

/** Lets idle workers drop a network that nobody uses any more. */
export function forgetEngine(engine: number): void {
  for (const { worker } of members) worker.post({ type: 'forget', engine });
}

/** Ends all workers at once, also in the middle of a job (which then fails). They start anew with the next job. */
export function terminatePool(): void {
  const leaving = members;
  members = []; // a dying worker takes no new job
  for (const { worker } of leaving) worker.terminate();
}

/** Number of live worker threads. */
export function poolSize(): number {
  return members.length;
}
