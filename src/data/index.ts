/** Reading and making data: see the files of the same names. */
export { classCounts, createDataset, type Dataset, type DatasetParts, type Sample } from './dataset.js';
export { type DatasetOptions, datasets, type TrainTest } from './datasets.js';
export { createEventDataset, type EventDataset, type EventDatasetParts, type EventSample, isEventDataset, spikesFromEvents } from './events.js';
export { decayTable, exp } from './exp.js';
export { CannotWriteError, NetworkError } from './files.js';
export { DataFormatError, type IdxArray, type IdxImages, parseIdx, parseIdxImages, parseIdxLabels } from './idx.js';
export { type LocateOptions, MissingDataError, OfflineError } from './locate.js';
export { binEvents, type CameraEvents, parseCameraEvents, stabilise } from './nmnist.js';
export { type NmnistOptions } from './nmnist-files.js';
export { encoderKey, pixelScale, pixelThresholds, poissonSpikes } from './poisson.js';
export { permutation, type Purpose, purposes, RandomStream, type SampleKey, sampleKey } from './random.js';
export { type DataFile, type DataPart, type DataSetEntry, type EmnistSplit, emnistSplits, type PartName, registry, registryEntry } from './registry.js';
export { strokeDigits, type StrokeOptions } from './strokes.js';
