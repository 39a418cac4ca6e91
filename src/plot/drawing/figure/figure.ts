/** Any figure, arranged for a width and drawn with a pen. */
import type { SpikeTrains } from '../../../network/spikes.js';
import { fromBase64, inflate } from '../../bytes.js';
import { PayloadError } from '../../check.js';
import { unpackLayer } from '../../codec.js';
import type { FigurePayload } from '../../figureParts.js';
import type { Pen } from '../pen.js';
import type { Theme } from '../theme.js';
import { drawChart } from './chart.js';
import { drawEncoding, layoutEncoding, type EncodingLayout } from './encoding.js';
import { layoutChart, type ChartLayout } from './layout.js';
import { drawTiles, layoutTiles, type PutImage, type TilesLayout } from './tiles.js';

export interface ArrangedFigure {
  readonly height: number;
  draw(pen: Pen, theme: Theme, put: PutImage): void;
  /** Where its parts stand, by the kind of figure. */
  readonly chart?: ChartLayout;
  readonly tiles?: TilesLayout;
  readonly encoding?: EncodingLayout;
}

/** What is packed in a figure. */
export interface Unpacked {
  /** Pixels of all tiles, or of the image beside the spikes. */
  readonly bytes?: Uint8Array;
  readonly trains?: SpikeTrains;
}

/** @throws PayloadError when what is packed is damaged */
export function unpackFigure({ content }: FigurePayload): Unpacked {
  if (content.kind === 'encoding')
    return {
      trains: unpackLayer(content.layer, content.steps),
      bytes: fromBase64(content.stimulus.pixels, 'stimulus', 'pixels'),
    };
  if (content.kind !== 'tiles') return {};
  const size = content.tiles.reduce((sum, { rows, columns }) => sum + rows * columns, 0);
  const bytes = inflate(fromBase64(content.pixels, 'tiles', 'pixels'), 'tiles', size, 'pixels');
  if (bytes.length !== size) throw new PayloadError(`tiles of ${size} pixels have ${bytes.length}; run the cell again`);
  return { bytes };
}

/** @param corner what the first line leaves free at the right */
export function arrangeFigure(
  payload: FigurePayload,
  { bytes, trains }: Unpacked,
  width: number,
  measure: (text: string) => number,
  em: number,
  corner = 0,
): ArrangedFigure {
  const { content } = payload;
  if (content.kind === 'chart') {
    const layout = layoutChart(payload, content, width, measure, em, corner);
    return { height: layout.height, chart: layout, draw: (pen, theme) => drawChart(pen, theme, content, layout) };
  }
  if (content.kind === 'tiles') {
    const layout = layoutTiles(payload, content, width, measure, em, corner);
    return {
      height: layout.height,
      tiles: layout,
      draw: (pen, theme, put) => bytes && drawTiles(pen, theme, content, bytes, layout, put),
    };
  }
  const layout = layoutEncoding(payload, content, width, measure, em, corner);
  return {
    height: layout.height,
    encoding: layout,
    draw: (pen, theme) => trains && drawEncoding(pen, theme, content, trains, layout),
  };
}
