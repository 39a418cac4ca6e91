/**
 * Spikelab: spiking neural networks trained by HM2-BP ("Hybrid Macro/Micro Level Backpropagation for Training Deep
 * Spiking Neural Networks", NeurIPS 2018), on worker threads over shared typed arrays. In a Spikelab notebook all of
 * this is there before the first cell, as `snn`.
 */
export * from './browser.js';
export * from './exchange/index.js';
export * from './experiment/index.js';
export { importAuthorsCheckpoint } from './golden/checkpoint.js';
export { verifyGolden, type CaseReport } from './golden/verify.js';
export * from './replicate/index.js';
export * from './sweep/index.js';

/** Exports that a notebook also has as globals, without `snn.` before them. */
export const notebookGlobals: readonly string[] = [
  'datasets',
  'presets',
  'replicate',
  'compareWithPaper',
  'paperTable',
  'sweep',
  'compare',
  'sequential',
  'classifier',
  'input',
  'dense',
  'hm2bp',
  'firingCount',
  'adam',
  'sgd',
  'exponential',
  'show',
  'raster',
  'curves',
  'counts',
  'membrane',
  'chart',
  'bars',
  'confusion',
  'images',
  'encoding',
  'weightMaps',
  'weightHistogram',
  'layerNorms',
  'spsp',
  'table',
];
