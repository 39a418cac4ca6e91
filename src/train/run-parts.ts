/** Who trained which part of a run: a run may be cut and go on elsewhere, with another number of threads. */
import { machine } from '#train-platform';
import type { Machine } from './machine.js';
import { packageVersion } from './version.js';

/** A stretch of a training on one machine, with one number of threads. */
export interface RunPart {
  /** Epochs, fractional: 0.5 is the middle of the first. */
  readonly from: number;
  readonly to: number;
  readonly threads: number;
  readonly machine: Machine;
  readonly spikelab: string;
}

const here = machine();

/** The parts after this process trained from `from` to `to`: the last one grown, or another. */
export function afterTraining(
  parts: readonly RunPart[],
  from: number,
  to: number,
  threads: number,
): readonly RunPart[] {
  const part: RunPart = { from, to, threads, machine: here, spikelab: packageVersion };
  const last = parts.at(-1);
  if (last?.to !== from || conditions(last) !== conditions(part)) return [...parts, part];
  return [...parts.slice(0, -1), { ...part, from: last.from }];
}

const conditions = ({ threads, machine: { node, platform, arch, cpu, cores }, spikelab }: RunPart): string =>
  JSON.stringify([threads, node, platform, arch, cpu, cores, spikelab]);
