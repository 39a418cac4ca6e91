/**
 * One network's WASM module, exports and memory; runs an entry point on the worker threads, or where no memory can be
 * shared on this very thread.
 */
import { loadModule, sharesMemory, usableCores } from '#engine-platform';
import type { Network } from '../network/network.js';
import type { LearningRule } from '../network/rule.js';
import { staticLimit } from './arena.js';
import { layOut, type MemoryPlan } from './plan.js';
import { forgetEngine, runJob } from './pool.js';
import type { EngineExports, Entry } from './protocol.js';
import { bytesOf, controlFields, layerFields, planFields, runFields, scratchFields, workFields } from './structs.js';

const aborted = 1;
/**
 * How often a worker looks at a barrier before it sleeps: some 30 µs where each worker may have a core to itself, for
 * to sleep and be woken takes longer than most waits; hardly at all where there are more workers than cores.
 */
const spins = { ownCore: 50_000, sharedCore: 1000 };
let instances = 0;
const retired = new FinalizationRegistry<number>((id) => forgetEngine(id));

export class EngineInstance {
  private readonly id = ++instances;

  private constructor(
    private readonly module: WebAssembly.Module,
    private readonly exports: EngineExports,
    readonly plan: MemoryPlan,
  ) {
    retired.register(this, this.id);
  }

  /** Lays the network out and compiles the module (once in a process). */
  static async create(network: Network, rule: LearningRule, threads: number): Promise<EngineInstance> {
    const module = await loadModule();
    const plan = layOut(network, rule, threads, sharesMemory);
    plan.control.set({ spins: threads <= usableCores() ? spins.ownCore : spins.sharedCore });
    const { exports } = await WebAssembly.instantiate(module, { env: { memory: plan.memory } });
    const engine = exports as unknown as EngineExports;
    checkBuild(engine);
    return new EngineInstance(module, engine, plan);
  }

  /** Brings what the module derives from the weights up to date with them. */
  measure(): void {
    this.exports.measure(this.plan.plan.at, 0);
  }

  /** Runs an entry point on `threads` threads over the run that was set in the plan. */
  async run(entry: Entry, threads: number): Promise<void> {
    const { run, memory } = this.plan;
    const plan = entry === 'train' ? this.plan.training : this.plan.plan;
    plan.set({ threads });
    if (sharesMemory) {
      const { id: engine, module } = this;
      const abort = (): void => this.abort();
      await runJob({ engine, module, memory, entry, plan: plan.at, run: run.at, threads, abort });
    } else {
      await new Promise((resume) => setTimeout(resume)); // the page draws and hears its user between two runs
      this.exports[entry](plan.at, run.at, 0);
    }
  }

  /** Asks a run to stop at the next batch boundary. */
  cancel(): void {
    this.store('cancel', 1);
  }

  /** Releases the barriers of a run that has lost a worker. */
  private abort(): void {
    this.store('abort', aborted);
    this.store('cancel', 1);
    Atomics.notify(this.words(), this.plan.control.offsetOf('generation') / 4);
  }

  private store(field: 'cancel' | 'abort', value: number): void {
    Atomics.store(this.words(), this.plan.control.offsetOf(field) / 4, value);
  }

  private words(): Int32Array {
    return new Int32Array(this.plan.memory.buffer);
  }
}

/** @throws Error when the built WASM is of other sources than this library */
function checkBuild(engine: EngineExports): void {
  const sizes = [
    engine.planBytes(),
    engine.layerBytes(),
    engine.scratchBytes(),
    engine.controlBytes(),
    engine.runBytes(),
    engine.workBytes(),
  ];
  const expected = [planFields, layerFields, scratchFields, controlFields, runFields, workFields].map(bytesOf);
  if (String(sizes) !== String(expected) || engine.staticEnd() > staticLimit)
    throw new Error(
      `the built engine (${String(sizes)}) does not fit this library (${String(expected)}): run \`npm run build\``,
    );
}
