/** Checks of what pictures are made from: each error names the value, what is taken instead, and so the fix. */
import { requireKnown } from '../network/known.js';
import { describe, requireInteger, requireList, requireNumber, requireObject } from '../network/require.js';
import type { FiringCountLoss } from '../network/rule.js';
import type { SpikeTrains } from '../network/spikes.js';
import { payloadLimits } from './limits.js';
import type { RunLike } from './runLike.js';

/** Options that are texts, wherever they are. */
const texts = ['title', 'subtitle', 'x', 'y', 'layer'];

/**
 * Returns `options` when there are all of them, its texts are texts, and its height can be drawn.
 * @param name of the function, for instance `bars()`
 * @throws RangeError, TypeError
 */
export function requireOptions<T extends object>(name: string, options: T, known: readonly (keyof T & string)[]): T {
  requireKnown(name, options, known);
  const given = options as Readonly<Record<string, unknown>>;
  for (const key of texts)
    if (given[key] !== undefined && typeof given[key] !== 'string')
      throw new TypeError(`${name} takes a text as ${key}, not ${describe(given[key])}`);
  if (given.height !== undefined) requireNumber(`height of ${name}`, given.height, 60, 600);
  for (const key of ['classNames', 'names', 'captions', 'layers'])
    if (given[key] !== undefined) requireTexts(`${key} of ${name}`, given[key] as readonly string[]);
  return options;
}

/** A list of texts, any of which may be empty. @throws TypeError */
export function requireTexts(name: string, values: readonly string[]): void {
  requireList(name, values, 'a list of texts');
  values.forEach((value, k) => requireString(`${name}, entry ${k},`, value));
}

/** A text, also an empty one. @throws TypeError */
export function requireString(name: string, value: unknown): string {
  if (typeof value !== 'string') throw new TypeError(`${name} takes a text, not ${describe(value)}`);
  return value;
}

/** A list of numbers, typed or not; NaN and infinite ones are numbers. @throws TypeError */
export function requireNumbers(name: string, values: ArrayLike<number>): ArrayLike<number> {
  const { length } = (values ?? {}) as { readonly length?: unknown };
  if (typeof values !== 'object' || !Number.isInteger(length) || (length as number) < 0)
    throw new TypeError(`${name} takes a list of numbers, not ${describe(values)}`);
  const last = ArrayBuffer.isView(values) ? Math.min(1, values.length) : values.length;
  for (let k = 0; k < last; k++)
    if (typeof values[k] !== 'number')
      throw new TypeError(`${name} takes a list of numbers: entry ${k} is ${describe(values[k])}`);
  return values;
}

/** A class: its index or its name; none where it is not known. @throws TypeError, RangeError */
export function requireClass(name: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'string') requireInteger(name, value, 0, 1e9);
}

/**
 * Spike trains whose parts fit each other; their times are looked at when they are packed.
 * @throws TypeError, RangeError
 */
export function requireTrains(name: string, trains: SpikeTrains): SpikeTrains {
  const form = 'spike trains, as packSpikeTrains() and net.run() make them';
  requireObject(name, trains, form);
  const layer = `layer ${requireString(`the name in ${name}`, trains.name)}`;
  requireInteger(`steps of ${layer}`, trains.steps, 1, payloadLimits.steps);
  requireInteger(`neurons of ${layer}`, trains.neurons, 0, payloadLimits.neurons);
  const { offsets, times, neurons } = trains;
  requireNumbers(`offsets of ${layer}`, offsets);
  requireNumbers(`times of ${layer}`, times);
  if (offsets.length !== neurons + 1 || offsets[neurons] !== times.length)
    throw new RangeError(
      `${layer}: ${offsets.length} offsets up to ${offsets[offsets.length - 1]} for ${neurons} neurons and ${times.length} spikes; make it with packSpikeTrains()`,
    );
  return trains;
}

/** What a run offers to a plot. @throws TypeError, RangeError */
export function requireRun<T extends RunLike>(name: string, run: T): T {
  requireObject(name, run, 'a run, as net.run() gives it');
  const { spikes, label, prediction, classNames, network, rule } = run;
  requireList(`the spikes of a run in ${name}`, spikes, 'a list of spike trains, one for each layer');
  spikes.forEach((trains, k) => requireTrains(`spikes[${k}] of the run in ${name}`, trains));
  requireClass('the label of a run', label);
  requireClass('the prediction of a run', prediction);
  if (classNames !== undefined) requireTexts('classNames of a run', classNames);
  if (network !== undefined) requireLayers('the network of a run', network);
  const loss = rule?.loss;
  if (loss?.type === 'firingCount') requireMargins('the loss of a run', loss);
  return run;
}

/** Targets of firing counts and what they may differ by. @throws TypeError, RangeError */
export function requireMargins(name: string, loss: Pick<FiringCountLoss, 'desired' | 'undesired' | 'margin'>): void {
  requireObject(name, loss, '{ desired, undesired, margin }, such as firingCount()');
  for (const key of ['desired', 'undesired', 'margin'] as const) requireNumber(`${key} in ${name}`, loss[key], 0, 1e6);
}

/** A network as far as pictures look at it. @throws TypeError */
export function requireLayers(
  name: string,
  network: { readonly layers: readonly { readonly name: string; readonly threshold?: number }[] },
): void {
  requireObject(name, network, 'a network with its layers, such as net.network');
  requireList(`${name}: layers`, network.layers, 'a list of layers');
  network.layers.forEach((layer, k) => {
    requireObject(`${name}: layers[${k}]`, layer, 'a layer with its name');
    requireString(`${name}: the name of layers[${k}]`, layer.name);
    if (layer.threshold !== undefined && typeof layer.threshold !== 'number')
      throw new TypeError(`${name}: the threshold of ${layer.name} is ${describe(layer.threshold)}: give a number`);
  });
}
