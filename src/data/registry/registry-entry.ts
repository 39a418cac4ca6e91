/** What the registry knows of a data set, and of each of its files. */

/** One file of a data set. Digests are sha256, lower-case hexadecimal. */
export interface DataFile {
  /** Name with `.gz`; the same name without it is accepted on disk. */
  readonly name: string;
  /** Of the content after gunzip. */
  readonly raw?: string;
  /** Of the public gzip file. */
  readonly gz?: string;
  /** Size of the public gzip file, bytes. */
  readonly bytes: number;
}

/** A half of a data set: training or test. */
export interface DataPart {
  readonly images: DataFile;
  readonly labels: DataFile;
  readonly count: number;
}

/** A public archive that holds all files of a set. */
export interface DataArchive {
  readonly url: string;
  readonly sha256: string;
  readonly bytes: number;
  /** Folder inside the archive. */
  readonly folder: string;
}

export interface DataSetEntry {
  readonly name: string;
  readonly title: string;
  readonly license: string;
  /** Page that describes the set. */
  readonly home: string;
  /** Base addresses of the files, tried in order. */
  readonly mirrors: readonly string[];
  readonly archive?: DataArchive;
  /** Folders looked into below a data folder. The first is the one in the cache. */
  readonly folders: readonly string[];
  readonly rows: number;
  readonly columns: number;
  /** Images are stored with rows and columns exchanged. */
  readonly transposed: boolean;
  /** Label of the first class in the file. */
  readonly firstLabel: number;
  readonly classNames: readonly string[];
  readonly parts: { readonly train: DataPart; readonly test: DataPart };
}

export type PartName = keyof DataSetEntry['parts'];
