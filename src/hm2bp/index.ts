/**
 * HM2-BP in plain scalar TypeScript (Jin, Zhang, Li, "Hybrid Macro/Micro Level Backpropagation for Training Deep
 * Spiking Neural Networks", NeurIPS 2018). Short and readable, not fast: `src/engine` is fast, and is tested against
 * this. Read in this order; `notebooks/paper/hm2bp-from-scratch.ipynb` builds the dense case from nothing, equation by
 * equation.
 */
export { simulate, simulateLayer } from './simulate.js'; // spikes forward
export { outputError, predict, silentClassTrain, type OutputError } from './loss.js'; // what the output counts should have been
export { closedForm, epsilon, firingWindows, inputTrace, pairSum, spspBetween, type FiringWindow } from './spsp.js'; // micro level: which input spike caused which output spike
export { elasticity, sideEffect, sideEffectFactor } from './sideEffect.js';
export { lateralFactor } from './lateral.js';
export { receptiveFields, synapsesFrom, type ReceptiveField, type Synapse } from './connections.js'; // who is connected to whom
export { denseBackward, layerBackward, type Passage } from './layerBackward.js'; // the equations of one layer, the dense one first
export { backward, type Backward } from './backward.js'; // macro level: errors down, gradients out
export { addRegularizer } from './regularizer.js';
export { applyUpdate, createLearner, type LearnerState } from './optimizer.js';
export { trainBatch, type BatchResult, type EncodedSample, type SampleResult } from './train.js'; // one batch, everything in the open
export { boost } from './boosting.js';
