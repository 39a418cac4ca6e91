/**
 * The description of a bundle: `ro-crate-metadata.json` of RO-Crate 1.1 with the Workflow Run Crate profile 0.5
 * (https://w3id.org/ro/wfrun/workflow/0.5). Written here and not by npm's `ro-crate`, whose licence is the GPL; a
 * validator from PyPI reads it.
 */
import type { Machine } from '../train/machine.js';
import type { RecordedRun } from '../replicate/recorded-run.js';

/** A file of the bundle, as it is described. */
export interface CrateFile {
  /** Path in the bundle, with `/`. */
  readonly path: string;
  readonly bytes: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  readonly what: string;
  readonly type: string;
}

export interface CrateOptions {
  readonly runs: readonly RecordedRun[];
  readonly command: string;
  readonly files: readonly CrateFile[];
  /** SPDX identifier. */
  readonly license: string;
  readonly authors: readonly string[];
  /** When the last result was written, and when the bundle was made. */
  readonly ended: Date;
  readonly made: Date;
}

type Entity = Readonly<Record<string, unknown>> & { readonly '@id': string; readonly '@type': string | string[] };

export const crateFile = 'ro-crate-metadata.json';
export const workflowFile = 'workflow.sh';
export const readmeFile = 'README.md';
/** Where SPDX has the licence of an identifier. */
export const licenses = 'https://spdx.org/licenses/';
const profiles = [
  ['https://w3id.org/ro/wfrun/process/0.5', 'Process Run Crate', '0.5'],
  ['https://w3id.org/ro/wfrun/workflow/0.5', 'Workflow Run Crate', '0.5'],
  ['https://w3id.org/workflowhub/workflow-ro-crate/1.0', 'Workflow RO-Crate', '1.0'],
] as const;
/** The second part has the words of the profile that RO-Crate itself does not know. */
const terms = [
  'https://w3id.org/ro/crate/1.1/context',
  {
    environment: 'https://w3id.org/ro/terms/workflow-run#environment',
    sha256: 'https://w3id.org/ro/terms/workflow-run#sha256',
  },
];
const paper = 'https://arxiv.org/abs/1805.07866';

/** RO-Crate writes a single value bare. */
const list = <T>(all: readonly T[]): T | readonly T[] => (all.length === 1 ? all[0] : all);
const ref = (id: string): { '@id': string } => ({ '@id': id });
const day = (date: Date): string => date.toISOString().slice(0, 10);

