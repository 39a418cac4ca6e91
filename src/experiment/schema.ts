/** JSON Schema of an experiment: checked against when one is read, and published beside the package for editors. */
import type { FinalTest } from '../presets/index.js';
import type { Experiment } from './experiment.js';
import { dataSchema } from './schema-data.js';
import { networkSchema } from './schema-network.js';
import { integer, list, number, object, type Properties, type Schema, text } from './schema-parts.js';
import { ruleSchema } from './schema-rule.js';

const seed = integer('Of weights, order and spikes of one run. Default 1.', 0, Number.MAX_SAFE_INTEGER);

const final: Properties<FinalTest> = {
  average: integer('With the mean of the weights after so many of the last epochs. Default: the last weights.', 2, 100),
  draws: integer('The firing counts of so many draws of the input together. Default 1.', 1, 1_000),
};

const properties: Properties<Experiment> = {
  $schema: { description: 'Where editors find the schema.', type: 'string' },
  name: text('Name of the experiment in reports. Default: that of the data.'),
  data: dataSchema,
  network: networkSchema,
  rule: ruleSchema,
  epochs: integer('Epochs of a run. Default 1.', 1, 100_000),
  final: object('A test once more, after the last epoch. Default: none.', final),
  seed,
  seeds: list('Those of replicate, one run each. Default [0, 1, 2, 3, 4].', seed, 1, 1_000),
  paper: object(
    'Test accuracies that were reported for it, %.',
    {
      mean: number('Of several runs.', 0, 100),
      best: number('Highest.', 0, 100),
      source: text('Where it stands.'),
    },
    ['best', 'source'],
  ),
  authorsLog: text("Run in the authors' training logs."),
};

export const experimentSchema: Schema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'An experiment of Spikelab',
  ...object('Data, network, learning rule, epochs and seeds of a training.', properties, ['data']),
};
