/** Spikelab's library: spiking neural networks trained by HM2-BP. */
export * from './data/index.js';
export * from './network/network.js';
export * from './network/rule.js';
export * from './network/spikes.js';
