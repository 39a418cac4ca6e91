/**
 * JupyterLab renderers for Spikelab's outputs. A MIME extension: JupyterLab registers the factories at start, before
 * the first notebook opens, and nothing but two types of JupyterLab is needed to build it.
 */
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { parseCurvesPayload } from '../../src/plot/curvesPayload.js';
import { curvesMime, parseRasterPayload, rasterMime } from '../../src/plot/payload.js';
import { figureMime, parseFigurePayload } from '../../src/plot/figurePayload.js';
import { CurvesPlot } from './curves/plot.js';
import { FigurePlot } from './figure/plot.js';
import { PlotWidget } from './plot/widget.js';
import { RasterPlot } from './raster/plot.js';

/** Before images (90) and Vega (50): the first renderer that knows one of an output's types draws it. */
const rank = 40;

const rasterFactory: IRenderMime.IRendererFactory = {
  safe: true,
  mimeTypes: [rasterMime],
  createRenderer: ({ mimeType }) =>
    new PlotWidget({ mimeType, role: 'spike raster', create: () => new RasterPlot(), parse: parseRasterPayload }),
};

const curvesFactory: IRenderMime.IRendererFactory = {
  safe: true,
  mimeTypes: [curvesMime],
  createRenderer: ({ mimeType }) =>
    new PlotWidget({ mimeType, role: 'training curves', create: () => new CurvesPlot(), parse: parseCurvesPayload }),
};

const figureFactory: IRenderMime.IRendererFactory = {
  safe: true,
  mimeTypes: [figureMime],
  createRenderer: ({ mimeType }) =>
    new PlotWidget({ mimeType, role: 'figure', create: () => new FigurePlot(), parse: parseFigurePayload }),
};

const extensions: IRenderMime.IExtension[] = [
  {
    id: '@spikelab/jupyterlab:raster',
    description: 'Draws spike rasters.',
    rendererFactory: rasterFactory,
    rank,
    dataType: 'json',
  },
  {
    id: '@spikelab/jupyterlab:curves',
    description: 'Draws live training curves.',
    rendererFactory: curvesFactory,
    rank,
    dataType: 'json',
  },
  {
    id: '@spikelab/jupyterlab:figure',
    description: 'Draws charts, bars, matrices and images in the colours of the theme.',
    rendererFactory: figureFactory,
    rank,
    dataType: 'json',
  },
];

export default extensions;
