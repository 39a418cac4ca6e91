import { maxText } from './check.js';

/** The most a payload may hold. */
export const payloadLimits = {
  layers: 64,
  /** Neurons of one layer. */
  neurons: 1 << 20,
  /** Rows of all layers together; a layer of more neurons joins some (`neuronsPerRow`). */
  rows: 1 << 20,
  steps: 1 << 16,
  /** Spikes of all layers together. */
  spikes: 1 << 24,
  /** Characters of one layer's packed spikes. */
  packed: 1 << 25,
  /** Characters of a title, name, label or note; longer ones are refused. */
  text: maxText,
  neuronNames: 4096,
  /** Samples of one raster. */
  samples: 64,
  /** Pixels of a sample's image. */
  pixels: 1 << 14,
  /** Values of the membranes of one layer. */
  membranes: 1 << 22,
  series: 64,
  /** Points of all series together. */
  points: 200_000,
} as const;
