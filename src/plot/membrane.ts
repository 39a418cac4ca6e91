/** The membrane potential of one neuron, with its threshold and spikes. */
import { spikeTimes, type SpikeTrains } from '../network/spikes.js';
import { requireInteger } from '../network/require.js';
import { plainText, vegaLiteMime } from './payload.js';
import { Plot } from './picture.js';
import { colors } from './style.js';
import { drawVegaLite, vegaLite, type VegaLiteSpec } from './vega.js';

/** What a run with recorded membranes offers. */
export interface MembraneRun {
  /** From input to output. */
  readonly spikes: readonly SpikeTrains[];
  /** `[steps, units]` flat for each layer after the input: the potential at the end of each step, 0 in a step in which the neuron fired. */
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
  if (!run.membranes?.length)
    throw new RangeError("no membranes were recorded: run with { record: ['spikes', 'membrane'] }");
  const recorded = run.spikes.slice(-run.membranes.length);
  const index = recorded.findIndex((one) => one.name === layer);
  if (index < 0)
    throw new RangeError(`no membranes of layer ${layer}: recorded are ${recorded.map((one) => one.name).join(', ')}`);
  const { neurons, steps } = recorded[index];
  const values = run.membranes[index];
  requireInteger(`neuron of layer ${layer}`, neuron, 0, neurons - 1);
  if (values.length !== steps * neurons)
    throw new RangeError(
      `membranes of layer ${layer}: ${values.length} values, expected ${steps} steps x ${neurons} neurons`,
    );
  const potential = Array.from({ length: steps }, (_, t) => values[t * neurons + neuron]);
  const spikes = [...spikeTimes(recorded[index], neuron)];
  const threshold = options.threshold ?? run.network?.layers.find((one) => one.name === layer)?.threshold;
  const facts = `${spikes.length} spike${spikes.length === 1 ? '' : 's'} in ${steps} ms${threshold === undefined ? '' : `, threshold ${threshold}`}`;
  const title = plainText(options.title ?? `${layer}, neuron ${neuron}`);
  const spec = membraneSpec(title, facts, potential, spikes, threshold);
  return new Plot({
    text: `membrane: ${title}: ${facts}`,
    light: { [vegaLiteMime]: spec },
    draw: () => drawVegaLite(spec),
  });
}

function membraneSpec(
  title: string,
  facts: string,
  potential: readonly number[],
  spikes: readonly number[],
  threshold: number | undefined,
): VegaLiteSpec {
  const finite = potential.filter(Number.isFinite);
  const low = Math.min(0, ...finite);
  const top = Math.max(threshold ?? 0, ...finite);
  const height = top - low || 1;
  const peak = top + 0.25 * height; // a spike has no height of its own in this model: its mark stands above the trace
  const rounded = potential.map((v) => (Number.isFinite(v) ? Number(v.toPrecision(4)) : null));
  const time = {
    field: 't',
    type: 'quantitative',
    title: 'time (ms)',
    scale: { domain: [0, potential.length], nice: false },
    axis: { grid: false, tickCount: 9, labelFlush: false },
  };
  const thresholdLine = {
    data: { values: [{ v: threshold }] },
    mark: { type: 'rule', strokeDash: [5, 3], color: colors.muted },
    encoding: { y: { field: 'v' } },
  };
  return vegaLite({
    title: { text: title, subtitle: facts },
    width: 640,
    height: 170,
    encoding: {
      y: {
        type: 'quantitative',
        title: 'membrane potential',
        scale: { domain: [low - (low < 0 ? 0.05 * height : 0), peak], nice: false },
        axis: { tickCount: 5 },
      },
    },
    layer: [
      {
        // The potentials go out as a bare array; their steps are counted here.
        data: { values: rounded },
        transform: [{ window: [{ op: 'row_number', as: 'row' }] }, { calculate: 'datum.row - 1', as: 't' }],
        mark: { type: 'line', strokeWidth: 1.2, color: colors.blue },
        encoding: { x: time, y: { field: 'data' } },
      },
      ...(threshold === undefined ? [] : [thresholdLine]),
      {
        data: { values: spikes.map((t) => ({ t })) },
        mark: { type: 'rule', strokeWidth: 1.6, color: colors.vermilion },
        encoding: { x: time, y: { datum: threshold ?? 0 }, y2: { datum: peak } },
      },
    ],
  });
}
