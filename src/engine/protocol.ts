/** Messages between the pool and its workers, and what the WASM module exports. */
export type Entry = 'train' | 'evaluate';

export interface RunRequest {
  readonly type: 'run';
  readonly ticket: number;
  readonly engine: number;
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly entry: Entry;
  /** Byte offsets of the plan and the run. */
  readonly plan: number;
  readonly run: number;
  readonly worker: number;
}
export interface ForgetRequest {
  readonly type: 'forget';
  readonly engine: number;
}
export type Request = RunRequest | ForgetRequest;

export interface Reply {
  readonly ticket: number;
  /** 0 done, 1 aborted, -1 failed. */
  readonly code: number;
  readonly error?: string;
}

/** A worker that the pool talks to. */
export interface EngineWorker {
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called once when the worker is gone, with the reason. */
  onExit(listener: (reason: string) => void): void;
  /** Whether the worker keeps the process alive. */
  keepAlive(on: boolean): void;
  terminate(): void;
}

export interface EngineExports {
  train(plan: number, run: number, worker: number): number;
  evaluate(plan: number, run: number, worker: number): number;
  measure(plan: number, parity: number): void;
  planBytes(): number;
  layerBytes(): number;
  scratchBytes(): number;
  controlBytes(): number;
  workBytes(): number;
  runBytes(): number;
  staticEnd(): number;
}
