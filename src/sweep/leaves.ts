/** The settings of runs by their paths, as they are set side by side. */
import { isObject } from '../experiment/check.js';
import type { Experiment, HiddenLayer } from '../experiment/experiment.js';
import { trainedRateText } from '../experiment/rates.js';
import { joined } from '../experiment/unknown.js';
import type { ComparedRun } from './compared-run.js';

type Leaves = ReadonlyMap<string, unknown>;

/**
 * What each run says of itself, and what it has where it says nothing. Runs of a sweep say what the grid gave them;
 * lists are one value, but hidden layers of equal kinds and sizes are set side by side each.
 */
export function leavesOfRuns(runs: readonly ComparedRun[]): { said: Leaves[]; usual: Leaves[] } {
  const swept = runs.every(({ values }) => values);
  const layered = new Set(runs.flatMap(({ experiment, whole }) => [sizesOf(experiment), sizesOf(whole)]));
  layered.delete(undefined);
  const apart = layered.size === 1;
  return {
    said: runs.map(({ experiment, values, ends = [], epochs }) => {
      const leaves = new Map(swept && values ? Object.entries(values) : leavesOf(experiment, apart && 'said'));
      for (const kind of ['restoreBest', 'average'] as const) {
        const found = ends.flatMap(({ epoch, restored, averaged }) => {
          const what = kind === 'average' ? averaged : restored === undefined ? undefined : true;
          return what === undefined ? [] : [{ epoch, what }];
        });
        const [first] = found;
        const once = found.length === 1 && first.epoch === epochs.length;
        if (first) leaves.set(kind, once ? first.what : found.map(({ epoch, what }) => `${what} after epoch ${epoch}`));
      }
      return leaves;
    }),
    usual: runs.map(({ whole }) => leavesOf(whole, apart && 'whole')),
  };
}

/** Kinds and sizes of the hidden layers; undefined where the experiment leaves them out. */
function sizesOf({ network }: Experiment): string | undefined {
  const sizes = network?.hidden?.map((layer) => {
    if (typeof layer === 'number') return ['dense', layer];
    switch (layer.type) {
      case 'convolution':
        return [layer.type, layer.channels, layer.kernel];
      case 'pooling':
      case 'reservoir':
        return [layer.type, layer.size];
      default:
        return ['dense', layer.units];
    }
  });
  return sizes && JSON.stringify(sizes);
}

function leavesOf({ $schema: _, ...experiment }: Experiment, apart: false | 'said' | 'whole'): Map<string, unknown> {
  const below = (value: unknown, path: string): [string, unknown][] => {
    if (isObject(value)) return Object.entries(value).flatMap(([key, inside]) => below(inside, joined(path, key)));
    if (apart && path === 'network.hidden' && Array.isArray(value))
      return (value as HiddenLayer[]).flatMap((layer, k) =>
        below(entryOf(layer, apart === 'whole' ? experiment.network?.threshold : undefined), `${path}.${k}`),
      );
    return [[path, value]];
  };
  return new Map(below(experiment, ''));
}

/** The layer as an object, with the threshold that dense hidden layers share, where it has none of its own. */
function entryOf(layer: HiddenLayer, threshold: number | undefined): HiddenLayer {
  if (typeof layer === 'number') return { units: layer, ...(threshold !== undefined && { threshold }) };
  const dense = layer.type === undefined || layer.type === 'dense';
  return dense && threshold !== undefined ? { threshold, ...layer } : layer;
}

/** A setting as a table and a label have it. */
export function valueText(value: unknown, path = '', run?: ComparedRun): string {
  if (value === undefined || value === null) return '–';
  if (path === 'rule.optimizer.rates' && run) return trainedRateText(run.whole, value, run.epochs.length);
  return typeof value === 'string' ? value : JSON.stringify(value);
}
