import { describe, expect, it } from 'vitest';
import { droppedNeurons, trainingNetwork } from './dropout.js';
import { dense, describeNetwork, input } from './network.js';
import { partsOf } from './validate.js';

const network = describeNetwork([
  input(50),
  dense(400, { threshold: 20, dropout: 0.25 }),
  dense(300, { threshold: 12, dropout: 0.5 }),
  dense(10, { threshold: 8, lateralInhibition: 1 }),
]);

describe('dropout', () => {
  it('silences its share of a layer, others in each sample, epoch, layer and seed, and the same again', () => {
    const shares = [0, 0];
    for (let sample = 0; sample < 50; sample++) {
      const dropped = droppedNeurons(network, 1, 0, sample);
      expect(dropped.map((layer) => layer?.length)).toEqual([400, 300, undefined]);
      shares.forEach((_, l) => (shares[l] += dropped[l]!.reduce((a, b) => a + b, 0) / dropped[l]!.length / 50));
    }
    // Five standard deviations of 20,000 and 15,000 draws.
    expect(Math.abs(shares[0] - 0.25)).toBeLessThan(0.016);
    expect(Math.abs(shares[1] - 0.5)).toBeLessThan(0.021);
    const first = String(droppedNeurons(network, 1, 0, 0)[0]);
    expect(String(droppedNeurons(network, 1, 0, 0)[0])).toBe(first);
    for (const other of [
      droppedNeurons(network, 2, 0, 0),
      droppedNeurons(network, 1, 1, 0),
      droppedNeurons(network, 1, 0, 1),
    ])
      expect(String(other[0])).not.toBe(first);
  });

  it('leaves the layer above the share of its threshold and inhibition that it has of its input', () => {
    expect(trainingNetwork(network).layers.map(({ threshold }) => threshold)).toEqual([20, 9, 4]);
    expect(trainingNetwork(network).layers[2]).toMatchObject({ lateralInhibition: 0.5 });
    const plain = describeNetwork([input(5), dense(4, { dropout: 0 }), dense(2)]);
    expect(trainingNetwork(plain)).toBe(plain);
    expect('dropout' in plain.layers[0]).toBe(false);
    expect(describeNetwork(...partsOf(network))).toEqual(network);
  });

  it.each([-0.1, 1, Number.NaN, '0.2'])('refuses %j', (dropout) => {
    expect(() => dense(5, { dropout: dropout as number })).toThrow(/dropout.*0\.95/);
  });

  it('refuses an output layer that would drop classes', () => {
    expect(() => describeNetwork([input(5), dense(2, { dropout: 0.2 })])).toThrow(/output.*hidden layers/);
  });
});
