/**
 * HM2-BP in plain scalar TypeScript (Jin, Zhang, Li, "Hybrid Macro/Micro Level Backpropagation for Training Deep
 * Spiking Neural Networks", NeurIPS 2018). Short and readable, not fast: `src/engine` is fast, and is tested against
 * this. Read in this order; `notebooks/paper/hm2bp-from-scratch.ipynb` builds the dense case from nothing, equation by
 * equation.
 */
// Spikes forward.
export { simulate, simulateLayer } from './simulate.js';
// What the output counts should have been.
export { outputError, predict, silentClassTrain, type OutputError } from './loss.js';
// Micro level: which input spike caused which output spike, and what a neuron's own count does to it.
export { closedForm, epsilon, firingWindows, inputTrace, pairSum, spspBetween, type FiringWindow } from './spsp.js';
export { elasticity, sideEffect, sideEffectFactor } from './sideEffect.js';
export { lateralFactor } from './lateral.js';
// The equations of a dense layer; then who is connected to whom, and the same for every other layer.
export { denseBackward, type Passage } from './denseBackward.js';
export { receptiveFields, synapsesFrom, type ReceptiveField, type Synapse } from './connections.js';
export { layerBackward } from './layerBackward.js';
// Macro level: errors down, gradients out.
export { backward, type Backward } from './backward.js';
export { addRegularizer } from './regularizer.js';
export { applyUpdate, createLearner, type LearnerState } from './optimizer.js';
// One batch, everything in the open.
export { trainBatch, type BatchResult, type EncodedSample, type SampleResult } from './train.js';
export { boost } from './boosting.js';
