/**
 * What `snakemake` needs to make the runs of a sweep: a workflow, its configuration, and a profile for each kind of
 * place. Texts only.
 */
import { shellWord } from '../experiment/shell-word.js';
import type { Needs } from './measure.js';
import { snakefile } from './snakefile.js';

export interface SweepRun extends Needs {
  /** Its folder below the sweep's, with `/`; its result is named alike. */
  readonly name: string;
  /** What `spikelab train` is given: all but folder, threads and `--resume`. */
  readonly train: readonly string[];
  /** Of the experiment's file that `train` names: a run with another one is made again. */
  readonly sha256?: string;
}

export interface SweepSettings {
  readonly runs: readonly SweepRun[];
  readonly threads: number;
  /** The command, and its arguments before `train`. */
  readonly spikelab: readonly string[];
}

/**
 * How often a run is tried again: each preempted or lost machine costs one, and each time it goes on from its
 * checkpoint.
 */
const retries = 10;

/**
 * Files by their paths below the sweep's folder. @throws RangeError for names that are none of a file, or given twice
 */
export function snakemakeFiles({ runs, threads, spikelab }: SweepSettings): ReadonlyMap<string, string> {
  for (const { name } of runs)
    if (!/^[A-Za-z0-9][\w.=,+-]*(\/[A-Za-z0-9][\w.=,+-]*)*$/.test(name))
      throw new RangeError(
        `a run is named ${JSON.stringify(name)}: letters, digits and . _ = , + - make a folder's name`,
      );
  if (runs.length === 0) throw new RangeError('a sweep of no runs: give at least one value for each part of the grid');
  const twice = runs.find(({ name }, k) => runs.findIndex((other) => other.name === name) !== k);
  if (twice) throw new RangeError(`two runs are named ${twice.name}: give each value once`);
  const config = {
    spikelab: spikelab.map(shellWord).join(' '),
    folder: '.', // as `sweep` in a notebook and `replicate` lay them out
    threads,
    retries,
    runs: Object.fromEntries(
      runs.map(({ name, train, sha256, memoryMb, minutes }) => [
        name,
        { train, ...(sha256 !== undefined && { sha256 }), mem_mb: memoryMb, minutes },
      ]),
    ),
  };
  return new Map([
    ['Snakefile', snakefile],
    ['sweep.json', `${JSON.stringify(config, null, 2)}\n`],
    ['profiles/default/config.yaml', everywhere],
    ['profiles/slurm/config.yaml', slurm],
    ['profiles/kubernetes/config.yaml', kubernetes],
  ]);
}

const everywhere = `# Read by every snakemake in this folder, on a laptop and on a cluster.
rerun-incomplete: true # what a killed snakemake left
keep-going: true # the other runs, when one fails for good
`;

const slurm = `# snakemake --profile profiles/slurm, on a login node, in tmux or screen. It waits for the jobs and submits them again when they fail.
executor: slurm
jobs: 100 # in the queue at once
latency-wait: 60 # seconds in which a shared folder may be late
slurm-requeue: true # a preempted job, or one whose node failed, is queued again by SLURM itself
# Without accounting (slurmdbd) sacct knows nothing; where the cluster has it, "sacct" is the better one.
slurm-status-command: squeue
slurm-init-seconds-before-status-checks: 20
# default-resources:
#   slurm_account: ACCOUNT
#   slurm_partition: PARTITION
`;

const kubernetes = `# snakemake --profile profiles/kubernetes, where kubectl works. Change what is in capitals.
executor: kubernetes
jobs: 100
container-image: REGISTRY/spikelab:VERSION # with spikelab[cluster] and the data: see docs/cluster.md
kubernetes-namespace: default
# Results, logs and the report go to object storage; its keys are in SNAKEMAKE_STORAGE_S3_ACCESS_KEY and SNAKEMAKE_STORAGE_S3_SECRET_KEY.
default-storage-provider: s3
default-storage-prefix: s3://BUCKET/sweep
# storage-s3-endpoint-url: https://STORAGE
config:
  - spikelab=spikelab
# With a volume that all pods can write (ReadWriteMany), a run goes on from its checkpoint in another pod; without one it begins anew, to the same bits.
#  - folder=/checkpoints
# kubernetes-persistent-volumes:
#  - CLAIM:/checkpoints
`;
