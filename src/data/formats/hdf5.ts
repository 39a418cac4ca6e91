/**
 * HDF5 files as trees of plain values, through h5wasm. Files live in the memory of its module, never on disk: a link in
 * a hostile file leads nowhere, and what is written is read back before anybody gets it.
 */
import { fail, fileInMemory, Hdf5Error, type Hdf5Group, type Hdf5Node, type OpenGroup } from './hdf5-memory.js';
import { checkGlobalHeaps } from './hdf5-heaps.js';
import { deepest, readDataset, readGroup } from './hdf5-read.js';

export {
  Hdf5Error,
  type Hdf5Array,
  type Hdf5Group,
  type Hdf5Lists,
  type Hdf5Node,
  type Hdf5Numbers,
  type Hdf5Texts,
} from './hdf5-memory.js';

const compressFrom = 1024; // bytes: below, a chunk's bookkeeping costs more than it saves
const largestFile = 2 ** 30; // bytes
const signature = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

/**
 * Bytes of an HDF5 file, arrays compressed. @throws Hdf5Error when what was written does not read back as it was given
 */
export async function writeHdf5(root: Hdf5Group): Promise<Uint8Array> {
  const bytes = await fileInMemory('w', undefined, 'the new file', (file) => writeGroup(file, root));
  const source = 'the file just written';
  compare(await readHdf5(bytes, source), root, '', source);
  return bytes;
}

/**
 * Reads a whole file.
 * @param source named in errors
 * @throws Hdf5Error: no HDF5 file, cut, damaged, or with values that are neither numbers nor texts
 */
export async function readHdf5(bytes: Uint8Array, source: string): Promise<Hdf5Group> {
  requireFile(bytes, source);
  let tree: Hdf5Group = { members: {} };
  await fileInMemory('r', bytes, source, (file) => {
    tree = readGroup(file, source, '');
  });
  return tree;
}

/**
 * Reads the datasets at the given paths, for instance `spikes/times`, and nothing else; undefined for one that is not
 * there.
 * @throws Hdf5Error as `readHdf5`, and for a group in the place of a dataset
 */
export async function readHdf5Datasets(
  bytes: Uint8Array,
  paths: readonly string[],
  source: string,
): Promise<Map<string, Hdf5Node | undefined>> {
  requireFile(bytes, source);
  const found = new Map<string, Hdf5Node | undefined>();
  await fileInMemory('r', bytes, source, (file) => {
    for (const path of paths) {
      if (!isThere(file, path)) continue;
      const member = file.get(path);
      if (!member || !('slice' in member)) fail(source, path, 'a group or a link, not a dataset');
      else found.set(path, readDataset(member, source, path));
    }
  });
  return found;
}

const mostListed = 1000;

/** Paths of the datasets of a file, the first thousand. @throws Hdf5Error as `readHdf5` */
export async function hdf5Paths(bytes: Uint8Array, source: string): Promise<string[]> {
  requireFile(bytes, source);
  const paths: string[] = [];
  const below = (group: OpenGroup, path: string, depth: number): void => {
    for (const name of group.keys()) {
      const member = paths.length < mostListed ? group.get(name) : undefined;
      if (member && 'slice' in member) paths.push(`${path}${name}`);
      else if (isGroup(member) && depth < deepest) below(member, `${path}${name}/`, depth + 1);
    }
  };
  await fileInMemory('r', bytes, source, (file) => below(file, '', 0));
  return paths;
}

/**
 * Each step of the path is looked up in the one before: HDF5 takes the lookup of a group that is not there for an
 * error.
 */
function isThere(file: OpenGroup, path: string): boolean {
  let group: OpenGroup | undefined = file;
  for (const name of path.split('/').filter((step) => step !== '')) {
    if (!group?.keys().includes(name)) return false;
    const member: unknown = group.get(name);
    group = isGroup(member) ? member : undefined;
  }
  return true;
}

const isGroup = (member: unknown): member is OpenGroup =>
  typeof member === 'object' && member !== null && 'keys' in member;

function requireFile(bytes: Uint8Array, source: string): void {
  if (!beginsSomewhere(bytes)) fail(source, '', 'not an HDF5 file: its first bytes are others');
  if (bytes.length > largestFile)
    fail(source, '', `${bytes.length} bytes; at most ${largestFile} are read: cut it into parts`);
  checkGlobalHeaps(bytes, source);
}

/**
 * At byte 0, or behind what another program put before it (MATLAB's .mat files): at 512, 1024, 2048, … (file format
 * specification, II.A).
 */
function beginsSomewhere(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at = Math.max(512, 2 * at))
    if (signature.every((byte, k) => bytes[at + k] === byte)) return true;
  return false;
}

function writeGroup(group: OpenGroup, { members, attributes = {} }: Hdf5Group): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'string') group.create_attribute(name, value);
    else group.create_attribute(name, value.values, [...value.shape]);
  }
  for (const [name, node] of Object.entries(members)) {
    if ('members' in node) writeGroup(group.create_group(name), node);
    else if ('texts' in node) {
      const data = node.shape.length === 0 ? node.texts[0] : [...node.texts];
      group.create_dataset({ name, data, shape: [...node.shape] });
    } else if ('lists' in node) throw new Hdf5Error(`${name}: lists of unequal lengths are not written`);
    else {
      const { values, shape } = node;
      const chunked = values.byteLength >= compressFrom && { chunks: [...shape], compression: 'gzip' as const };
      group.create_dataset({ name, data: values, shape: [...shape], ...chunked });
    }
  }
}

/** HDF5 faults on writing are quiet: a file counts as written when it reads back. */
function compare(found: Hdf5Node | undefined, wanted: Hdf5Node, path: string, source: string): void {
  if ('members' in wanted) {
    if (!found || !('members' in found)) throw new Hdf5Error(`${source}: group ${path} is missing`);
    for (const [name, node] of Object.entries(wanted.members))
      compare(found.members[name], node, `${path}/${name}`, source);
    for (const name of Object.keys(wanted.attributes ?? {})) {
      if (found.attributes?.[name] === undefined)
        throw new Hdf5Error(`${source}: attribute ${name} of ${path} is missing`);
    }
    return;
  }
  const same =
    found !== undefined &&
    !('members' in found) &&
    equal(found.shape, wanted.shape) &&
    ('texts' in wanted
      ? 'texts' in found && equal(found.texts, wanted.texts)
      : 'values' in wanted && 'values' in found && equal(found.values, wanted.values));
  if (!same) throw new Hdf5Error(`${source}: ${path} does not read back as it was given`);
}

function equal(a: ArrayLike<unknown>, b: ArrayLike<unknown>): boolean {
  if (a.length !== b.length) return false;
  for (let k = 0; k < a.length; k++) if (!Object.is(a[k], b[k])) return false;
  return true;
}
