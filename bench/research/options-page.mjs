/** The table of `npm run bench -- options PRESET`: docs/results/options-PRESET.md. */

import { spread } from '../../dist/src/network/spread.js';

/** Percent of fractions, with the spread where there are several. */
const percent = (fractions) => {
  const { mean, std } = spread(fractions.map((value) => 100 * value));
  return std === undefined ? mean.toFixed(2) : `${mean.toFixed(2)} ± ${std.toFixed(2)}`;
};
/** Figure of a seed -> its column's head; one that no option has is left out. */
const heads = ({ draws, average }) => ({
  lastDraws: `${draws} draws`,
  mean: `mean of the last ${average} epochs`,
  meanDraws: `mean and ${draws} draws`,
});

export function optionsPage(record, page) {
  const { command, preset, machine, date, samples, heldOut, epochs, options } = record;
  const base = options[0].seeds;
  const further = Object.entries(heads(record)).filter(([figure]) =>
    options.some(({ seeds }) => seeds.every((seed) => seed[figure] !== undefined)),
  );
  const rows = options.map(({ name, seeds }) => {
    const gain = percent(seeds.map(({ last }, n) => last - base[n].last));
    const signed = gain.startsWith('-') ? `−${gain.slice(1)}` : `+${gain}`;
    const figures = further.map(([figure]) => {
      const values = seeds.map((seed) => seed[figure]);
      return values.includes(undefined) ? '' : percent(values);
    });
    const last = percent(seeds.map((seed) => seed.last));
    const trained = percent([spread(seeds.map(({ trainAccuracy }) => trainAccuracy)).mean]);
    return `| ${[name, last, seeds === base ? '' : signed, ...figures, trained].join(' | ')} |`;
  });
  const several = `mean and standard deviation of seeds ${base.map(({ seed }) => seed).join(', ')}; the\ndifference is of runs with the same seed`;
  return `<!-- made by ${command} -->
# What each option does to ${preset}

Accuracy in % on ${heldOut.toLocaleString('en')} held-out training images after ${epochs} epochs on ${samples.toLocaleString('en')} others: ${base.length > 1 ? several : `one run\neach, seed ${base[0].seed}`}. The test set was not looked at. One image is ${(100 / heldOut).toFixed(2)} %.

| option | last weights | beside the first | ${further.map(([, head]) => `${head} | `).join('')}training images |
|---|--:|--:|${'--:|'.repeat(further.length)}--:|
${rows.join('\n')}

Settings and figures of each seed: [${page}.json](${page}.json). \`${command}\`, ${machine.cpu}, ${date.slice(0, 10)}.
`;
}