/** The metadata of a bundle; plain JSON-LD. */
export function crateOf(options: CrateOptions): object {
  const { runs, command, files, license, authors, ended, made } = options;
  const [run] = runs;
  const { preset } = run;
  const seeds = runs.map(({ seed }) => seed).join(', ');
  const parameters = parametersOf(runs);
  const licenseId = licenses + license;
  const people = authors.map((name, n) => ({ '@id': `#author-${n + 1}`, '@type': 'Person', name }));
  const data = `#data-${encodeURIComponent(run.data.name)}`; // of people's own files it has blanks
  const outputs = files.filter(({ path }) => path !== workflowFile && path !== readmeFile).map(({ path }) => ref(path));
  const graph: Entity[] = [
    {
      '@id': crateFile,
      '@type': 'CreativeWork',
      about: ref('./'),
      conformsTo: [ref('https://w3id.org/ro/crate/1.1'), ref(profiles[2][0])],
    },
    {
      '@id': './',
      '@type': 'Dataset',
      name: `Replication of ${preset}, seeds ${seeds}`,
      description: `Training runs of the preset ${preset} by spikelab ${run.versions.spikelab}: settings, seeds, hashes of data and weights, figures of each epoch, checkpoints. "npx spikelab verify-run" on this folder repeats a part of them and compares every bit.`,
      datePublished: day(made),
      license: ref(licenseId),
      conformsTo: profiles.map(([id]) => ref(id)),
      mainEntity: ref(workflowFile),
      hasPart: files.map(({ path }) => ref(path)),
      mentions: ref('#run'),
      citation: ref(paper),
      ...(people.length > 0 && { author: list(people.map((one) => ref(one['@id']))) }),
    },
    ...profiles.map(([id, name, version]) => ({ '@id': id, '@type': 'CreativeWork', name, version })),
    ...files.map((file) => fileEntity(file, parameters, licenseId, run.versions.spikelab)),
    {
      '@id': '#sh',
      '@type': 'ComputerLanguage',
      name: 'Shell command',
      url: 'https://pubs.opengroup.org/onlinepubs/9699919799/utilities/sh.html',
    },
    ...parameters.map(({ id, name, type, what }) => ({
      '@id': id,
      '@type': 'FormalParameter',
      additionalType: type,
      name,
      description: what,
      conformsTo: ref('https://bioschemas.org/profiles/FormalParameter/1.0-RELEASE'),
    })),
    ...parameters.map(({ id, name, value }) => ({
      '@id': `${id}-value`,
      '@type': 'PropertyValue',
      name,
      value,
      exampleOfWork: ref(id),
    })),
    {
      '@id': '#run',
      '@type': 'CreateAction',
      name: `Training of ${preset}, seeds ${seeds}`,
      description: command,
      instrument: ref(workflowFile),
      object: [...parameters.map(({ id }) => ref(`${id}-value`)), ref(data)],
      result: outputs,
      endTime: `${ended.toISOString().slice(0, 19)}+00:00`,
      actionStatus: statusOf(runs),
      environment: list([...machinesOf(runs).keys()].map(ref)),
      ...(people.length > 0 && { agent: ref('#author-1') }),
    },
    ...[...machinesOf(runs)].map(([id, { node, platform, arch, cpu, cores }]) => ({
      '@id': id,
      '@type': 'PropertyValue',
      name: 'machine',
      value: `Node ${node} on ${platform} ${arch}, ${cores} cores, ${cpu}`,
    })),
    {
      '@id': '#spikelab',
      '@type': 'SoftwareApplication',
      name: 'spikelab',
      softwareVersion: run.versions.spikelab,
      description: `Spiking neural networks trained by HM2-BP; numeric version ${run.versions.numeric}: the same seed gives the same bits.`,
    },
    {
      '@id': data,
      '@type': 'Dataset',
      name: `${run.dataset}, ${run.samples} samples`,
      description: `Not in the bundle. sha256 of the training samples: ${run.dataSha256}${run.lastTest ? `; of the test samples (${run.lastTest.dataset}): ${run.lastTest.dataSha256}` : ''}`,
      identifier: run.dataSha256,
    },
    { '@id': licenseId, '@type': 'CreativeWork', name: license, identifier: license },
    {
      '@id': paper,
      '@type': 'ScholarlyArticle',
      name: 'Hybrid Macro/Micro Level Backpropagation for Training Deep Spiking Neural Networks',
      author: 'Yingyezhe Jin, Wenrui Zhang, Peng Li',
      datePublished: '2018',
    },
    ...people,
  ];
  return { '@context': terms, '@graph': graph };
}

interface Parameter {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly what: string;
  readonly value: string;
}

function parametersOf(runs: readonly RecordedRun[]): Parameter[] {
  const [{ preset, data }] = runs;
  const longest = Math.max(...runs.map(({ epochs }) => epochs.length));
  const given = [
    ['preset', 'Text', 'settings by name; settings.json has each of them', preset],
    [
      'seeds',
      'Text',
      'a training run each: weights, order and spikes follow from it',
      runs.map(({ seed }) => seed).join(','),
    ],
    ['epochs', 'Integer', 'epochs of each run', String(longest)],
    ['samples', 'Text', 'training samples: all (full), or the first n', String(data.size)],
  ] as const;
  return given.map(([name, type, what, value]) => ({ id: `#${name}`, name, type, what, value }));
}

function fileEntity(
  { path, bytes, sha256, what, type }: CrateFile,
  parameters: readonly Parameter[],
  license: string,
  version: string,
): Entity {
  const common = {
    '@id': path,
    name: path,
    description: what,
    contentSize: String(bytes),
    sha256,
    encodingFormat: type,
  };
  if (path === readmeFile) return { ...common, '@type': 'File', about: ref('./') };
  if (path !== workflowFile) return { ...common, '@type': 'File' };
  return {
    ...common,
    '@type': ['File', 'SoftwareSourceCode', 'ComputationalWorkflow'],
    programmingLanguage: ref('#sh'),
    license: ref(license),
    conformsTo: ref('https://bioschemas.org/profiles/ComputationalWorkflow/1.0-RELEASE'),
    version,
    softwareRequirements: ref('#spikelab'),
    input: parameters.map(({ id }) => ref(id)),
  };
}

function statusOf(runs: readonly RecordedRun[]): string {
  const done = runs.every(({ status }) => status === 'done');
  return `http://schema.org/${done ? 'CompletedActionStatus' : 'FailedActionStatus'}`;
}

function machinesOf(runs: readonly RecordedRun[]): Map<string, Machine> {
  const all = runs.flatMap(({ machine, parts }) => [machine, ...parts.map((part) => part.machine)]);
  const different = [...new Map(all.map((one) => [JSON.stringify(one), one])).values()];
  return new Map(different.map((one, n) => [`#machine-${n + 1}`, one]));
}
