/**
 * The structures in shared memory, field by field in the order of `assembly/plan.ts`. Little-endian, as WASM is
 * everywhere. The sizes are compared with the compiled module's when it is loaded.
 */
type Kind = 'i32' | 'f32' | 'f64';
type Fields = Readonly<Record<string, Kind>>;

// prettier-ignore
export const layerFields = {
  kind: 'i32', inputs: 'i32', units: 'i32', blocks: 'i32', taps: 'i32', chunkWidth: 'i32', chunks: 'i32', byColumns: 'i32', frozen: 'i32',
  nu: 'f32', errorDivisor: 'f32', fireAbove: 'f32', inhibition: 'f32', dropBelow: 'i32',
  refractory: 'i32', decayM: 'f32', decayS: 'f32', traceM: 'f32', traceS: 'f32', pspScale: 'f32', expM: 'i32', expS: 'i32', rise: 'i32', mostSpikes: 'i32',
  regScale: 'f32', regBeta: 'f32', regMean: 'f32',
  channels: 'i32', rows: 'i32', columns: 'i32', positions: 'i32', inputChannels: 'i32', inputRows: 'i32', inputColumns: 'i32',
  size: 'i32', stride: 'i32', padding: 'i32', chunkPositions: 'i32', positionChunks: 'i32',
  claims: 'i32', weights: 'i32', moment1: 'i32', moment2: 'i32', gradient: 'i32', stats: 'i32', weighted: 'i32', errorDown: 'i32',
  delta: 'i32', lateral: 'i32', traces: 'i32', partial: 'i32', psp: 'i32',
} as const satisfies Fields;

// prettier-ignore
export const planFields = {
  steps: 'i32', layers: 'i32', lowest: 'i32', layer: 'i32', inputs: 'i32', threads: 'i32', window: 'i32', loss: 'i32',
  desired: 'i32', undesired: 'i32', margin: 'i32', sideEffect: 'i32', effectRatio: 'i32', batchSize: 'i32', stepIdle: 'i32', optimizer: 'i32',
  beta1: 'f32', beta2: 'f32', oneMinusBeta1: 'f32', oneMinusBeta2: 'f32', epsilon: 'f32', momentum: 'f32',
  tiny: 'f32', magnitude: 'i32', pixelThreshold: 'i32', bitValues: 'i32', everyColumn: 'i32', control: 'i32', buffers: 'i32', workers: 'i32',
} as const satisfies Fields;

// prettier-ignore
export const buffersFields = { masks: 'i32', counts: 'i32', trains: 'i32' } as const satisfies Fields;

// prettier-ignore
export const scratchFields = {
  worker: 'i32', odd: 'i32', parity: 'i32', fused: 'i32', ahead: 'i32', samples: 'f32', rate: 'f32', rootScale: 'f32',
  dropKeys: 'i32', keys: 'i32', scales: 'i32', delta: 'i32', ratios: 'i32', lateralTraces: 'i32', stepStart: 'i32', events: 'i32', eventList: 'i32', eventsListed: 'i32', lists: 'i32', listedEven: 'i32', listedOdd: 'i32', work: 'i32', active: 'i32', chunkStart: 'i32',
  arrivals: 'i32', places: 'i32', tracedSteps: 'i32', trains: 'i32', trainLengths: 'i32', rows: 'i32', tile: 'i32', state: 'i32',
  currents: 'i32', blockCurrents: 'i32', ownMasks: 'i32', response: 'i32', lastFire: 'i32', laneMasks: 'i32', laneCounts: 'i32', tapList: 'i32', activeTaps: 'i32', silentTaps: 'i32', field: 'i32', after: 'i32',
  buffers: 'i32',
} as const satisfies Fields;

// prettier-ignore
export const controlFields = {
  arrived: 'i32', generation: 'i32', waiting: 'i32', cancel: 'i32', stop: 'i32', abort: 'i32', nextSample: 'i32', skip: 'i32',
  brokenLayer: 'i32', brokenSample: 'i32', samplesDone: 'i32', correct: 'i32',
  cost: 'f64', power1: 'f64', power2: 'f64', learningRate: 'f64', beta1: 'f64', beta2: 'f64', skipped: 'i32', parity: 'i32', nextChunk: 'i32', spins: 'i32',
} as const satisfies Fields;

// prettier-ignore
export const runFields = {
  from: 'i32', to: 'i32', order: 'i32', pixels: 'i32', eventStarts: 'i32', eventNeurons: 'i32', eventTimes: 'i32', labels: 'i32', sampleWeights: 'i32', predictions: 'i32', firingCounts: 'i32',
  keyA: 'i32', keyB: 'i32', dropA: 'i32', dropB: 'i32', firstNumber: 'i32',
} as const satisfies Fields;

/** Work of one worker, in lines of 64 bytes where nothing else is said: `assembly/work.ts`. */
// prettier-ignore
export const workFields = {
  draws: 'f64', events: 'f64', packed: 'f64', added: 'f64', advanced: 'f64', published: 'f64', gathered: 'f64', traced: 'f64', kept: 'f64', read: 'f64', potentials: 'f64', weighed: 'f64', scaled: 'f64', sent: 'f64',
  summed: 'f64', stepped: 'f64',
} as const satisfies Fields;

/** Byte offset of each field, and the size. */
function offsetsOf(fields: Fields): { offsets: Map<string, number>; bytes: number } {
  const offsets = new Map<string, number>();
  let at = 0;
  for (const [name, kind] of Object.entries(fields)) {
    const size = kind === 'f64' ? 8 : 4;
    at = Math.ceil(at / size) * size;
    offsets.set(name, at);
    at += size;
  }
  return { offsets, bytes: at };
}

/** Size of a structure in bytes. */
export function bytesOf(fields: Fields): number {
  return offsetsOf(fields).bytes;
}

/** Reads and writes the fields of one structure at a place in memory. */
export class Struct<F extends Fields> {
  private readonly offsets: Map<string, number>;

  constructor(
    private readonly memory: WebAssembly.Memory,
    readonly at: number,
    private readonly fields: F,
  ) {
    this.offsets = offsetsOf(fields).offsets;
  }

  get(name: keyof F & string): number {
    const view = new DataView(this.memory.buffer);
    const at = this.offsetOf(name);
    const kind = this.fields[name];
    return kind === 'i32'
      ? view.getInt32(at, true)
      : kind === 'f32'
        ? view.getFloat32(at, true)
        : view.getFloat64(at, true);
  }

  set(values: Partial<Record<keyof F & string, number>>): void {
    const view = new DataView(this.memory.buffer);
    for (const [name, value] of Object.entries(values) as [keyof F & string, number][]) {
      const at = this.offsetOf(name);
      const kind = this.fields[name];
      if (kind === 'i32') view.setInt32(at, value, true);
      else if (kind === 'f32') view.setFloat32(at, value, true);
      else view.setFloat64(at, value, true);
    }
  }

  /** Sets every byte to 0. */
  clear(): void {
    new Uint8Array(this.memory.buffer, this.at, bytesOf(this.fields)).fill(0);
  }

  /** The same values at another place. */
  copyTo(at: number): Struct<F> {
    new Uint8Array(this.memory.buffer).copyWithin(at, this.at, this.at + bytesOf(this.fields));
    return new Struct(this.memory, at, this.fields);
  }

  /** Absolute byte offset of a field. */
  offsetOf(name: keyof F & string): number {
    return this.at + (this.offsets.get(name) as number);
  }
}
