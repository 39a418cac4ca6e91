/**
 * The workflow of a sweep, as Snakemake 9 reads it: one rule for a run, one for the report of all. What differs between
 * sweeps is in `sweep.json`.
 */

/** How the file begins: one that does not is somebody else's. */
export const writtenBySweep = '# Written by "spikelab sweep".';

export const snakefile = String.raw`${writtenBySweep} The runs, and what they ask for, are in sweep.json; how and where they are run is in profiles/.
#     snakemake --cores all                       on this machine
#     snakemake --profile profiles/slurm          on a cluster with SLURM
#     snakemake --profile profiles/kubernetes     in pods, with object storage
import re
import shlex


configfile: "sweep.json"


RUNS = config["runs"]


wildcard_constraints:
    run="|".join(map(re.escape, RUNS)),


# A run that did not fit, or took longer than was thought, gets more when it is tried again.
def grown(key):
    return lambda wildcards, attempt: RUNS[wildcards.run][key] * min(attempt, 4)


localrules:
    all,


rule all:
    input:
        "report/report.html",


# The folder of a run is no output: Snakemake empties those before it tries again, and the checkpoint in it is what a run goes on from.
rule run:
    output:
        "results/{run}.json",
    log:
        "logs/{run}.log",
    threads: config["threads"]
    retries: config["retries"]
    resources:
        mem_mb=grown("mem_mb"),
        runtime=grown("minutes"),
    params:
        spikelab=config["spikelab"],
        train=lambda wildcards: shlex.join(RUNS[wildcards.run]["train"]),
        folder=lambda wildcards: shlex.quote(config["folder"] + "/" + wildcards.run),
        experiment=lambda wildcards: RUNS[wildcards.run].get("sha256"),
    shell:
        "resume=; if [ -e {params.folder}/checkpoint.safetensors ]; then "
        "resume=--resume; echo \"$(date): $(hostname) goes on from the checkpoint\" >> {log}; fi; "
        "{params.spikelab} train {params.train} --threads {threads} --out {params.folder} $resume --json"
        " > {output}.part 2>> {log} && mv {output}.part {output}"


rule report:
    input:
        expand("results/{run}.json", run=RUNS),
    output:
        "report/report.html",
        "report/report.md",
        "report/comparison.json",
        "report/curves.png",
        "report/comparison.png",
    log:
        "logs/report.log",
    threads: 1
    resources:
        mem_mb=1024,
        runtime=10,
    params:
        spikelab=config["spikelab"],
    shell:
        "{params.spikelab} report {input} --out \"$(dirname {output[0]})\" 2>> {log}"
`;
