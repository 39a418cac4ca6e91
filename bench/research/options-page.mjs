/** The table of `npm run bench -- options PRESET`: docs/results/options-PRESET.md. */

const percent = (value) => (100 * value).toFixed(2);
const sum = (values) => values.reduce((total, value) => total + value, 0);
const meanOf = (values) => sum(values) / values.length;
/** Of a sample; of one value there is none. */
const spread = (values) => {
  const mean = meanOf(values);
  const std = Math.sqrt(sum(values.map((value) => (value - mean) ** 2)) / (values.length - 1));
  return values.length > 1 ? ` ± ${std.toFixed(2)}` : '';
};
const columns = ['last', 'lastDraws', 'mean', 'meanDraws'];

export function optionsPage(
  { command, preset, machine, date, samples, heldOut, epochs, average, draws, options },
  page,
) {
  const base = options[0].seeds;
  const rows = options.map(({ name, seeds }) => {
    const gains = seeds.map(({ last }, n) => 100 * (last - base[n].last));
    const gain = meanOf(gains).toFixed(2);
    const signed = `${gain < 0 ? '−' : '+'}${gain.replace('-', '')}${spread(gains)}`;
    const figures = columns.map((column) => {
      const values = seeds.map((seed) => seed[column]);
      if (values.includes(undefined)) return '';
      return `${percent(meanOf(values))}${spread(values.map((value) => 100 * value))}`;
    });
    const trained = percent(meanOf(seeds.map(({ trainAccuracy }) => trainAccuracy)));
    return `| ${[name, figures[0], seeds === base ? '' : signed, ...figures.slice(1), trained].join(' | ')} |`;
  });
  const several = `mean and standard deviation of seeds ${base.map(({ seed }) => seed).join(', ')}; the\ndifference is of runs with the same seed`;
  return `<!-- made by ${command} -->
# What each option does to ${preset}

Accuracy in % on ${heldOut.toLocaleString('en')} held-out training images after ${epochs} epochs on ${samples.toLocaleString('en')} others: ${base.length > 1 ? several : `one run\neach, seed ${base[0].seed}`}. The test set was not looked at. One image is ${(100 / heldOut).toFixed(2)} %.

| option | last weights | beside the first | ${draws} draws | mean of the last ${average} epochs | mean and ${draws} draws | training images |
|---|--:|--:|--:|--:|--:|--:|
${rows.join('\n')}

Settings and figures of each seed: [${page}.json](${page}.json). \`${command}\`, ${machine.cpu}, ${date.slice(0, 10)}.
`;
}
