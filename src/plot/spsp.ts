/**
 * The S-PSP of a pair of neurons: what one input train alone does to a membrane, and what of it is there when the
 * neuron fires.
 */
import { chartFigure, figurePlot } from './figure.js';
import type { ChartContent, FigureMark, Ink } from './figureParts.js';
import { plainText } from './payload.js';
import type { Plot } from './picture.js';

/** What is drawn; times in steps of 1 ms. */
export interface SpspParts {
  readonly title: string;
  /**
   * `[steps]`: potential that the input's spikes alone cause with a weight of 1, 0 while the neuron is held at rest.
   */
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
  const subtitle = `${facts}: the sum of the points`;
  return figurePlot(`S-PSP: ${title}: ${facts}`, chartFigure({ title, subtitle }, spspContent(parts)));
}

function spspContent({ potential, arriving, firing }: SpspParts): Omit<ChartContent, 'kind'> {
  const y = Array.from(potential, (v) => Number(v.toPrecision(4)));
  const top = y.reduce((a, b) => Math.max(a, b), 0.1);
  const rug = (times: ArrayLike<number>, low: number, high: number, ink: Ink): FigureMark => {
    const x = Array.from(times);
    return { ink, type: 'rules', x, low: x.map(() => low * top), high: x.map(() => high * top), width: 1.6 };
  };
  const added = Array.from(firing);
  return {
    height: 190,
    x: { title: 'time (ms)', from: 0, to: Math.max(1, y.length) },
    y: { title: 'potential of the input alone', from: -0.22 * top, to: 1.25 * top },
    marks: [
      { ink: 0, type: 'line', x: y.map((_, t) => t), y, width: 1.2, look: 'solid' },
      rug(arriving, -0.2, -0.06, 'muted'), // below: when the input fired
      rug(firing, 1.1, 1.24, 1), // above: when the neuron did
      { ink: 1, type: 'points', x: added, y: added.map((t) => y[t] ?? null), shape: 'circle', radius: 3.5 },
    ],
  };
}
