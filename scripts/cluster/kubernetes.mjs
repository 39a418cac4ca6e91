/**
 * The Kubernetes profile without a cluster: a dry run with the profile as it is written, and one run for real on this
 * machine whose result goes through the same object storage, an S3 server (moto) on the loopback interface.
 */
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError } from '../setup/run.mjs';
import { freePort, until } from './slurm.mjs';

/** The server, beside Snakemake's packages. */
export const storagePackages = ['moto[server]>=5.2,<6'];

const keys = {
  AWS_ACCESS_KEY_ID: 'key',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_DEFAULT_REGION: 'us-east-1',
  SNAKEMAKE_STORAGE_S3_ACCESS_KEY: 'key',
  SNAKEMAKE_STORAGE_S3_SECRET_KEY: 'secret',
};

/**
 * @param at folder of a sweep of one run; its profile's bucket is given a name
 * @param run name of the run
 * @returns the jobs of the dry run, the command of a run in a pod, and the run's record as the storage has it
 */
export async function throughStorage(programs, at, run) {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const env = { ...process.env, ...keys };
  const server = spawn(join(programs, 'moto_server'), ['-H', '127.0.0.1', '-p', String(port)], {
    env,
    stdio: 'ignore',
  });
  const s3 = (code) => {
    const lines = ['import boto3, sys', `s3 = boto3.client("s3", endpoint_url="${endpoint}")`, code];
    return spawnSync(join(programs, 'python'), ['-c', lines.join('\n')], { env, encoding: 'utf8' });
  };
  const snakemake = (...args) => {
    const all = [...args, '--storage-s3-endpoint-url', endpoint];
    const answer = spawnSync(join(programs, 'snakemake'), all, { cwd: at, env, encoding: 'utf8' });
    if (answer.status !== 0) throw new SetupError(`snakemake ${all.join(' ')}:\n${answer.stdout}${answer.stderr}`);
    return answer.stdout;
  };
  try {
    await until('the S3 server answers', () => s3('s3.create_bucket(Bucket="bucket")').status === 0);
    const profile = join(at, 'profiles/kubernetes/config.yaml');
    writeFileSync(profile, readFileSync(profile, 'utf8').replace('BUCKET', 'bucket'));
    const dry = snakemake('--profile', 'profiles/kubernetes', '-n', '-p');
    const lines = dry.split('\n').map((line) => line.trim().replace(/\s+/g, ' '));
    const jobs = [...new Set(lines.filter((line) => /^(all|report|run|total) \d+$/.test(line)))];
    const command = lines.find((line) => line.includes('spikelab train') && line.includes(run));
    if (!command) throw new Error(`no run of ${run} in the dry run:\n${dry}`);
    const storage = ['--default-storage-provider', 's3', '--default-storage-prefix', 's3://bucket/sweep'];
    snakemake('--cores', 'all', ...storage, '--shared-fs-usage', 'none');
    const stored = s3(
      `sys.stdout.write(s3.get_object(Bucket="bucket", Key="sweep/results/${run}.json")["Body"].read().decode())`,
    );
    return { jobs, command, record: JSON.parse(stored.stdout) };
  } finally {
    server.kill('SIGKILL');
  }
}
