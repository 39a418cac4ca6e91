/** Pictures for notebooks. */
export { bars, type Bar, type BarsOptions } from './bars.js';
export { chart, type ChartMark, type ChartOptions, type ChartSeries } from './chart.js';
export { packSpikes, unpackLayer, unpackSpikes } from './codec.js';
export { classAccuracies, confusion, type ConfusionOptions, type EvaluationLike } from './confusion.js';
export { counts, type CountsOptions } from './counts.js';
export { curves, type CurvesOptions, type HistoryLike, type ReferenceCurve } from './curves.js';
export {
  asPicture,
  bundleOf,
  displaySymbol,
  hasDisplayHost,
  sendBundle,
  setDisplayHost,
  type DisplayBundle,
  type DisplayHost,
  type Picture,
} from './display.js';
export { encoding, type EncodingOptions } from './encoding.js';
export { figureMime, parseFigurePayload, type FigurePayload } from './figurePayload.js';
export { images, type ImageLike, type ImagesOptions } from './images.js';
export { layerNorms, type LayerNormsOptions } from './layerNorms.js';
export { isQuiet, LiveDisplay } from './live.js';
export { membrane, type MembraneOptions, type MembraneRun } from './membrane.js';
export { parseCurvesPayload, type CurvesPayload, type TrainingState } from './curvesPayload.js';
export {
  curvesMime,
  parseRasterPayload,
  PayloadError,
  rasterMime,
  vegaLiteMime,
  type RasterPayload,
} from './payload.js';
export { Plot } from './picture.js';
export { raster, type RasterOptions, type RunLike } from './raster.js';
export { displaysSettled, show } from './show.js';
export { Table, table, type TableRow } from './table.js';
export { weightHistogram, weightMaps, type NamedWeights, type WeightMapsOptions } from './weights.js';
