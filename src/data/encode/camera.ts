/** What an event camera saw, to spikes: N-MNIST's recordings as the authors prepare them. */
import { requireInteger, requireList, requireObject } from '../../network/require.js';
import type { SpikeTrains } from '../../network/spikes.js';
import { type CameraEvents, nmnistSide, selectEvents } from '../formats/nmnist.js';
import { spikesFromEvents } from './spikes-from-events.js';

/**
 * Takes the camera's three saccades (a triangle of 3.5 and 7 pixels, 105 ms each) out of the positions; events that
 * leave the frame are dropped. Source: the authors' settings and the data set's own tools.
 */
export function stabilise(events: CameraEvents): CameraEvents {
  requireCamera('stabilise()', events);
  const moved = { ...events, x: new Uint8Array(events.x.length), y: new Uint8Array(events.x.length) };
  const inside: number[] = [];
  for (let k = 0; k < events.x.length; k++) {
    const t = events.time[k] / 1000; // ms
    let dx = (3.5 * t) / 105;
    let dy = (7 * t) / 105;
    if (t > 210) {
      dx = 7 - (7 * (t - 210)) / 105;
      dy = 0;
    } else if (t > 105) {
      dx = 3.5 + (3.5 * (t - 105)) / 105;
      dy = 7 - (7 * (t - 105)) / 105;
    }
    const x = Math.floor(events.x[k] - dx + 0.5);
    const y = Math.floor(events.y[k] - dy + 0.5);
    if (x < 0 || y < 0 || x >= nmnistSide || y >= nmnistSide) continue;
    moved.x[k] = x;
    moved.y[k] = y;
    inside.push(k);
  }
  return selectEvents(moved, inside.length, (k) => inside[k]);
}

function requireCamera(name: string, events: CameraEvents): void {
  requireObject(name, events, '{ x, y, polarity, time }');
  for (const field of ['x', 'y', 'polarity', 'time'] as const) requireList(`${name} ${field}`, events[field], 'a list');
}

/**
 * Bins events into spike trains of 2 x 34 x 34 inputs: bin = ceil(time / binWidth), spike at step bin + 1, as the
 * authors' converter and reader do; several events of an input in a bin are one spike, what comes at `steps` or later
 * is cut.
 * @param binWidth microseconds
 */
export function binEvents(events: CameraEvents, steps = 540, binWidth = 600): SpikeTrains {
  requireCamera('binEvents()', events);
  requireInteger('binWidth', binWidth, 1, 1_000_000);
  const neurons = new Uint16Array(events.x.length);
  const times = new Uint32Array(events.x.length);
  for (let k = 0; k < neurons.length; k++) {
    neurons[k] = (events.polarity[k] * nmnistSide + events.y[k]) * nmnistSide + events.x[k];
    times[k] = Math.ceil(events.time[k] / binWidth) + 1;
  }
  return spikesFromEvents(2 * nmnistSide * nmnistSide, steps, neurons, times);
}
