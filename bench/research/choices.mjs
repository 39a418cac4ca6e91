/**
 * The options that `npm run bench -- options PRESET` tries: name -> settings of the preset that differ, as
 * `spikelab train --set` takes them. How a network is tested is not among them: those are columns of the table.
 */

/** The weights of so many of the last epochs have one mean; the counts of so many draws of the input have one sum. */
export const [average, draws] = [3, 8];
/** Several draws take as long as so many tests: of each preset only these are tested so. */
export const drawn = {
  'mnist-dense': ['the preset', 'together', 'gently together'],
  'fashion-dense': ['trains anew, cosine', 'trains anew, cosine, flips'],
};

/** Each image has its own distortion in each epoch. */
const distorted = (distortion) => ({
  'rule.augmentation': { scale: 0, rotation: 0, elastic: 0, ...distortion, per: 'image' },
});
const dropout = (share, ...layers) =>
  Object.fromEntries(layers.map((layer) => [`network.hidden.${layer}.dropout`, share]));
const anew = { 'rule.encoding': 'epoch' };
const cosine = { 'rule.optimizer.schedule': 'cosine', 'rule.optimizer.floor': 1e-5 };

const alone = {
  'the preset': {},
  'trains drawn anew each epoch': anew,
  'cosine schedule, floor 1e-5': cosine,
};
const digits = { shift: 1.5, rotation: 12, scale: 12, elastic: 3.4 };
const clothes = { shift: 1, flip: true };

const tried = {
  'mnist-dense': {
    ...alone,
    'no boosting': { 'rule.boosting': false },
    'dropout 0.2': dropout(0.2, 0),
    'shifts of 1.5 pixels': distorted({ shift: 1.5 }),
    'rotation 12°, scale 12 %': distorted({ rotation: 12, scale: 12 }),
    'elastic 3.4': distorted({ elastic: 3.4 }),
    together: { ...distorted(digits), ...anew, ...cosine },
    'together, dropout 0.1': { ...distorted(digits), ...anew, ...cosine, ...dropout(0.1, 0) },
  },
  'fashion-dense': {
    ...alone,
    'dropout 0.2': dropout(0.2, 0, 1),
    'shifts of 1 pixel': distorted({ shift: 1 }),
    flips: distorted({ flip: true }),
    together: { ...distorted(clothes), ...anew, ...cosine },
  },
};

/** What the first table leaves open, tried on more samples with one seed: together means less of each there. */
const finalists = {
  'mnist-dense': {
    'elastic 3.4, trains anew, cosine': { ...distorted({ elastic: 3.4 }), ...anew, ...cosine },
    'gently together': { ...distorted({ shift: 1, rotation: 8, scale: 8, elastic: 3.4 }), ...anew, ...cosine },
  },
  'fashion-dense': {
    'trains anew, cosine': { ...anew, ...cosine },
    'trains anew, cosine, flips': { ...distorted({ flip: true }), ...anew, ...cosine },
  },
};

/** @throws RangeError for a preset that has none */
export function optionsOf(preset, last) {
  if (!Object.hasOwn(tried, preset))
    throw new RangeError(`no options are tried with ${preset}: give ${Object.keys(tried).join(' or ')}`);
  return last ? finalists[preset] : tried[preset];
}
