/** The nodes of a NIR graph as read from a file, checked where they are asked for. */
import type { Hdf5Group, Hdf5Node, Hdf5Numbers } from '../data/formats/hdf5.js';

/** A graph that Spikelab cannot run, or a file that is no NIR graph. */
export class NirError extends Error {
  override readonly name = 'NirError';
}

export interface NirFile {
  readonly file: string;
  readonly nodes: ReadonlyMap<string, NirNode>;
  readonly edges: readonly (readonly [from: string, to: string])[];
  /** Seconds of a step and T, when Spikelab wrote the file. */
  readonly dt?: number;
  readonly steps?: number;
}

export class NirNode {
  constructor(
    private readonly file: string,
    readonly name: string,
    readonly type: string,
    private readonly members: Readonly<Record<string, Hdf5Node>>,
  ) {}

  unsupported(what: string): NirError {
    return new NirError(`${this.file}: node ${JSON.stringify(this.name)} (${this.type}): ${what}`);
  }

  /** @throws NirError when there is no such array, or a value that is not finite */
  numbers(member: string): Hdf5Numbers {
    const found = this.members[member];
    if (!found || !('values' in found)) throw this.unsupported(`${member} is missing or not an array of numbers`);
    for (const value of found.values) {
      if (!Number.isFinite(Number(value)))
        throw this.unsupported(`${member} holds ${value}: every value must be finite`);
    }
    return found;
  }

  integers(member: string): number[] {
    const values = Array.from(this.numbers(member).values as ArrayLike<number | bigint>, Number);
    const pair = values.length === 1 ? [values[0], values[0]] : values;
    return member === 'shape' ? values : pair;
  }

  /** The one value of an array. @throws NirError when it has several */
  single(member: string): number {
    const { values } = this.numbers(member);
    const first = Number(values[0]);
    if (values.length === 0) throw this.unsupported(`${member} is empty`);
    for (const value of values) {
      if (Number(value) !== first) {
        throw this.unsupported(
          `${member} differs between neurons (${first} and ${value}): a layer of Spikelab has one for all`,
        );
      }
    }
    return first;
  }

  requireAll(member: string, wanted: number): void {
    if (!(member in this.members)) return; // older files leave out what is 0
    for (const value of this.numbers(member).values) {
      if (Number(value) !== wanted) throw this.unsupported(`${member} is ${value}, supported is ${wanted}`);
    }
  }

  /** What the writer noted beside the node. */
  metadata(name: string): string | number | undefined {
    const { metadata } = this.members;
    return metadata && 'members' in metadata ? scalar(metadata.members[name]) : undefined;
  }

  has(member: string): boolean {
    return member in this.members;
  }
}

/** @throws NirError when the file is no NIR graph */
export function readNirNodes(root: Hdf5Group, file: string): NirFile {
  const graph = root.members['node'];
  if (!graph || !('members' in graph) || scalar(graph.members['type']) !== 'NIRGraph') {
    throw new NirError(`${file}: an HDF5 file without a NIR graph: expected a group "node" of type NIRGraph`);
  }
  const { nodes, edges, metadata } = graph.members;
  if (!nodes || !('members' in nodes) || !edges || !('texts' in edges)) {
    throw new NirError(`${file}: the graph has no nodes or no edges`);
  }
  const read = new Map<string, NirNode>();
  for (const [name, node] of Object.entries(nodes.members)) {
    const type = 'members' in node ? scalar(node.members['type']) : undefined;
    if (!('members' in node) || typeof type !== 'string')
      throw new NirError(`${file}: node ${JSON.stringify(name)} has no type`);
    read.set(name, new NirNode(file, name, type, node.members));
  }
  const notes = metadata && 'members' in metadata ? metadata.members : {};
  const own = scalar(notes['creator']) === 'Spikelab';
  return {
    file,
    nodes: read,
    edges: Array.from(
      { length: edges.texts.length / 2 },
      (_, k) => [edges.texts[2 * k], edges.texts[2 * k + 1]] as const,
    ),
    ...(own && { dt: Number(scalar(notes['dt'])), steps: Number(scalar(notes['steps'])) }),
  };
}

/**
 * The nodes from the Input to the Output.
 * @throws NirError when the graph is no chain, naming the node where it branches, joins or ends
 */
export function chainOf({ file, nodes, edges }: NirFile): NirNode[] {
  const inputs = [...nodes.values()].filter(({ type }) => type === 'Input');
  if (inputs.length !== 1) throw new NirError(`${file}: ${inputs.length} Input nodes, Spikelab has one`);
  const chain = [inputs[0]];
  const seen = new Set(chain);
  while (chain[chain.length - 1].type !== 'Output') {
    const last = chain[chain.length - 1];
    const next = edges.filter(([from]) => from === last.name).map(([, to]) => to);
    if (next.length !== 1) {
      throw last.unsupported(
        `${next.length} nodes follow it (${next.join(', ')}): supported is a chain without branches and recurrence`,
      );
    }
    const node = nodes.get(next[0]);
    if (!node) throw last.unsupported(`its edge leads to ${JSON.stringify(next[0])}, which is no node of the graph`);
    if (seen.has(node)) throw node.unsupported('an edge leads back to it: recurrent connections are not supported');
    chain.push(node);
    seen.add(node);
  }
  const outside = [...nodes.values()].find((node) => !seen.has(node));
  if (outside) throw outside.unsupported('it is not on the way from the Input to the Output');
  return chain;
}

function scalar(node: Hdf5Node | undefined): string | number | undefined {
  if (!node || 'members' in node || 'lists' in node) return undefined;
  return 'texts' in node ? node.texts[0] : Number(node.values[0]);
}
