// The plan that TypeScript lays out in shared memory (`../plan.ts` writes the same fields in the same order).
// Every field is 4 bytes; pointers are byte offsets into the one shared memory.

/** Neurons side by side: weights lie as [block][input][lane], so that one input spike adds one 64-byte line. */
export const LANES: i32 = 16;
export const LINE: i32 = 64;

export const ADAM: i32 = 1;
export const NO_UPDATE: i32 = 2;

/** Kinds of layers. */
export const DENSE: i32 = 0;
export const RESERVOIR: i32 = 1;
export const CONVOLUTION: i32 = 2;
export const POOLING: i32 = 3;

/** Kinds of side effects; 0: off. */
export const LINEAR: i32 = 1;
export const IMPLICIT: i32 = 2; // 3: saturating


@unmanaged
export class Layer {
  kind: i32;
  inputs: i32;
  units: i32;
  /** Blocks of 16 neurons, ceil(units / 16); of 16 channels in a convolution. */
  blocks: i32;
  /**
   * Weights of a neuron or a filter: inputs of a dense layer, inputs and units of a reservoir, channels * size * size
   * of a convolution.
   */
  taps: i32;
  /** Taps of a chunk, a multiple of 16; partial sums are taken by chunk, whoever computes them. */
  chunkWidth: i32;
  chunks: i32;
  /** 1: workers share the columns of this (narrow) layer; 0: they share its blocks. */
  byColumns: i32;
  /** 1: no step changes the weights. */
  frozen: i32;
  nu: f32;
  /** What an arriving error is divided by: nu, or 1. */
  errorDivisor: f32;
  /** What the membrane must exceed to fire. */
  fireAbove: f32;
  inhibition: f32;
  /** A neuron is dropped from a training sample when its draw is below this; 0: none. */
  dropBelow: u32;
  /** The constants of its neurons; the tables are shared by layers that have the same. */
  refractory: i32;
  decayM: f32;
  decayS: f32;
  traceM: f32; // exp(-1/tauM)
  traceS: f32;
  pspScale: f32; // 1 / (1 - tauS/tauM)
  expM: usize; // f32[steps + 1]: exp(-d/tauM)
  expS: usize; // f32[steps + 1]: exp(-d/tauS)
  rise: usize; // f32[steps + 1]: exp(-d/tauM) - exp(-d/tauS)
  /** Most spikes of a neuron in T steps. */
  mostSpikes: i32;
  /** Gradient scale of the regulariser, lambda*beta/limit, and beta, and 1/(limit^2 * inputs). */
  regScale: f32;
  regBeta: f32;
  regMean: f32;
  /** Output volume of a convolution or pooling; positions = rows * columns. */
  channels: i32;
  rows: i32;
  columns: i32;
  positions: i32;
  inputChannels: i32;
  inputRows: i32;
  inputColumns: i32;
  /** Side of a filter or a pooling field. */
  size: i32;
  stride: i32;
  padding: i32;
  /** Positions of a convolution are taken in chunks with gradient sums of their own. */
  chunkPositions: i32;
  positionChunks: i32;
  claims: usize; // i32[pairs of workers][2], each on a line of its own: see claims.ts
  weights: usize; // [blocks][taps][16] f32
  moment1: usize; // same shape: Adam's m or the momentum
  moment2: usize; // same shape: Adam's v
  gradient: usize; // same shape, sum over a batch; 0 for a dense layer at batch size 1
  stats: usize; // [blocks][chunks][2][16] f32: sum of squares and sum of the weights
  weighted: usize; // [blocks][chunks][16] f32: partial sums of w*e
  errorDown: usize; // partial p_j, f32: [blocks][inputs]; convolution [positions][taps]; pooling [units][size][size]
  delta: usize; // [blocks][16] f32
  lateral: usize; // [blocks][16] f32: lateral factor
  traces: usize; // D: [chunks][steps][active columns] f32, capacity steps * inputs (padded)
  partial: usize; // convolution: [positionChunks][blocks][taps][16] f32
  psp: usize; // byColumns: [blocks][inputs][16] f32; otherwise 0 (each worker has its own tile)
}


