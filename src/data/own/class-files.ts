/** The files of a folder with one for each class, and what in it is no such file. */
import { joinPath, listFolder } from '#data-platform';
import { DataFormatError } from '../formats/idx.js';
import { MissingDataError } from '../registry/locate.js';
import { inOrder } from './labels.js';
import { report } from './parts.js';

export interface ClassFile {
  readonly path: string;
  readonly label: string;
  readonly ending: string;
}
export interface Found {
  readonly name: string;
  readonly train: readonly ClassFile[];
  readonly test?: readonly ClassFile[];
  /** Folders of the training part, in the order of classes: each is one, whatever it is called. */
  readonly classNames: readonly string[];
  readonly left: LeftOut;
}

/** Files that are not read. */
interface LeftOut {
  /** Of no kind which is read. */
  readonly others: string[];
  /** Of such a kind, but beside the classes or in a folder below one. */
  readonly misplaced: string[];
}

/** Says how many files are not read, and why. */
export function sayLeftOut({ left }: Found, name: string, quiet: boolean | undefined): void {
  const say = ({ length, 0: first }: readonly string[], which: string): void => {
    if (length === 0) return;
    report(quiet, `${name}: ${length} files ${which} were left out, for instance ${first}`);
  };
  say(left.others, 'of other kinds');
  say(left.misplaced, 'that are not in <class>/<file>');
}

/** More than any set has that is read whole; the folder of a record from elsewhere may be the root of a disk. */
const mostEntries = 1_000_000;

/** Not of the system: hidden, or what macOS leaves in archives. */
const isOwn = (name: string): boolean => !name.startsWith('.') && name !== '__MACOSX';

/** The files of every class, classes and files in order; hidden ones do not count. */
export async function classFiles(folder: string, endings: readonly string[], named: boolean): Promise<Found> {
  let seen = 0;
  const list = async (place: string): Promise<readonly Entry[]> => {
    const entries = (await listFolder(place)) ?? [];
    seen += entries.length;
    if (seen > mostEntries)
      throw new DataFormatError(
        `${folder} holds more than ${mostEntries} files and folders: give the folder of one data set`,
      );
    return entries;
  };
  const inside = await listFolder(folder);
  if (!inside)
    throw new MissingDataError(`there is no folder ${folder}: give its path from the folder of the notebook`);
  const left: LeftOut = { others: [], misplaced: [] };
  const isRead = (path: string): boolean => endings.includes(endingOf(path));
  const leave = (path: string): void => void (isRead(path) ? left.misplaced : left.others).push(path);
  /** The classes of a folder; files beside them are left out. */
  const classesIn = (place: string, entries: readonly Entry[]): string[] => {
    for (const { name } of entries.filter((one) => !one.folder && isOwn(one.name))) leave(joinPath(place, name));
    return entries.filter((entry) => entry.folder && isOwn(entry.name)).map(({ name }) => name);
  };
  const folders = classesIn(folder, inside);
  const half = (names: readonly string[]): string | undefined =>
    folders.find((name) => names.includes(name.toLowerCase()));
  const [train, test] = [half(['train', 'training']), half(['test', 'testing'])];
  const below = async (place: string, classes: readonly string[]): Promise<ClassFile[]> => {
    const files: ClassFile[] = [];
    for (const label of classes)
      for (const { name, folder: deeper } of await list(joinPath(place, label))) {
        const path = joinPath(place, label, name);
        if (!isOwn(name)) continue;
        if (deeper) (await filesBelow(path, list)).forEach(leave);
        else if (isRead(path)) files.push({ path, label, ending: endingOf(path) });
        else leave(path);
      }
    const leftIn = (where: string): string[] =>
      [...left.others, ...left.misplaced].filter((path) => path.startsWith(where));
    const empty = classes.filter((label) => !files.some((file) => file.label === label));
    if (files.length > 0 && empty.length > 0 && !named)
      throw new DataFormatError(
        `${joinPath(place, empty[0])} has no file with the ending ${endings.map((ending) => `.${ending}`).join(', ')}` +
          leftIn(joinPath(place, empty[0], '/'))
            .slice(0, 1)
            .map((path) => ` (others are, for instance ${path})`)
            .join('') +
          ': take the folder away, or give classNames, of which some may be without samples',
      );
    if (files.length > 0) return files;
    const hint = leftIn(place);
    throw new DataFormatError(
      `${place} has no <class>/<file> with the ending ${endings.map((ending) => `.${ending}`).join(', ')}` +
        (hint.length > 0 ? `, but ${hint.length} others, for instance ${hint[0]}` : ''),
    );
  };
  const partFiles = async (name: string): Promise<ClassFile[]> => {
    const place = joinPath(folder, name);
    return below(place, classesIn(place, await list(place)));
  };
  const name = folder.replace(/[\\/]+$/, '').replace(/^.*[\\/]/, '') || 'folder';
  if ((train === undefined) !== (test === undefined) && folders.length === 1)
    throw new DataFormatError(
      `${folder} has ${folders[0]} alone: give it as the folder, or add ${train === undefined ? 'train' : 'test'} beside it`,
    );
  const beside = folders.filter((one) => one !== train && one !== test);
  if (train !== undefined && test !== undefined && beside.length > 0)
    throw new DataFormatError(
      `${folder} has ${beside.slice(0, 3).join(', ')} beside ${train} and ${test}: keep them apart`,
    );
  const halved = train !== undefined && test !== undefined;
  const files = halved ? await partFiles(train) : await below(folder, folders);
  const classNames = inOrder([...new Set(files.map(({ label }) => label))]);
  return { name, train: files, ...(halved && { test: await partFiles(test) }), classNames, left };
}

type Entry = { readonly name: string; readonly folder: boolean };

const endingOf = (path: string): string => /\.([^./\\]+)$/.exec(path)?.[1].toLowerCase() ?? '';

/** All files in a folder and the folders in it. */
async function filesBelow(folder: string, list: (folder: string) => Promise<readonly Entry[]>): Promise<string[]> {
  const files: string[] = [];
  for (const { name, folder: deeper } of await list(folder)) {
    const path = joinPath(folder, name);
    if (isOwn(name)) for (const file of deeper ? await filesBelow(path, list) : [path]) files.push(file);
  }
  return files;
}
