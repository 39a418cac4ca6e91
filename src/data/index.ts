/** Reading and making data: see the files of the same names. */
export { Augmenter, type DistortionMap, distortionMap, warp } from './encode/augment.js';
export { bsaKernel, bsaSpikes, encodeCochleagram } from './encode/bsa.js';
export { type Cochleagram, parseCochleagram } from './formats/cochleagram.js';
export { type CochleagramOptions } from './registry/cochleagram-files.js';
export { classCounts, createDataset, type Dataset, type DatasetParts, type Sample } from './sets/dataset.js';
export { type Choosing, type Fold } from './sets/labelled.js';
export {
  type Coding,
  type FeatureOptions,
  type FeatureParts,
  type Halves,
  type ImageParts,
} from './own/from-features.js';
export { type EventOptions, type EventParts, type Events } from './own/from-events.js';
export { type TimeUnit } from './own/time-units.js';
export { type CameraOptions, type RecordingFile } from './own/from-camera.js';
export { type CsvOptions } from './own/from-csv.js';
export { type FolderOptions } from './own/from-folder.js';
export { type RecordingOptions } from './own/recordings.js';
export { type ShdOptions } from './own/from-hdf5.js';
export { type NpyOptions } from './own/from-numpy.js';
export { type ArrayNames, type NamedOptions } from './own/named-arrays.js';
export { Hdf5Error } from './formats/hdf5.js';
export { type Labels } from './own/labels.js';
export { type Numbers, type NumberTable } from './own/numbers.js';
export { type Scale } from './encode/scale.js';
export { type AnyTrainTest, type DatasetOptions, datasets, type TrainTest } from './datasets.js';
export { type EventSetSize } from './formats/event-size.js';
export { createEventDataset, type EventDatasetParts } from './formats/event-packer.js';
export { type EventDataset, type EventSample, isEventDataset } from './sets/events.js';
export { spikesFromEvents } from './encode/spikes-from-events.js';
export { decayTable, exp } from '../numeric/exp.js';
export { CannotWriteError } from './cannot-write.js';
export { NetworkError } from './registry/download.js';
export {
  DataFormatError,
  type IdxArray,
  type IdxImages,
  parseIdx,
  parseIdxImages,
  parseIdxLabels,
} from './formats/idx.js';
export { type LocateOptions, MissingDataError, OfflineError } from './registry/locate.js';
export { lyonEar, lyonFilters, lyonFrequencies, type LyonOptions, type SecondOrder } from './encode/lyon.js';
export { binEvents, stabilise } from './encode/camera.js';
export { type CameraEvents, parseCameraEvents } from './formats/nmnist.js';
export { type HeidelbergOptions } from './own/heidelberg.js';
export { type NmnistOptions } from './registry/nmnist-files.js';
export { encoderKey, pixelScale, pixelThresholds, poissonSpikes } from './encode/poisson.js';
export { permutation, type Purpose, purposes, RandomStream, type SampleKey, sampleKey } from '../numeric/random.js';
export {
  type DataFile,
  type DataPart,
  type DataSetEntry,
  type EmnistSplit,
  emnistSplits,
  type PartName,
  registry,
  registryEntry,
} from './registry/registry.js';
export { encodeSpeech, type Hearing, hearing8k, speechChannels, ti46Hearing } from './encode/speech.js';
export { type SpeechOptions, type SpeechSet } from './registry/speech-files.js';
export { strokeDigits, type StrokeOptions } from './strokes/strokes.js';
export { parseSound, type Sound } from './formats/wav.js';
