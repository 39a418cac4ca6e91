/** The pinned neuron of a raster, and where its membrane comes from: the output itself, or the kernel. */
import { PayloadError } from '../../../src/plot/check.js';
import { unpackMembrane } from '../../../src/plot/membraneCodec.js';
import { membraneTarget, parseMembraneReply } from '../../../src/plot/membraneReply.js';
import type { RasterPayload } from '../../../src/plot/payload.js';
import type { Pinned } from '../../../src/plot/drawing/raster/extras.js';
import type { PlotServices } from '../plot/plot.js';

/** While the kernel computes, it answers no question. */
export const asking = 'asking the kernel (while a cell computes, it may answer when that has ended)';

export class Pin {
  private pinned?: Pinned;
  /** Counts what was pinned: an answer may come when another sample is shown. */
  private turn = 0;
  services?: PlotServices;

  get current(): Pinned | undefined {
    return this.pinned;
  }

  /** Pins a row, or lets it go when it is pinned already. @param sample which of the payload's samples is shown */
  toggle(payload: RasterPayload, sample: number, layer: number, row: number): void {
    const again = this.pinned?.layer === layer && this.pinned.row === row;
    this.pinned = undefined;
    if (!again) this.pin(payload, sample, layer, row);
  }

  clear(): boolean {
    const was = this.pinned !== undefined;
    this.pinned = undefined;
    return was;
  }

  /** Another sample, or other data: the same neuron, if it is there. */
  renew(payload: RasterPayload, sample: number): void {
    const { pinned } = this;
    if (!pinned) return;
    this.pinned = undefined;
    const layer = payload.layers[pinned.layer];
    if (layer && pinned.row < layer.neurons / layer.neuronsPerRow) this.pin(payload, sample, pinned.layer, pinned.row);
  }

  private pin(payload: RasterPayload, sample: number, layer: number, row: number): void {
    this.turn++;
    this.pinned = { layer, row, ...this.found(payload, sample, layer, row) };
  }

  /** A recorded potential, or words in its place; those of a question are replaced by its answer. */
  private found(payload: RasterPayload, sample: number, layer: number, row: number): Omit<Pinned, 'layer' | 'row'> {
    const { steps, layers, source } = payload;
    const info = layers[layer];
    if (info.neuronsPerRow > 1)
      return { words: `a row joins ${info.neuronsPerRow} neurons of ${info.name}: draw its layer alone to pin one` };
    if (info.membranes) {
      try {
        return { potential: unpackMembrane(info.membranes, info.name, steps, info.neurons, row) };
      } catch (error) {
        if (!(error instanceof PayloadError)) throw error;
        return { words: error.message };
      }
    }
    if (layer === 0 && layers.length > 1 && info.threshold === undefined)
      return { words: 'an input has no membrane: its spikes are those of the sample' };
    if (source === undefined || !this.services)
      return { words: "not recorded: run with { record: ['spikes', 'membrane'] }" };
    const { turn } = this;
    const question = { source, sample, layer: info.name, neuron: row };
    void this.services
      .ask(membraneTarget, question)
      .then((answer) => membraneOf(answer, steps))
      .catch((error: unknown) => ({ words: unrecorded(error) }))
      .then((found) => {
        // Only if nothing else was pinned, or shown, in the meantime.
        if (!this.pinned || turn !== this.turn) return;
        this.pinned = { layer, row, ...found };
        this.services?.changed();
      });
    return { words: asking };
  }
}

/** @throws PayloadError */
function membraneOf(answer: unknown, steps: number): Pick<Pinned, 'potential' | 'words'> {
  if (answer === undefined) return { words: unrecorded('the kernel does not know this run any more') };
  const reply = parseMembraneReply(answer, steps);
  return 'problem' in reply ? { words: unrecorded(reply.problem) } : reply;
}

function unrecorded(why: unknown): string {
  const words = why instanceof Error ? why.message : String(why);
  return `not recorded, and ${words}${/run (its|the) cell/.test(words) ? '' : ': run its cell again'}`;
}
