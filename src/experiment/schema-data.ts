/** JSON Schema of an experiment's data: a set by name, or a file of one's own. */
import { datasets } from '../data/index.js';
import type { ArrayNames, EventOptions, FeatureOptions } from '../data/index.js';
import type {
  ArraysData,
  CameraData,
  CsvData,
  FolderData,
  ListedFile,
  NamedData,
  NpyData,
  ShdData,
} from './experiment.js';
import {
  choice,
  constant,
  flag,
  integer,
  list,
  number,
  object,
  oneOf,
  type Properties,
  type Schema,
  text,
} from './schema-parts.js';

const share = number('Share of the samples for the test, drawn by class. Default 0.2.', 0.001, 0.999);
const path = (what: string): Schema => text(`${what}: a path, from the folder of this file.`);
const heldOut = integer(
  'So many training samples, drawn by class, are tested in place of the test set: for choosing settings.',
  1,
  1_000_000,
);
const common = {
  name: text("What the set is called. Default: the file's name."),
  classNames: list('All classes in order. Default: those that occur.', text('Name of a class.'), 2, 256),
  seed: integer('Draws the test samples. Default 1.', 0, Number.MAX_SAFE_INTEGER),
};

const features: Properties<FeatureOptions> = {
  scale: oneOf(
    'How values become 0 .. 1, fitted on the training part. Default minmax.',
    choice('Fitted.', ['minmax', 'standard']),
    list('From and to.', number('Value.', -Number.MAX_VALUE, Number.MAX_VALUE), 2, 2),
  ),
  coding: choice('How a value becomes spikes. Default population below 32 features, else rate.', [
    'rate',
    'population',
    'latency',
  ]),
  fields: integer('Inputs for each feature with population. Default 10.', 2, 64),
  steps: integer('T of latency. Default 100.', 3, 4096),
  shape: list("Of one sample's features, for instance [1, 16, 16].", integer('Size.', 1, 1 << 20)),
};

const shape = list('Shape of the inputs, for instance [700] or [2, 128, 128].', integer('Size.', 1, 1 << 24));
const bins: Properties<Omit<EventOptions, 'unit' | 'shape'>> = {
  binMs: number('Width of a step, ms. Default 1.', 1e-6, 1e6),
  cut: integer('T: events at this step or later are left out.', 2, 4096),
  downsample: integer('Joins so many neighbours into one input. Default 1.', 1, 1 << 16),
};

const names: Properties<ArrayNames> = {
  features: text('Array [samples, …] of any numbers.'),
  images: text('Array [samples, …] of bytes.'),
  events: object(
    'Arrays of channels and times of each recording.',
    {
      channels: text('Lists of channels, or all of them.'),
      times: text('Lists of times, or all of them.'),
      starts: text('The first event of each recording, of flat arrays.'),
    },
    ['channels', 'times'],
  ),
  labels: text('Array of the class of each sample.'),
};

const column = (what: string): Schema =>
  oneOf(what, text('Name in the first line.'), integer('Number from 0.', 0, 1 << 20));
const csv: Properties<CsvData> = {
  from: constant('csv', 'A table in a text file.'),
  file: path('CSV file'),
  label: column('Column of the class. Default label.'),
  features: list('Columns of the features. Default: all others.', column('A column.')),
  delimiter: { description: 'Default , ; or a tab.', type: 'string', minLength: 1 },
  header: flag(
    'Whether the first line has names. Default: seen from the line; where it can be either, this must say so.',
  ),
  test: oneOf('Share for the test, or a file.', share, path('Another file of the same columns')),
  ...common,
  ...(({ scale, coding, fields, steps, shape: own }) => ({ scale, coding, fields, steps, shape: own }))(features),
};
const npy: Properties<NpyData> = {
  from: constant('npy', "NumPy's .npy files."),
  file: path('Samples'),
  labels: path('Class of each sample'),
  kind: choice('What the samples are. Default features.', ['features', 'images']),
  test: share,
  ...common,
  ...features,
};
const arrays = (from: 'npz' | 'hdf5', what: string): Properties<ArraysData> => ({
  from: constant(from, what),
  file: path(what),
  ...names,
  test: oneOf(
    "Share for the test, or the names of the test set's arrays.",
    share,
    object('Arrays.', names, ['labels']),
  ),
  ...common,
  ...features,
  ...bins,
  unit: choice('Of the times of events.', ['s', 'ms', 'us', 'steps']),
});
const shd: Properties<ShdData> = {
  from: constant('shd', 'HDF5 as the Heidelberg speech sets have it.'),
  file: path('File of the training set'),
  test: oneOf('Share for the test, or a file.', share, path('File of the test set')),
  channels: integer('Channels. Default 700.', 1, 1 << 20),
  name: common.name,
  seed: common.seed,
  ...bins,
};
const recording = {
  ...common,
  ...bins,
  shape,
  start: choice('Where time begins: at the first event (default), or where the file counts from.', ['first', 'file']),
};
const folder: Properties<FolderData> = {
  from: constant('folder', 'A folder with one for each class: PNG images or recordings.'),
  file: path('Folder'),
  test: share,
  colour: choice('Colours of images as they are (default), or their grey.', ['as-is', 'grey']),
  ...recording,
};
const listed: Properties<ListedFile> = {
  file: path('Recording'),
  label: oneOf('Its class.', text('Name.'), integer('Number.', 0, 255)),
  labels: path('List of its parts, as DVS Gesture has them'),
};
const files = list('Recordings.', object('A recording and its class.', listed, ['file']));
const camera = (from: 'aedat4' | 'dat', what: string): Properties<CameraData> => ({
  from: constant(from, what),
  file: oneOf('A folder with one for each class, or files.', path('Folder'), files),
  test: oneOf('Share for the test, or files.', share, files),
  ...recording,
});
const named: Properties<NamedData> = {
  name: choice('Name of the set.', datasets.names),
  size: oneOf(
    'full (default), or n: the first n training samples, and n/5 for the test (n/10 of recorded spikes).',
    choice('How much.', ['full']),
    integer('Training samples.', 1, 1_000_000),
  ),
};

const data = (description: string, properties: Properties<object>, required: string[]): Schema =>
  object(description, { ...properties, heldOut }, required);

export const dataSchema = oneOf(
  'What is learned: a set by name, or a file of your own.',
  data('A set by name.', named, ['name']),
  data('CSV.', csv, ['from', 'file']),
  data('NumPy arrays.', npy, ['from', 'file', 'labels']),
  data('NumPy archive.', arrays('npz', 'A .npz file'), ['from', 'file', 'labels']),
  data('HDF5.', arrays('hdf5', 'An HDF5 file'), ['from', 'file', 'labels']),
  data('Heidelberg speech.', shd, ['from', 'file']),
  data('Folder.', folder, ['from', 'file']),
  data('AEDAT.', camera('aedat4', 'AEDAT 4 or 3.1.'), ['from', 'file']),
  data('Prophesee.', camera('dat', "Prophesee's .dat."), ['from', 'file']),
);
