/** What a plan that was written before has to do with the one that is written into the same folder now. */

/** Arguments of `spikelab train` of each run in the text of a `sweep.json`; none for anything else. */
export function earlierRuns(text: string | undefined): ReadonlyMap<string, readonly string[]> {
  try {
    const { runs } = JSON.parse(text ?? '{}') as { runs?: Record<string, { train: string[] }> };
    return new Map(Object.entries(runs ?? {}).map(([name, { train }]) => [name, train.map(String)]));
  } catch {
    return new Map(); // whoever wrote it: nothing is known of its runs
  }
}

/**
 * What a run is trained with, as a text: all but its epochs, because a longer run goes on with what is there.
 * @param experiment the text of the file that `train` names, if it names one
 */
export function trainedWith(train: readonly string[], experiment: string | undefined): string {
  if (experiment === undefined)
    return JSON.stringify(train.filter((word, k) => !isEpochs(word) && !(word === '--set' && isEpochs(train[k + 1]))));
  try {
    const { epochs: _, ...rest } = JSON.parse(experiment) as { epochs?: number };
    return JSON.stringify(rest);
  } catch {
    return experiment; // changed by hand
  }
}

const isEpochs = (word: string | undefined): boolean => word !== undefined && /^epochs=/.test(word);
