/**
 * Spikelab for a web page: all of the library but what is about folders of runs and of golden files. Bundlers that know
 * the `browser` condition of package.json take this for `import 'spikelab'`. docs/browser.md says which files to serve
 * beside the bundle.
 */
export * from './data/index.js';
/** The algorithm in plain code, step by step: `snn.reference.backward`, `snn.reference.closedForm`, … */
export * as reference from './hm2bp/index.js';
export { spsp, type SpspOptions, type SpspRun } from './hm2bp/spspPicture.js';
export * from './network/network.js';
export * from './network/augmentation.js';
export { presetByName, presetNames, presets, type Preset, type ReportedAccuracy } from './presets/index.js';
export * from './network/rule.js';
export * from './network/spikes.js';
export * from './plot/index.js';
export * from './train/index.js';
