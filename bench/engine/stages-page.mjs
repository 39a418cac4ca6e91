/** The page of `npm run bench -- stages`, made of its record. */

const what = {
  encode: 'encode: draws of lit pixels',
  expand: 'expand: spikes listed step by step',
  expandSilent: '- the same where nothing has fired: going through the masks',
  sums: 'sums: lines of weights added to currents',
  sumsNear: '- the same with the weights of one block, which stay in the nearest cache',
  membranes: 'membranes of the hidden layer',
  membranesInTurn: '- three float operations a step that wait for one another, as the ceiling has them',
  output: 'output layer, with inhibition',
  outputSilent: '- the same where nothing has fired: membranes of ten neurons, a step after the other',
  traces: 'traces D of both layers',
  arrivals: '- of that: placing the arrivals',
  potentials: 'e, and the sums of the side effect',
  gather: '- of that: the spike times of each neuron',
  step: 'Adam with the regulariser',
  stepNear: '- the same with one block over and over, which stays in a near cache',
};
const digits = (x) => (x >= 100 ? x.toFixed(0) : x.toPrecision(3));

/** Markdown of a record. */
export function stagesPage({ machine, date, load, samples, turns, network, rows }) {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const stageLines = Object.entries(what)
    .filter(([name]) => byId.has(name))
    .map(([name, text]) => {
      const { median, low } = byId.get(name);
      const least = byId.get(`${name}.least`)?.median;
      const cells = [least === undefined ? '' : digits(least), `${digits(low)} (${digits(median)})`];
      return `| ${[text, ...cells, least === undefined ? '' : `${(low / least).toFixed(1)}×`].join(' | ')} |`;
    });
  const ceilings = rows.filter(({ id }) => id.startsWith('ceiling.'));
  const ceilingLines = ceilings.map(({ id, unit, low }) => `| ${id.slice(8)} | ${digits(low)} ${unit} |`);
  return `<!-- made by npm run bench -- stages -->
# Each stage beside the machine's ceilings

${machine.cpu}, ${machine.cores} cores, ${date.slice(0, 10)}, load ${load[0].toFixed(1)}; one thread, ${network}, fresh weights, microseconds a sample: the best of
${turns} turns over ${samples} samples each, and the median. The least is the counted work of the stage times what it takes at best, as below; the distance is of the best turn.
"A line" is 64 bytes, 16 weights.

| stage | least | took | distance |
|---|--:|--:|--:|
${stageLines.join('\n')}

| ceiling: the best in WASM SIMD, measured before each turn | |
|---|--:|
${ceilingLines.join('\n')}
`;
}
