/** An experiment as plain JSON: data, network, rule, epochs and seeds. `schema.ts` describes the same for editors. */
import type {
  NpyOptions,
  CsvOptions,
  FolderOptions,
  NamedOptions,
  RecordingOptions,
  ShdOptions,
} from '../data/index.js';
import type { Augmentation } from '../network/augmentation.js';
import type {
  ConvolutionChannels,
  DenseOptions,
  NetworkOptions,
  PoolingSize,
  ReservoirOptions,
} from '../network/network.js';
import type { Hm2bpRule, LearningRule, Regularizer, Schedule } from '../network/rule.js';
import type { FinalTest, ReportedAccuracy } from '../presets/index.js';

/** A set that `datasets.load` knows. */
export interface NamedData {
  readonly name: string;
  /** Default `full`. A number: the first n training samples, and n/5 for the test (n/10 of recorded spikes). */
  readonly size?: 'full' | number;
}

/** A file in a folder or a list of them, as `datasets.fromDat` takes them. */
export interface ListedFile {
  readonly file: string;
  readonly label?: string | number;
  readonly labels?: string;
}
type Paths<Options, Test> = Omit<Options, 'quiet' | 'test'> & { readonly test?: Test };

export type CsvData = { readonly from: 'csv'; readonly file: string } & Paths<CsvOptions, number | string>;
export type NpyData = { readonly from: 'npy'; readonly file: string; readonly labels: string } & Paths<
  NpyOptions,
  number
>;
export type ArraysData = { readonly from: 'npz' | 'hdf5'; readonly file: string } & Omit<NamedOptions, 'quiet'>;
export type ShdData = { readonly from: 'shd'; readonly file: string } & Paths<ShdOptions, number | string>;
export type FolderData = { readonly from: 'folder'; readonly file: string } & Paths<FolderOptions, number>;
export type CameraData = { readonly from: 'aedat4' | 'dat'; readonly file: string | readonly ListedFile[] } & Paths<
  RecordingOptions,
  number | readonly ListedFile[]
>;
/** A file of one's own: the options of the reader of the same name in `datasets`, with paths. */
export type OwnData = CsvData | NpyData | ArraysData | ShdData | FolderData | CameraData;
export type ExperimentData = (NamedData | OwnData) & {
  /**
   * So many training samples, drawn by class, are tested in place of the test set, which nobody looks at: for choosing
   * settings.
   */
  readonly heldOut?: number;
};

/** A hidden layer: a number of neurons, or a layer with settings of its own. */
export type HiddenLayer =
  | number
  | ({ readonly type?: 'dense'; readonly units: number } & Readonly<DenseOptions>)
  | Readonly<ConvolutionChannels>
  | Readonly<PoolingSize>
  | ({
      readonly type: 'reservoir';
      readonly size: number | readonly [number, number, number];
    } & Readonly<ReservoirOptions>);

export type OutputLayer = { readonly units?: number } & Readonly<DenseOptions>;

export interface ExperimentNetwork extends Readonly<NetworkOptions> {
  /** Shape of a sample. Default: the data's. */
  readonly input?: readonly number[];
  /** Default [100]. */
  readonly hidden?: readonly HiddenLayer[];
  /** Default: one neuron for each class of the data. */
  readonly output?: OutputLayer;
  /**
   * Of hidden dense layers that have none of their own. Default: what `classifier` takes for these inputs and steps.
   */
  readonly threshold?: number;
}

/** Learning rate of an epoch; parts where it changed inside the epoch, `from` so many of its samples on. */
export type EpochRate = number | readonly { readonly from: number; readonly rate: number }[];
interface RateSettings {
  readonly rate?: number;
  readonly schedule?: Schedule;
  /** Epochs that `cosine` takes. Default: those of the experiment. */
  readonly epochs?: number;
  readonly floor?: number;
  /** Rates of the first epochs, in place of the schedule's: a run that was resumed with another rate records them. */
  readonly rates?: readonly EpochRate[];
}
export type ExperimentOptimizer =
  | (RateSettings & {
      readonly type?: 'adam';
      readonly beta1?: number;
      readonly beta2?: number;
      readonly epsilon?: number;
    })
  | (RateSettings & { readonly type: 'sgd'; readonly momentum?: number });
export type ExperimentLoss =
  | { readonly type?: 'firingCount'; readonly desired?: number; readonly undesired?: number; readonly margin?: number }
  | { readonly type: 'softmaxCount'; readonly desired?: number };

export interface ExperimentRule
  extends
    Partial<Hm2bpRule>,
    Partial<Omit<LearningRule, 'rule' | 'loss' | 'regularizer' | 'optimizer' | 'augmentation'>> {
  /** Default: what `classifier` takes for these steps. */
  readonly loss?: ExperimentLoss;
  readonly regularizer?: Partial<Regularizer>;
  readonly optimizer?: ExperimentOptimizer;
  readonly augmentation?: Partial<Augmentation>;
}

export interface Experiment {
  /** Where editors find the schema; not read. */
  readonly $schema?: string;
  /** Default: that of the data. */
  readonly name?: string;
  readonly data: ExperimentData;
  readonly network?: ExperimentNetwork;
  readonly rule?: ExperimentRule;
  /** Default 1. */
  readonly epochs?: number;
  /** Once more after the last epoch: the test with mean weights, or several draws of the input. */
  readonly final?: FinalTest;
  /** Of weights, order and spikes. Default 1. */
  readonly seed?: number;
  /** Those of `replicate`. Default 0 .. 4. */
  readonly seeds?: readonly number[];
  /** What was reported for it. */
  readonly paper?: ReportedAccuracy;
  /** `run` in the authors' training logs. */
  readonly authorsLog?: string;
}
