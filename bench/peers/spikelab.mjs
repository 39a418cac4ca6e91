/**
 * Spikelab as one of the peers: the same turns on standard input. argv: JSON of { preset, threads, batch, samples,
 * state? }, state being a file of a trained engine's state.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { deserialize } from 'node:v8';
import { beginAgain, prepare, range } from '../train/engines.mjs';
import { outputCounts, peakMegabytes } from './turns.mjs';
import { presetNamed } from './workload.mjs';

const { preset, threads, batch, samples, state } = JSON.parse(process.argv[2]);
const { network, rule, train, test } = await presetNamed(preset, samples);
const one = await prepare(network, { ...rule, batchSize: batch }, threads, train, test.slice(0, 1));
const trained = state && deserialize(readFileSync(state));
const begin = () => (trained ? one.engine.setState(trained) : beginAgain(one.engine, network));
await begin();
await one.engine.evaluate(one.samples, 0, 64, 1, 'trainSpikes'); // threads started, code compiled
console.log(JSON.stringify({ ready: `Node ${process.version}` }));

for await (const line of createInterface({ input: process.stdin })) {
  const turn = JSON.parse(line);
  if (turn.do === 'quit') break;
  if (turn.do === 'weights') {
    const { weights } = await one.engine.getState();
    writeFileSync(turn.file, Buffer.concat(weights.map((w) => new Uint8Array(w.buffer, w.byteOffset, w.byteLength))));
    console.log('{}');
    continue;
  }
  if (turn.do === 'begin') {
    await begin();
    console.log('{}');
    continue;
  }
  if (turn.do === 'counts') {
    console.log(JSON.stringify({ counts: await outputCounts(one, train, turn) }));
    continue;
  }
  const [wall, cpu] = [performance.now(), process.cpuUsage()];
  const { skipped } =
    turn.do === 'train'
      ? await one.engine.train(one.samples, range(turn.from, turn.to))
      : await one.engine.evaluate(one.samples, turn.from, turn.to, 1, 'trainSpikes');
  const used = process.cpuUsage(cpu);
  const answer = { wall: (performance.now() - wall) / 1000, cpu: (used.user + used.system) / 1e6, skipped };
  console.log(JSON.stringify({ ...answer, peakMB: peakMegabytes() }));
}
process.exit(0);
