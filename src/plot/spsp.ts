/** The S-PSP of a pair of neurons: what one input train alone does to a membrane, and what of it is there when the neuron fires. */
import { plainText, vegaLiteMime } from './payload.js';
import { Plot } from './picture.js';
import { colors } from './style.js';
import { drawVegaLite, vegaLite, type VegaLiteSpec } from './vega.js';

/** What is drawn; times in steps of 1 ms. */
export interface SpspParts {
  readonly title: string;
  /** `[steps]`: potential that the input's spikes alone cause with a weight of 1, 0 while the neuron is held at rest. */
  readonly potential: ArrayLike<number>;
  /** Spikes of the input. */
  readonly arriving: ArrayLike<number>;
  /** Spikes of the neuron. */
  readonly firing: ArrayLike<number>;
  /** e: the sum of the potential at the spikes of the neuron; for a silent neuron what stands in for it. */
  readonly sum: number;
}

const count = (n: number): string => `${n} spike${n === 1 ? '' : 's'}`;

/** @returns the picture; `hm2bp/spspPicture.ts` makes the parts from a run */
export function drawSpsp(parts: SpspParts): Plot {
  const title = plainText(parts.title);
  const { arriving, firing, sum } = parts;
  const facts = `input ${count(arriving.length)}, neuron ${count(firing.length)}, e = ${Number(sum.toPrecision(4))}${firing.length === 0 && arriving.length > 0 ? ' in place of nothing: it is silent' : ''}`;
  const spec = spspSpec(title, facts, parts);
  return new Plot({
    text: `S-PSP: ${title}: ${facts}`,
    light: { [vegaLiteMime]: spec },
    draw: () => drawVegaLite(spec),
  });
}

function spspSpec(title: string, facts: string, { potential, arriving, firing }: SpspParts): VegaLiteSpec {
  const values = Array.from(potential, (v) => Number(v.toPrecision(4)));
  const top = Math.max(0.1, ...values);
  const x = {
    field: 't',
    type: 'quantitative',
    title: 'time (ms)',
    scale: { domain: [0, values.length], nice: false },
    axis: { grid: false, tickCount: 9, labelFlush: false },
  };
  const rug = (times: ArrayLike<number>, from: number, to: number, color: string): VegaLiteSpec => ({
    data: { values: Array.from(times, (t) => ({ t })) },
    mark: { type: 'rule', strokeWidth: 1.6, color },
    encoding: { x, y: { datum: from }, y2: { datum: to } },
  });
  const added = Array.from(firing, (t) => ({ t, v: values[t] }));
  return vegaLite({
    title: { text: title, subtitle: `${facts}: the sum of the points` },
    width: 640,
    height: 190,
    encoding: {
      y: {
        type: 'quantitative',
        title: 'potential of the input alone',
        scale: { domain: [-0.22 * top, 1.25 * top], nice: false },
        axis: { tickCount: 5 },
      },
    },
    layer: [
      {
        data: { values },
        transform: [{ window: [{ op: 'row_number', as: 'row' }] }, { calculate: 'datum.row - 1', as: 't' }],
        mark: { type: 'line', strokeWidth: 1.2, color: colors.blue },
        encoding: { x, y: { field: 'data' } },
      },
      rug(arriving, -0.2 * top, -0.06 * top, colors.muted), // below: when the input fired
      rug(firing, 1.1 * top, 1.24 * top, colors.vermilion), // above: when the neuron did
      {
        data: { values: added },
        mark: { type: 'point', filled: true, size: 40, opacity: 1, color: colors.vermilion },
        encoding: { x, y: { field: 'v' } },
      },
    ],
  });
}
