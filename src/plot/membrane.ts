/** The membrane potential of one neuron, with its threshold and spikes. */
import { spikeTimes, type SpikeTrains } from '../network/spikes.js';
import { requireInteger, requireList, requireNumber } from '../network/require.js';
import { chartFigure, figurePlot, largest } from './figure.js';
import type { ChartContent } from './figureParts.js';
import { plainText } from './payload.js';
import type { Plot } from './picture.js';
import { guess } from '../network/nearest.js';
import { requireNumbers, requireOptions, requireRun } from './wanted.js';

/** What a run with recorded membranes offers. */
export interface MembraneRun {
  /** From input to output. */
  readonly spikes: readonly SpikeTrains[];
  /**
   * `[steps, units]` flat for each layer after the input: the potential at the end of each step, 0 in a step in which
   * the neuron fired.
   */
  readonly membranes?: readonly Float32Array[];
  /** For the thresholds. */
  readonly network?: { readonly layers: readonly { readonly name: string; readonly threshold?: number }[] };
}

export interface MembraneOptions {
  /** Default: the layer's name and the number of the neuron. */
  title?: string;
  /** Default: the layer's, when the run knows its network. */
  threshold?: number;
}

/**
 * Draws the membrane of neuron `neuron` of layer `layer`.
 * @example show(membrane(await net.run(sample, { record: ['spikes', 'membrane'] }), 'output', 3));
 * @throws RangeError when that layer was not recorded or has no such neuron
 */
export function membrane(run: MembraneRun, layer: string, neuron: number, options: MembraneOptions = {}): Plot {
  requireRun('membrane()', run);
  requireOptions('membrane()', options, ['title', 'threshold']);
  if (options.threshold !== undefined) requireNumber('threshold of membrane()', options.threshold, -1e9, 1e9);
  if (!run.membranes?.length)
    throw new RangeError("no membranes were recorded: run with { record: ['spikes', 'membrane'] }");
  requireList('the membranes of a run', run.membranes, 'a list of recorded potentials');
  const recorded = run.spikes.slice(-run.membranes.length);
  const index = recorded.findIndex((one) => one.name === layer);
  if (index < 0)
    throw new RangeError(
      `no membranes of layer ${String(layer)}: ${guess(
        layer,
        recorded.map((one) => one.name),
      )}recorded are ${recorded.map((one) => one.name).join(', ')}`,
    );
  const { neurons, steps } = recorded[index];
  const values = run.membranes[index];
  requireNumbers(`membranes of layer ${layer}`, values);
  requireInteger(`neuron of layer ${layer}`, neuron, 0, neurons - 1);
  if (values.length !== steps * neurons)
    throw new RangeError(
      `membranes of layer ${layer}: ${values.length} values, expected ${steps} steps x ${neurons} neurons`,
    );
  const potential = Array.from({ length: steps }, (_, t) => values[t * neurons + neuron]);
  const spikes = [...spikeTimes(recorded[index], neuron)];
  const known = options.threshold ?? run.network?.layers.find((one) => one.name === layer)?.threshold;
  const threshold = Number.isFinite(known) ? known : undefined;
  const facts = `${spikes.length} spike${spikes.length === 1 ? '' : 's'} in ${steps} ms${threshold === undefined ? '' : `, threshold ${threshold}`}`;
  const title = plainText(options.title ?? `${layer}, neuron ${neuron}`);
  return figurePlot(
    `membrane: ${title}: ${facts}`,
    chartFigure({ title, subtitle: facts }, membraneContent(potential, spikes, threshold)),
  );
}

function membraneContent(
  potential: readonly number[],
  spikes: readonly number[],
  threshold: number | undefined,
): Omit<ChartContent, 'kind'> {
  const values = potential.map((v) => (Math.abs(v) <= largest ? Number(v.toPrecision(4)) : null));
  const finite = values.filter((v) => v !== null);
  const low = finite.reduce((a, b) => Math.min(a, b), 0);
  const top = finite.reduce((a, b) => Math.max(a, b), threshold ?? 0);
  const height = top - low || 1;
  // A spike has no height of its own in this model: its mark stands above the trace.
  const peak = Math.min(largest, top + 0.25 * height);
  const steps = values.map((_, t) => t);
  return {
    height: 170,
    x: { title: 'time (ms)', from: 0, to: Math.max(1, values.length) },
    y: { title: 'membrane potential', from: Math.max(-largest, low - (low < 0 ? 0.05 * height : 0)), to: peak },
    marks: [
      { ink: 0, type: 'line', x: steps, y: values, width: 1.2, look: 'solid' },
      ...(threshold === undefined ? [] : [{ ink: 'muted', type: 'level', at: threshold } as const]),
      {
        ink: 1,
        type: 'rules',
        x: spikes,
        low: spikes.map(() => threshold ?? 0),
        high: spikes.map(() => peak),
        width: 1.6,
      },
    ],
  };
}
