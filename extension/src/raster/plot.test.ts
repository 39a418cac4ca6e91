import { expect, test } from 'vitest';
import { packSpikeTrains, type SpikeTrains } from '../../../src/network/spikes.js';
import { packSpikes } from '../../../src/plot/codec.js';
import { PayloadError, type RasterLayer, type RasterPayload } from '../../../src/plot/payload.js';
import { RasterPlot } from './plot.js';

const layerOf = (trains: SpikeTrains): RasterLayer => ({
  name: trains.name,
  neurons: trains.neurons,
  neuronsPerRow: 1,
  stepsPerColumn: 1,
  spikes: trains.times.length,
  packedSpikes: trains.times.length,
  data: packSpikes(trains),
});
const payloadOf = (...layers: RasterLayer[]): RasterPayload => ({
  version: 1,
  steps: 100,
  axes: { x: 'time (ms)', y: 'neuron' },
  layers,
});
const hidden = layerOf(packSpikeTrains('hidden', 100, [[10, 20], [], [30]]));
const out = { ...layerOf(packSpikeTrains('output', 100, [[50], [60, 61]])), neuronNames: ['cat', 'dog'] };
const measure = (text: string): number => 6 * text.length;

function plotOf(payload: RasterPayload): RasterPlot {
  const plot = new RasterPlot();
  plot.setPayload(payload);
  plot.layout(760, measure);
  return plot;
}

/** Asks every pixel and keeps those readings that count spikes. */
function readEverything(plot: RasterPlot, height: number): Map<string, string> {
  const found = new Map<string, string>();
  for (let y = 0; y < height; y += 2) {
    for (let x = 0; x < 760; x++) {
      const reading = plot.inspect({ x, y });
      const here = reading?.lines.find(({ label }) => label === 'spikes here');
      if (reading && here && here.value !== '0') found.set(`${reading.title} at ${reading.lines[0].value}`, here.value);
    }
  }
  return found;
}

test('the pointer finds each spike, names its neuron and its step, and finds no others', () => {
  const plot = plotOf(payloadOf(hidden, out));
  expect(Object.fromEntries(readEverything(plot, plot.layout(760, measure)))).toEqual({
    'hidden · neuron 0 at 10 ms': '1',
    'hidden · neuron 0 at 20 ms': '1',
    'hidden · neuron 2 at 30 ms': '1',
    'output · neuron 0 (cat) at 50 ms': '1',
    'output · neuron 1 (dog) at 60 ms': '1',
    'output · neuron 1 (dog) at 61 ms': '1',
  });
});

test('joined rows and columns are read as what they are', () => {
  // 4 neurons in pairs, times in bins of 10 ms
  const joined = {
    ...layerOf(packSpikeTrains('input', 10, [[2], [9]])),
    neurons: 4,
    neuronsPerRow: 2,
    stepsPerColumn: 10,
    spikes: 5,
  };
  const plot = plotOf(payloadOf(joined));
  expect(Object.fromEntries(readEverything(plot, plot.layout(760, measure)))).toEqual({
    'input · neurons 0–1 at 20–29 ms': '1',
    'input · neurons 2–3 at 90–99 ms': '1',
  });
});

test('the histogram reads rates of all layers', () => {
  const plot = plotOf(payloadOf(hidden, out));
  const height = plot.layout(760, measure);
  const readings = Array.from({ length: height }, (_, y) => plot.inspect({ x: 400, y })).filter((reading) =>
    reading?.lines.some(({ label }) => label === 'output'),
  );
  expect(readings.length).toBeGreaterThan(40);
  expect(readings[0]!.lines.map(({ label }) => label)).toEqual(['hidden', 'output']);
});

test('an update of a live raster keeps the view; a raster of another shape shows all', () => {
  const plot = plotOf(payloadOf(hidden, out));
  expect(plot.zoom(2)).toBe(true);
  plot.setPayload(payloadOf(layerOf(packSpikeTrains('hidden', 100, [[11], [12], [13]])), out));
  expect(plot.isZoomed()).toBe(true);
  plot.setPayload(payloadOf(hidden));
  expect(plot.isZoomed()).toBe(false);
});

test('damaged spikes are refused when they are to be drawn', () => {
  const plot = plotOf(payloadOf(hidden, out));
  expect(plot.summary()).toBe(
    'Spike raster: 100 steps, hidden with 3 neurons and 3 spikes, output with 2 neurons and 3 spikes',
  );
  for (const data of ['', '!!!', hidden.data.slice(0, 4), out.data]) {
    plot.setPayload(payloadOf({ ...hidden, data }));
    expect(() => plot.prepare()).toThrow(PayloadError);
  }
});

test('a raster without layers or neurons does nothing, but does not fail', () => {
  for (const payload of [payloadOf(), payloadOf(layerOf(packSpikeTrains('empty', 100, [])))]) {
    const plot = plotOf(payload);
    for (const y of [5, 30, 60, 90]) plot.inspect({ x: 300, y });
    expect(() => [
      plot.step(1, 1),
      plot.zoom(2),
      plot.pan(10, 10),
      plot.reset(),
      plot.zoomTo({ x: 100, y: 30 }, { x: 300, y: 40 }),
    ]).not.toThrow();
  }
});
