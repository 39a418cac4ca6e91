import { expect, test } from 'vitest';
import { packSpikeTrains } from '../../../src/network/spikes.js';
import { packSpikes } from '../../../src/plot/codec.js';
import { RasterPlot } from '../raster/plot.js';
import { pressKey } from './keys.js';

function plotOfThreeNeurons(): RasterPlot {
  const trains = packSpikeTrains('hidden', 100, [[0, 50], [], [99]]);
  const plot = new RasterPlot();
  plot.setPayload({
    version: 1,
    steps: 100,
    axes: { x: 'time (ms)', y: 'neuron' },
    layers: [
      {
        name: 'hidden',
        neurons: 3,
        neuronsPerRow: 1,
        stepsPerColumn: 1,
        spikes: 3,
        packedSpikes: 3,
        data: packSpikes(trains),
      },
    ],
  });
  plot.layout(640, (text) => 6 * text.length);
  return plot;
}

test('arrows read one neuron and one step after the other', () => {
  const plot = plotOfThreeNeurons();
  expect(pressKey(plot, 'ArrowRight', false)?.reading?.title).toBe('hidden · neuron 0');
  expect(pressKey(plot, 'ArrowRight', false)?.reading?.lines[0]).toEqual({ label: 'time', value: '1 ms' });
  const down = pressKey(plot, 'ArrowDown', false)?.reading;
  expect(down?.title).toBe('hidden · neuron 1');
  expect(down?.lines[2].value).toBe('0 · 0 Hz');
});

test('plus and minus zoom, 0 shows everything, other keys are not ours', () => {
  const plot = plotOfThreeNeurons();
  expect(pressKey(plot, '-', false)).toEqual({ view: false });
  expect(pressKey(plot, '+', false)).toEqual({ view: true });
  expect(plot.isZoomed()).toBe(true);
  expect(pressKey(plot, 'ArrowRight', true)).toEqual({ view: true });
  expect(pressKey(plot, '0', false)).toEqual({ view: true });
  expect(plot.isZoomed()).toBe(false);
  expect(pressKey(plot, 'a', false)).toBeUndefined();
  expect(pressKey(plot, 'Tab', false)).toBeUndefined();
});
