/** One small training, the same in Node and on a page. */
import type * as Library from 'spikelab';

export interface Outcome {
  /** Of all weights. */
  readonly weightsSha256: string;
  readonly dataSha256: string;
  readonly predictions: readonly number[];
  /** Threads that computed. */
  readonly threads: number;
  /** The PNG of a raster, byte by byte. */
  readonly png: number[];
}

type Parts = Pick<typeof Library, 'classifier' | 'datasets' | 'raster'>;

/** Trains 784-64-10 for an epoch on drawn digits and tests it, so that every kind of job of the engine is done. */
export async function trained({ classifier, datasets, raster }: Parts, threads: number): Promise<Outcome> {
  const { train, test } = await datasets.strokes({ train: 300, test: 60, seed: 3 });
  const net = classifier({ hidden: [64], steps: 60, seed: 7, threads, encoding: 'epoch' });
  await net.fit(train, { epochs: 2, validation: test, silent: true });
  const { predictions } = await net.evaluate(test);
  const png = await raster(await net.run(test.at(0))).png();
  const { weightsSha256, dataSha256 } = net.runRecord;
  return { weightsSha256, dataSha256, predictions: [...predictions], threads: net.threads, png: [...png] };
}
