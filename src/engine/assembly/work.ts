// Work that was done, counted where it is done: a slower algorithm shows here on any machine. A line is 64 bytes, 16
// values side by side.
import { Scratch } from './plan';


@unmanaged
export class Work {
  /** Numbers drawn by the encoder. */
  draws: f64;
  /** Spikes listed for dense layers and reservoirs. */
  events: f64;
  /** Lines of weights copied to where they lie side by side. */
  packed: f64;
  /** Lines of weights added to currents. */
  added: f64;
  /** Lines of membranes advanced by a step. */
  advanced: f64;
  /** Words, or parts of words, of spikes written where all workers read them. */
  published: f64;
  /** Words of spikes gone through for the trains of 64 neurons. */
  gathered: f64;
  /** Lines of traces D made, and of the responses G. */
  traced: f64;
  /** Lines of traces D stored. */
  kept: f64;
  /** Lines of traces or responses read for e. */
  read: f64;
  /** Lines of e made: 16 neurons, one input. */
  potentials: f64;
  /** Lines of weights multiplied by e for the side effect. */
  weighed: f64;
  /** Blocks of 16 neurons whose factors of gradient and regulariser were made. */
  scaled: f64;
  /** Lines of weights gone through for the error sent down. */
  sent: f64;
  /** Lines of gradient sums added to in a batch. */
  summed: f64;
  /** Lines of weights that an optimiser step went through, or the sums of frozen ones. */
  stepped: f64;
}


@inline
export function workOf(scratch: Scratch): Work {
  return changetype<Work>(scratch.work);
}