@unmanaged
export class Plan {
  steps: i32;
  layers: i32; // count
  /** Index of the lowest layer that learns: nothing is sent below it. */
  lowest: i32;
  layer: usize; // Layer[count]
  inputs: i32;
  threads: i32;
  /** Input spikes more than this many steps before an output spike add nothing to its S-PSP; 0: all count. */
  window: i32;
  loss: i32; // 0 margin, 1 softmax over counts
  desired: i32;
  undesired: i32;
  margin: i32;
  sideEffect: i32;
  effectRatio: i32;
  batchSize: i32;
  stepIdle: i32; // 1: a batch without error steps as well
  optimizer: i32; // 0 SGD, 1 Adam, 2 none: the gradient sums stay
  beta1: f32;
  beta2: f32;
  oneMinusBeta1: f32;
  oneMinusBeta2: f32;
  epsilon: f32;
  momentum: f32;
  tiny: f32; // 2^-100
  magnitude: u32; // 0x7fffffff: a float without its sign
  pixelThreshold: usize; // u32[256]
  bitValues: usize; // f32[16][4]: 1 in the lanes whose bit the row's number has
  everyColumn: usize; // u32[most inputs of a layer]: 0, 1, 2, ...
  control: usize; // Control
  buffers: usize; // Buffers: the one that training shares
  workers: usize; // Scratch[threads]
}

/** Scratch of a worker: each begins on lines of its own. */
@inline
export function scratchOf(plan: Plan, worker: i32): Scratch {
  const bytes = (offsetof<Scratch>() + 127) & ~127;
  return changetype<Scratch>(plan.workers + <usize>worker * bytes);
}

/** Spikes of every layer over one sample. Layer 0 is the input. */
@unmanaged
export class Buffers {
  masks: usize; // usize[layers + 2]: input (even), layers.., input (odd)
  counts: usize; // the same for firing counts, i32[16 * blocks]
  trains: usize; // the same for spike trains (trains.ts); 0 where nobody needs them
}

/** What one worker has to itself. */
@unmanaged
export class Scratch {
  worker: i32;
  /** Which of the two input slots the present sample is in. */
  odd: i32;
  /** Which copy of the stats holds the sums of the present weights. */
  parity: i32;
  /** 1: Adam at batch size 1, the step is made with the gradient. */
  fused: i32;
  /** 1: this worker has simulated its blocks of the first layer for the present sample. */
  ahead: i32;
  samples: f32; // of the present batch
  rate: f32;
  rootScale: f32;
  dropKeys: usize; // u32[2][2]: keys of dropout of the samples in the even and in the odd input slot
  keys: usize; // u32[3][16]: random keys and thresholds of 16 inputs
  scales: usize; // f32[2][16]: gradient and regulariser scale of a block
  delta: usize; // f32[16]: delta of a block
  ratios: usize; // f32[outputs][16 * blocks], worker 0, inhibited output layer
  lateralTraces: usize; // f32[steps][16 * blocks], or with a window f32[units][16], likewise
  stepStart: usize; // u32[steps + 1]
  events: usize; // u16[...]: input columns that fired, by step; or their places among the listed inputs
  /** 0: the events are columns; otherwise places in this list of columns, u32. */
  eventList: usize;
  eventsListed: i32;
  lists: usize; // u32[2][inputs + 1]: see listed.ts
  listedEven: i32;
  listedOdd: i32;
  work: usize; // Work
  active: usize; // usize[layers]: u16 columns that fired at least once, by layer
  chunkStart: usize; // usize[layers]: i32[chunks + 1] into `active`
  arrivals: usize; // u16[steps][chunk width / 16]
  places: usize; // u16[chunk width]
  tracedSteps: usize; // u8[steps + 1]: 1 at steps whose traces are read
  trains: usize; // u16[64][steps]: spike times of four blocks
  trainLengths: usize; // i32[64]
  rows: usize; // f32[4][chunk width]: e of four neurons
  tile: usize; // f32[inputs][16]: e of one block
  state: usize; // f32[3][blocks][16]: v, i, r of an inhibited layer
  currents: usize; // f32[steps + 1][16], zeros
  blockCurrents: usize; // f32[steps][1 or the blocks of an inhibited layer][16], no zeros
  ownMasks: usize; // u64[a word for 64 neurons of the widest layer][steps]: spikes of its blocks, see forward.ts
  response: usize; // f32[steps][16]
  lastFire: i32; // last step of `response`
  laneMasks: usize; // u16[steps + 4]
  laneCounts: usize; // i32[16]
  tapList: usize; // u32[2][taps]: input and tap, those whose input fired from the front, the silent ones from the back
  activeTaps: i32;
  silentTaps: usize;
  field: usize; // Field
  after: usize; // f32[most spikes]
  buffers: usize; // Buffers of its own, for evaluation
}

