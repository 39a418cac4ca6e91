/** Networks that were trained before, by name: small files of weights, with the sha256 that they must have. */
import { type LocateOptions, locateOptions, readDataFile } from '../data/registry/locate.js';
import { modelMirrors } from '#data-platform';
import { requireKnown } from '../network/known.js';
import { guess } from '../network/nearest.js';
import { type Model, modelIn } from './weights-file.js';

export interface PretrainedModel {
  /** What it is, how it was trained, and its test accuracy. */
  readonly about: string;
  /** What it was trained on, and can be tested on: a name of `datasets.load`. */
  readonly dataset: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** Each file is `NAME.safetensors`, made by `spikelab export-weights RUN`. */
export const pretrainedModels: Readonly<Record<string, PretrainedModel>> = {
  'mnist-dense': {
    about:
      '784-800-10 on MNIST, 98.63 % of its test images: train mnist-dense --encoding epoch --order swapped --seed 1 --epochs 100',
    dataset: 'mnist',
    sha256: 'b4aaf59125de968e11919b8203bfb395093d886125f86b9b6613eeee1dfe0179',
    bytes: 2541912,
  },
  'best-mnist-dense': {
    about:
      'beyond the paper: 784-800-10 on MNIST, 99.13 % of its test images (99.17 % over eight draws): train best-mnist-dense --seed 0 --epochs 20',
    dataset: 'mnist',
    sha256: '5041805778a562a963f853d2617d59d83e6925a7f51bfcfe285d9e215697d537',
    bytes: 2542008,
  },
  'best-fashion-dense': {
    about:
      'beyond the paper: 784-400-400-10 on Fashion-MNIST, 89.34 % of its test images (89.58 % over eight draws): train best-fashion-dense --seed 0 --epochs 15',
    dataset: 'fashion-mnist',
    sha256: '20a5ecc6cf73fc1492ecf8e68ff588278a97df59fd807eae1be886608c7cf018',
    bytes: 1911728,
  },
  'mnist-cnn': {
    about:
      '15C5-P2-40C5-P2-300-10 on MNIST, distorted anew for each epoch, 98.83 % of its test images: train mnist-cnn --order swapped --seed 1 --epochs 30',
    dataset: 'mnist',
    sha256: 'b245747e6657bd3819a3a4da45234276ae8d7dfc6382e4cc1fba141338b52476',
    bytes: 843676,
  },
  'saccades-dense': {
    about:
      'the network of N-MNIST, 2312-800-10, on MNIST seen by a simulated camera, 98.60 % of its simulated test recordings, 91 of 100 real ones: train saccades-dense --seed 1 --epochs 5',
    dataset: 'mnist-saccades',
    sha256: 'f7ed3d691bd9d2fe5b042908c25920034c3fc27c70229d9e44e77e21cb9cd78c',
    bytes: 7431496,
  },
  'spoken-digits': {
    about: 'the preset spoken-digits, 96.67 % of its test recordings: train spoken-digits --seed 1 --epochs 25',
    dataset: 'spoken-digits',
    sha256: '98666411a7eff1841e1403f26411d2861b9a7b3013df5584b8eacff1e7f9b8d5',
    bytes: 282672,
  },
};

export interface PretrainedOptions extends LocateOptions {
  /** Worker threads; changes the speed, never a result. */
  threads?: number;
}

/**
 * A network from its checked file: from `dataDir` or `models/` below `SPIKELAB_DATA`, from the cache, or from one of
 * the addresses in `SPIKELAB_MODELS` into the cache.
 * @internal leads to the engine, whose types no user needs: `SpikingNetwork.pretrained`
 * @param models those that there are
 * @throws RangeError for an unknown name; MissingDataError, OfflineError, which say it of a download with another
 * sha256; DataFormatError for such a file at hand
 */
export async function pretrainedModel(
  name: string,
  options: PretrainedOptions = {},
  models: Readonly<Record<string, PretrainedModel>> = pretrainedModels,
): Promise<Model> {
  requireKnown('pretrained()', options, [...locateOptions, 'threads']);
  if (!Object.hasOwn(models, name)) {
    const names = Object.keys(models);
    throw new RangeError(
      `there is no trained network ${JSON.stringify(name)}: ${guess(name, names)}All of them: ${names.join(', ')}`,
    );
  }
  const { sha256, bytes } = models[name];
  const source = {
    name: `the trained network ${name}`,
    home: 'a release of Spikelab (its address goes into SPIKELAB_MODELS)',
    mirrors: modelMirrors().map((address) => (address.endsWith('/') ? address : `${address}/`)),
    folders: ['models'],
    otherwise: `or train it: spikelab train ${name}.`,
  };
  const file = { name: `${name}.safetensors`, raw: sha256, bytes };
  return modelIn(await readDataFile(source, file, options), file.name);
}
