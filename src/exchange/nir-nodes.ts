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
    /** Whether Spikelab wrote the file: only then its notes beside the node mean what they do here. */
    private readonly own: boolean,
  ) {}

  unsupported(what: string): NirError {
    return new NirError(`${this.file}: node ${JSON.stringify(this.name)} (${this.type}): ${what}`);
  }

  /** What the library says of a value out of range, with the node's name. */
  trying<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw error instanceof RangeError ? this.unsupported(error.message) : error;
    }
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

  /** A text, `same` of a convolution's padding for instance; undefined for anything else. */
  text(member: string): string | undefined {
    const found = scalar(this.members[member]);
    return typeof found === 'string' ? found : undefined;
  }

  /**
   * The one value of a scalar, or of an array with a value for each of `units`.
   * @throws NirError when it has several
   */
  single(member: string, units: number): number {
    const { values, shape } = this.numbers(member);
    const first = Number(values[0]);
    if (values.length !== 1 && values.length !== units)
      throw this.unsupported(`${member} has the shape [${shape.join(', ')}], there are ${units} neurons`);
    for (const value of values) {
      if (Number(value) !== first) {
        throw this.unsupported(
          `${member} differs between neurons (${first} and ${value}): a layer of Spikelab has one for all`,
        );
      }
    }
    return first;
  }

  /**
   * As `single`; of 32 bits the shortest decimal number that has them, so that 0.064 stored so is 0.064 again and not
   * 0.06400000303983688.
   */
  decimal(member: string, units: number): number {
    const value = this.single(member, units);
    if (!(this.numbers(member).values instanceof Float32Array)) return value;
    const digits = [1, 2, 3, 4, 5, 6, 7, 8].find((count) => Math.fround(Number(value.toPrecision(count))) === value);
    return digits === undefined ? value : Number(value.toPrecision(digits));
  }

  requireAll(member: string, wanted: number): void {
    if (!(member in this.members)) return; // older files leave out what is 0
    for (const value of this.numbers(member).values) {
      if (Number(value) !== wanted) throw this.unsupported(`${member} is ${value}, supported is ${wanted}`);
    }
  }

  /** What Spikelab noted beside the node. */
  metadata(name: string): string | number | undefined {
    const { metadata } = this.members;
    return this.own && metadata && 'members' in metadata ? scalar(metadata.members[name]) : undefined;
  }

  isNumbers(member: string): boolean {
    return member in this.members && 'values' in this.members[member];
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
  const notes = metadata && 'members' in metadata ? metadata.members : {};
  const own = scalar(notes['creator']) === 'Spikelab';
  const read = new Map<string, NirNode>();
  for (const [name, type, members] of nodesBelow(nodes, file, ''))
    read.set(name, new NirNode(file, name, type, members, own));
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

type FoundNode = [name: string, type: string, members: Hdf5Group['members']];

/** A name with `/` in it is a group within a group: HDF5 takes it for a path. */
function nodesBelow({ members }: Hdf5Group, file: string, above: string): FoundNode[] {
  return Object.entries(members).flatMap(([part, node]): FoundNode[] => {
    const name = above + part;
    if (!('members' in node)) throw new NirError(`${file}: node ${JSON.stringify(name)} is no group`);
    const type = scalar(node.members['type']);
    if (typeof type === 'string') return [[name, type, node.members]];
    const inner = Object.values(node.members);
    if (inner.length === 0 || inner.some((one) => !('members' in one)))
      throw new NirError(`${file}: node ${JSON.stringify(name)} has no type`);
    return nodesBelow(node, file, `${name}/`);
  });
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
    const next = [...new Set(edges.filter(([from]) => from === last.name).map(([, to]) => to))];
    if (next.length !== 1) {
      throw last.unsupported(
        next.length === 0
          ? 'nothing follows it: its way must lead to the Output'
          : `${next.length} nodes follow it (${next.join(', ')}): supported is a chain without branches and recurrence`,
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
  const last = chain[chain.length - 1];
  const stray = edges.find(([from]) => from === last.name || !nodes.has(from));
  if (stray)
    throw new NirError(
      `${file}: an edge leads from ${JSON.stringify(stray[0])} to ${JSON.stringify(stray[1])}: from ${stray[0] === last.name ? 'the Output nothing may' : 'a node that is not there'}`,
    );
  return chain;
}

function scalar(node: Hdf5Node | undefined): string | number | undefined {
  if (!node || 'members' in node || 'lists' in node) return undefined;
  return 'texts' in node ? node.texts[0] : Number(node.values[0]);
}
