/** What training changes: weights, the optimiser's moments and powers, in engine memory and as copies. */
import { type Network, weightShape } from '../network/network.js';
import type { LearningRule } from '../network/rule.js';
import { checkWeights } from '../network/weights.js';
import { lanes } from './arena.js';
import { fromBlocks, toBlocks } from './matrix.js';
import type { MemoryPlan } from './plan.js';

/** Everything that training changes; arrays are row-major in the shapes of the weights, one for each layer. */
export interface EngineState {
  readonly weights: readonly Float32Array[];
  /** Adam's m, or the momentum. */
  readonly moment1: readonly Float32Array[];
  /** Adam's v; empty for SGD. */
  readonly moment2: readonly Float32Array[];
  /** beta1^k and beta2^k after k steps. */
  readonly powers: readonly [number, number];
}

/** Weights, and the optimiser's state if it is not that of before the first step. */
export type GivenState = Pick<EngineState, 'weights'> & Partial<EngineState>;

type MatrixName = 'weights' | 'moment1' | 'moment2' | 'gradient';

/** Copies the state of a network into its memory and out of it. */
export class StateMemory {
  constructor(
    private readonly network: Network,
    private readonly rule: LearningRule,
    private readonly plan: MemoryPlan,
  ) {}

  /** @throws RangeError for weights that are not of this network, with everything as it was */
  write(state: GivenState): void {
    checkWeights(this.network, state.weights);
    const parts = { weights: state.weights, moment1: state.moment1, moment2: state.moment2 };
    this.network.layers.forEach((layer, index) => {
      const { rows, columns } = weightShape(layer);
      for (const [name, values] of Object.entries(parts) as [MatrixName, readonly Float32Array[] | undefined][]) {
        const blocks = this.blocks(index, name);
        blocks?.fill(0);
        if (blocks && values?.[index]) toBlocks(values[index], rows, columns, blocks);
      }
    });
    // A run that lost a worker may have left sums of a batch in the middle.
    this.network.layers.forEach((_, index) => this.blocks(index, 'gradient')?.fill(0));
    const [power1, power2] = state.powers ?? [1, 1];
    this.plan.control.set({ power1, power2, parity: 0, brokenLayer: 0 });
  }

  read(): EngineState {
    const { control } = this.plan;
    return {
      weights: this.copies('weights'),
      moment1: this.copies('moment1'),
      moment2: this.rule.optimizer.type === 'adam' ? this.copies('moment2') : [],
      powers: [control.get('power1'), control.get('power2')],
    };
  }

  /** Whether the batches of this rule keep the sums of their gradients. */
  get keepsGradients(): boolean {
    return this.network.layers.some((_, index) => this.blocks(index, 'gradient'));
  }

  /**
   * Runs a batch without its optimiser step.
   * @returns the mean gradient of its data, row-major, one array for each layer; the sums and the powers are as before
   */
  async withoutStep(batch: () => Promise<unknown>): Promise<Float32Array[]> {
    const { training: plan, control } = this.plan;
    const optimizer = plan.get('optimizer');
    const powers = { power1: control.get('power1'), power2: control.get('power2') };
    plan.set({ optimizer: noOptimizer });
    try {
      await batch();
      return this.copies('gradient');
    } finally {
      plan.set({ optimizer });
      control.set(powers);
      this.network.layers.forEach((_, index) => this.blocks(index, 'gradient')?.fill(0));
    }
  }

  /** A copy of one matrix of every layer; zeros where a layer does not learn. */
  private copies(name: MatrixName): Float32Array[] {
    return this.network.layers.map((layer, index) => {
      const { rows, columns } = weightShape(layer);
      const blocks = this.blocks(index, name);
      return blocks ? fromBlocks(blocks, rows, columns) : new Float32Array(rows * columns);
    });
  }

  /** One of a layer's matrices as it lies in memory; undefined when the layer or the optimiser has none. */
  private blocks(index: number, name: MatrixName): Float32Array | undefined {
    const { rows, columns } = weightShape(this.network.layers[index]);
    const at = this.plan.layers[index].get(name);
    const length = Math.ceil(rows / lanes) * lanes * columns;
    return at === 0 ? undefined : new Float32Array(this.plan.memory.buffer, at, length);
  }
}

/** In the plan's field `optimizer`, beside 0 (SGD) and 1 (Adam). */
const noOptimizer = 2;
