/** Page and picture of `npm run bench -- growth`, made of its record. */
import * as vega from 'vega';
import { compile } from 'vega-lite';

const digits = (x) => (x >= 100 ? x.toFixed(0) : x.toPrecision(3));

/** Markdown of a record. */
export function growthPage({ machine, date, load, inputs, middle, slopes }) {
  const lines = Object.entries(slopes).map(([axis, { found, ...grown }]) => {
    const [first, last] = [found[0], found.at(-1)];
    const cells = ['train', 'evaluate', 'memory', 'lines'].map((name, k) => {
      const { all, steepest } = grown[name];
      return `${digits(first[k + 1])} → ${digits(last[k + 1])} | ${all.toFixed(2)}, ${steepest.toFixed(2)}`;
    });
    return `| ${axis} | ${first[0]} → ${last[0]} | ${cells.join(' | ')} |`;
  });
  return `<!-- made by npm run bench -- growth -->
# How time and memory grow

${machine.cpu}, ${machine.cores} cores, ${date.slice(0, 10)}, load ${load[0].toFixed(1)}; ${inputs}-${middle.width}-10, T ${middle.steps}, ${middle.lit * 100} % of the pixels lit, batch ${middle.batch}, ${middle.threads} thread,
${middle.samples} samples; one of these at a time from the smallest to the largest. CPU time in ms a sample (of all threads together), engine memory in MB,
lines of weights added in an evaluation (most of its work: they follow the spikes). Beside each the slope of its logarithm against that of what grows, over all
points and at the steepest from one point to the next: 1 is linear.

![Time and memory against each, logarithmic](growth.svg)

| what grows | from, to | train, ms | slopes | evaluate, ms | slopes | memory, MB | slopes | lines added | slopes |
|---|---|--:|--:|--:|--:|--:|--:|--:|--:|
${lines.join('\n')}
`;
}

/** SVG of a record: a panel for each thing that grows. */
export async function growthPicture({ slopes }) {
  const points = Object.entries(slopes).flatMap(([axis, { found }]) =>
    found.flatMap(([value, train, evaluate, memory]) => [
      { axis, value, what: 'train, ms of CPU', y: train },
      { axis, value, what: 'evaluate, ms of CPU', y: evaluate },
      { axis, value, what: 'memory, MB', y: memory },
    ]),
  );
  const spec = {
    data: { values: points },
    background: 'white',
    facet: { field: 'axis', type: 'nominal', title: null, sort: Object.keys(slopes) },
    columns: 4,
    resolve: { scale: { x: 'independent', y: 'independent' } },
    spec: {
      width: 150,
      height: 130,
      mark: { type: 'line', point: true },
      encoding: {
        x: { field: 'value', type: 'quantitative', scale: { type: 'log', nice: false, padding: 8 }, title: null },
        y: { field: 'y', type: 'quantitative', scale: { type: 'log' }, title: null },
        color: { field: 'what', type: 'nominal', title: null },
      },
    },
  };
  return new vega.View(vega.parse(compile(spec).spec), { renderer: 'none' }).toSVG();
}