/** Shared words and sums of a run. */
@unmanaged
export class Control {
  arrived: i32;
  generation: i32;
  waiting: i32;
  /** The host asks for an end at the next batch boundary. */
  cancel: i32;
  /** Worker 0's answer, read by all after a barrier. */
  stop: i32;
  /** A worker is gone: leave every barrier at once. */
  abort: i32;
  nextSample: i32;
  skip: i32;
  /** 1-based lowest layer whose weights are no longer finite; 0 when all is well. */
  brokenLayer: i32;
  brokenSample: i32;
  samplesDone: i32;
  correct: i32;
  cost: f64;
  power1: f64; // beta1^k, beta2^k
  power2: f64;
  learningRate: f64;
  beta1: f64;
  beta2: f64;
  /** Samples whose backward pass was skipped. */
  skipped: i32;
  /** Which copy of the stats holds the sums of the present weights. */
  parity: i32;
  /** Chunk of traces that the next worker takes, counted over all layers. */
  nextChunk: i32;
  /** How often a worker looks whether the others have come, before it sleeps. */
  spins: i32;
}

/** Which samples to go through. */
@unmanaged
export class Run {
  from: i32;
  to: i32;
  order: usize; // u32[]: sample at each place; 0: the place itself
  pixels: usize; // u8[samples][inputs]; 0: the samples are recordings
  eventStarts: usize; // u32[samples + 1]: first event of each recording
  eventNeurons: usize; // u16[events], ascending within a recording
  eventTimes: usize; // u16[events], steps
  labels: usize; // u8[samples]
  sampleWeights: usize; // f32[samples]; training only
  predictions: usize; // u16[samples]
  firingCounts: usize; // u16[samples][outputs]; 0: not wanted
  keyA: u32; // random key of (seed, purpose, epoch)
  keyB: u32;
  dropA: u32; // random key of dropout
  dropB: u32;
  /** Number of the first sample, for the random keys. */
  firstNumber: i32;
}

/** Rows of masks are padded to 8 bytes, so that they can be read 64 neurons at a time. */
@inline
export function rowBytes(neurons: i32): i32 {
  return ((neurons + 63) >> 6) << 3;
}


@inline
export function layerAt(plan: Plan, index: i32): Layer {
  return changetype<Layer>(plan.layer + <usize>index * offsetof<Layer>());
}


@inline
export function pointerAt(table: usize, index: i32): usize {
  return load<usize>(table + ((<usize>index) << 2));
}

/** First of `count` parts that a worker owns; `worker + 1` gives the end. */
@inline
export function share(count: i32, worker: i32, threads: i32): i32 {
  return <i32>((<i64>count * worker) / threads);
}

/** Slot in `Buffers` of layer `l`'s input; the network's input has two, used in turn. */
@inline
export function inputSlot(plan: Plan, l: i32, odd: i32): i32 {
  return l == 0 ? (odd ? plan.layers + 1 : 0) : l;
}
