/** JSON Schema of an experiment's network. */
import type {
  ConvolutionOptions,
  DenseOptions,
  NeuronOptions,
  PoolingOptions,
  ReservoirOptions,
} from '../network/network.js';
import type { ExperimentNetwork } from './experiment.js';
import { constant, flag, integer, list, number, object, oneOf, type Properties, text } from './schema-parts.js';

const neuron: Properties<NeuronOptions> = {
  tauM: number('Membrane time constant, steps; above tauS. Default: that of the network.', 1, 1e6),
  tauS: number('Synaptic time constant, steps. Default: that of the network.', 1, 1e6),
  refractory: integer('Steps after a spike in which the membrane is held at 0. Default: that of the network.', 0, 255),
};
const named = { name: text('Name of the layer in pictures and records.') };
const weights = {
  initialRange: number('Initial weights are uniform in +-initialRange.', 0, 1e3),
  trainable: flag('false: training leaves the weights as they are; errors pass through.'),
};
const threshold = (usual: string): object => ({ threshold: number(`Firing threshold. Default ${usual}.`, 1e-3, 1e6) });

const denseOptions = (usual: string): Properties<DenseOptions> => ({
  ...(threshold(usual) as Properties<Pick<DenseOptions, 'threshold'>>),
  dropout: number('Share of the neurons that are silent in a training sample; of hidden layers. Default 0.', 0, 0.95),
  lateralInhibition: number('Fixed weight -w0 between each pair of its neurons; of the output layer.', 0, 1e3),
  ...weights,
  ...named,
  ...neuron,
});
const units = integer('Neurons.', 1, 1 << 16);

const convolution: Properties<ConvolutionOptions> = {
  padding: integer('Rows and columns of silence around the image, below kernel.', 0, 1023),
  ...(threshold('5') as Properties<Pick<ConvolutionOptions, 'threshold'>>),
  ...weights,
  ...named,
  ...neuron,
};
const pooling: Properties<PoolingOptions> = {
  stride: integer('Rows and columns from field to field, at most size. Default: size.', 1, 1024),
  ...(threshold('2') as Properties<Pick<PoolingOptions, 'threshold'>>),
  ...named,
  ...neuron,
};
const reservoir: Properties<ReservoirOptions> = {
  ...(threshold('20') as Properties<Pick<ReservoirOptions, 'threshold'>>),
  inputConnections: integer('Draws of an input for each neuron.', 1, 1 << 16),
  inputWeight: number('Size of an input weight; its sign is drawn.', 0, 1e3),
  recurrentWeight: number('Size of a recurrent weight.', 0, 1e3),
  ...named,
  ...neuron,
};

const hidden = oneOf(
  'A hidden layer: its number of neurons, or a layer with settings of its own.',
  units,
  object(
    'Fully connected layer.',
    { type: constant('dense', 'Default.'), units, ...denseOptions('network.threshold') },
    ['units'],
  ),
  object(
    'Convolution with shared weights, stride 1.',
    {
      type: constant('convolution', 'Convolution.'),
      channels: integer('Filters.', 1, 1 << 12),
      kernel: integer('Rows and columns of a filter.', 1, 1 << 10),
      ...convolution,
    },
    ['type', 'channels', 'kernel'],
  ),
  object(
    'Spiking pooling.',
    {
      type: constant('pooling', 'Pooling.'),
      size: integer('Rows and columns of a field.', 1, 1 << 10),
      ...pooling,
    },
    ['type', 'size'],
  ),
  object(
    'Fixed recurrent layer on a grid.',
    {
      type: constant('reservoir', 'Reservoir.'),
      size: list('Neurons along x, y and z.', integer('Neurons.', 1, 1 << 12), 3, 3),
      ...reservoir,
    },
    ['type', 'size'],
  ),
);

const properties: Properties<ExperimentNetwork> = {
  input: list('Shape of a sample. Default: that of the data.', integer('Inputs.', 1, 1 << 20)),
  hidden: list('Layers between input and output. Default [100].', hidden, 0),
  output: object('Last layer, dense. Default: a neuron for each class.', { units, ...denseOptions("classifier()'s") }),
  threshold: number(
    "Firing threshold of hidden dense layers that have none of their own. Default: classifier()'s for these inputs and steps.",
    1e-3,
    1e6,
  ),
  steps: integer('T: steps of 1 ms a sample. Default: those of recordings, else 100.', 1, 4096),
  tauM: number('Membrane time constant, steps; above tauS. Default 64.', 1, 1e6),
  tauS: number('Synaptic time constant, steps. Default 8.', 1, 1e6),
  refractory: integer('Steps after a spike in which the membrane is held at 0. Default 2.', 0, 255),
};

export const networkSchema = object('Layers and neurons.', properties);
