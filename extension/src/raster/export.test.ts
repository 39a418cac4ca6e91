import { expect, test } from 'vitest';
import { packSpikeTrains } from '../../../src/network/spikes.js';
import { packSpikes } from '../../../src/plot/codec.js';
import { unpackLayers } from '../../../src/plot/drawing/raster/layer.js';
import { RasterView } from '../../../src/plot/drawing/raster/view.js';
import { quoted } from '../plot/csv.js';
import { spikesCsv } from './export.js';

const trains = packSpikeTrains('hidden', 50, [[1, 20], [], [49]]);
const layers = unpackLayers(
  {
    version: 1,
    steps: 50,
    axes: { x: '', y: '' },
    layers: [
      {
        name: 'a "b"',
        neurons: 3,
        neuronsPerRow: 1,
        stepsPerColumn: 1,
        spikes: 3,
        packedSpikes: 3,
        data: packSpikes(trains),
      },
    ],
  },
  [],
);

test('all spikes, or those in view, one line each', () => {
  expect(spikesCsv([{ layers }])).toBe('layer,neuron,step\n"a ""b""",0,1\n"a ""b""",0,20\n"a ""b""",2,49\n');
  const whole = RasterView.whole(50, [3]);
  expect(spikesCsv([{ layers }], whole)).toBe(spikesCsv([{ layers }]));
  const layout = {
    width: 100,
    height: 100,
    x: { from: 0, to: 50 },
    left: 0,
    titleLeft: 0,
    title: [],
    titleRight: 100,
    panels: [{ heading: 0, y: { from: 10, to: 40 } }],
    rates: { heading: 0, y: { from: 50, to: 60 } },
    axisTitle: 0,
  };
  const zoomed = whole.zoomTo(layout, { x: 10, y: 20 }, { x: 30, y: 20 });
  expect(spikesCsv([{ layers }], zoomed)).toBe('layer,neuron,step\n"a ""b""",0,20\n');
});

test('a name is never a formula of the spreadsheet', () => {
  expect(quoted('=cmd()')).toBe(`"'=cmd()"`);
  expect(quoted('-1')).toBe(`"'-1"`);
});
