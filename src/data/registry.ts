/**
 * The image sets known by name: where their files live, what they must contain, what their classes are called.
 * Raw digests (after gunzip) decide when known, because mirrors compress anew; otherwise the digest of the public .gz.
 */

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
export const emnistSplits = ['balanced', 'letters', 'digits', 'mnist'] as const;
export type EmnistSplit = (typeof emnistSplits)[number];

const digits = [...'0123456789'];
const capitals = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];

const images28 = { rows: 28, columns: 28, firstLabel: 0 } as const;

// gz digests and sizes: tensorflow/datasets url_checksums/mnist.txt; raw digests: of the files whose md5s torchvision publishes
const mnist: DataSetEntry = {
  ...images28,
  name: 'mnist',
  title: 'MNIST handwritten digits (LeCun, Cortes, Burges 1998)',
  license: 'CC BY-SA 3.0',
  home: 'http://yann.lecun.com/exdb/mnist/',
  mirrors: ['https://ossci-datasets.s3.amazonaws.com/mnist/', 'https://storage.googleapis.com/cvdf-datasets/mnist/'],
  folders: ['mnist', 'MNIST/raw'],
  transposed: false,
  classNames: digits,
  parts: {
    train: {
      count: 60_000,
      images: {
        name: 'train-images-idx3-ubyte.gz',
        raw: 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
        gz: '440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609',
        bytes: 9_912_422,
      },
      labels: {
        name: 'train-labels-idx1-ubyte.gz',
        raw: '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
        gz: '3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c',
        bytes: 28_881,
      },
    },
    test: {
      count: 10_000,
      images: {
        name: 't10k-images-idx3-ubyte.gz',
        raw: '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
        gz: '8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6',
        bytes: 1_648_877,
      },
      labels: {
        name: 't10k-labels-idx1-ubyte.gz',
        raw: 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
        gz: 'f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6',
        bytes: 4_542,
      },
    },
  },
};

// gz digests and sizes: tensorflow/datasets url_checksums/fashion_mnist.txt
const fashionMnist: DataSetEntry = {
  ...images28,
  name: 'fashion-mnist',
  title: 'Fashion-MNIST (Xiao, Rasul, Vollgraf 2017)',
  license: 'MIT',
  home: 'https://github.com/zalandoresearch/fashion-mnist',
  mirrors: [
    'http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/',
    'https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/',
  ],
  folders: ['fashion-mnist', 'FashionMNIST/raw'],
  transposed: false,
  classNames: ['T-shirt/top', 'Trouser', 'Pullover', 'Dress', 'Coat', 'Sandal', 'Shirt', 'Sneaker', 'Bag', 'Ankle boot'],
  parts: {
    train: {
      count: 60_000,
      images: {
        name: 'train-images-idx3-ubyte.gz',
        raw: 'c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888',
        gz: '3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84',
        bytes: 26_421_880,
      },
      labels: {
        name: 'train-labels-idx1-ubyte.gz',
        raw: 'bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9',
        gz: 'a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845',
        bytes: 29_515,
      },
    },
    test: {
      count: 10_000,
      images: {
        name: 't10k-images-idx3-ubyte.gz',
        raw: '5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b',
        gz: '346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073',
        bytes: 4_422_102,
      },
      labels: {
        name: 't10k-labels-idx1-ubyte.gz',
        raw: '0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34',
        gz: '67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5',
        bytes: 5_148,
      },
    },
  },
};

type FileFacts = readonly [gz: string, bytes: number, raw?: string];

// digest of the archive: tensorflow/datasets url_checksums/emnist.txt; of its members: Git LFS pointers of github.com/aurelienduarte/emnist
function emnist(
  split: EmnistSplit,
  title: string,
  classNames: readonly string[],
  firstLabel: number,
  train: { count: number; images: FileFacts; labels: FileFacts },
  test: { count: number; images: FileFacts; labels: FileFacts },
): DataSetEntry {
  const file = (part: PartName, kind: string, [gz, bytes, raw]: FileFacts): DataFile => ({ name: `emnist-${split}-${part}-${kind}-ubyte.gz`, gz, bytes, raw });
  const half = (part: PartName, facts: typeof train): DataPart => ({
    count: facts.count,
    images: file(part, 'images-idx3', facts.images),
    labels: file(part, 'labels-idx1', facts.labels),
  });
  return {
    ...images28,
    name: `emnist-${split}`,
    title: `EMNIST ${title} (Cohen, Afshar, Tapson, van Schaik 2017)`,
    license: 'public domain (NIST); cite arXiv:1702.05373',
    home: 'https://www.nist.gov/itl/products-and-services/emnist-dataset',
    mirrors: [],
    archive: {
      url: 'https://biometrics.nist.gov/cs_links/EMNIST/gzip.zip',
      sha256: 'fb9bb67e33772a9cc0b895e4ecf36d2cf35be8b709693c3564cea2a019fcda8e',
      bytes: 561_753_746,
      folder: 'gzip',
    },
    folders: ['emnist', `emnist-${split}`, 'EMNIST/raw', `emnist-${split}-test`],
    transposed: true,
    firstLabel,
    classNames,
    parts: { train: half('train', train), test: half('test', test) },
  };
}

/** Every image set of the registry, by name. */
export const registry: readonly DataSetEntry[] = [
  mnist,
  fashionMnist,
  emnist(
    'balanced',
    'balanced',
    // emnist-balanced-mapping.txt: capitals stand for the small letters that look alike
    [...digits, ...capitals, ...'abdefghnqrt'],
    0,
    {
      count: 112_800,
      images: ['74295e75e4e9fa2c102147460ee7eb763653d5132d883a84fb88932bfb8d2db4', 28_207_740],
      labels: ['b46d41e5156a0a8aaaa4d18979fdd1588850fa8571018acffd5d93b325a7d6ed', 80_618],
    },
    {
      count: 18_800,
      images: ['117fc12b015e37ea98bfb2cbba3f77c3782c056cdbd219b87abfc8661d7135db', 4_714_707],
      labels: ['a67cac948379b67270b9a4d0a01c8ec661598accf2f2b1964340b7c83cb175cd', 13_504],
    },
  ),
  emnist(
    'letters',
    'letters',
    // emnist-letters-mapping.txt: labels 1..26, each a capital and its small letter
    capitals.map((letter) => `${letter}/${letter.toLowerCase()}`),
    1,
    {
      count: 124_800,
      images: ['6288f418a917e007bf5fddb823a2dc7a5c6a35031401b93292a539cb12bd881f', 30_804_864],
      labels: ['9759af91ea6bccdf07a6040fd085861f2ec88e37f7c3f5760f6feb57106fbe5c', 79_283],
    },
    {
      count: 20_800,
      images: ['50f0e93d75b99b463e9760b8345866f22587fa2c2fba472730a5ba09c693412d', 5_039_157],
      labels: ['924955c31fe7fd809b7303b5c0141282955f4b8390c74cdfd5d80435e0f4b4cb', 144],
    },
  ),
  emnist(
    'digits',
    'digits',
    digits,
    0,
    {
      count: 240_000,
      images: ['f7c95004d14d81af89522e67d8f0c781dfb3bd544181c81bfe1eb6b41c35b726', 59_515_779],
      labels: ['6638a6ff5fe2eefd9cca2471995b46c82986b8e4b2a70d2f5ce8e05d7edb319e', 113_859],
    },
    {
      count: 40_000,
      images: ['20ebe43509264f7639d37c835a3f0b009e90b29e00a099a03101abe1644a3f63', 9_908_519],
      labels: ['bad1834c45d5988e270b99d43b13edc3fd898f658ffbc2caf2846ef27f7b05b0', 19_960],
    },
  ),
  emnist(
    'mnist',
    'MNIST',
    digits,
    0,
    {
      count: 60_000,
      images: ['5f9942f441031c0f1f2e4d162059fd6e19ea808b34c328b6d16cab0ed24c78f2', 14_873_795],
      labels: ['00c6d3c2342fdffb1711e0b5656cac4ce5862d2826399d383a9bac07d612e9f8', 29_480],
    },
    {
      count: 10_000,
      images: ['b25640fa9e356c618132f5df347c95ef5bae6d9c2596be1de40f7e0ae1c3eac6', 2_484_884, '0a5442aeabc1ec6cf0a8335d81debf853b46a7570f5d93805a4d6ef8b7281063'],
      labels: ['bcc5385d38f083dba046f5f756e99b32f5ea7fad122c6243c71c2239873065ca', 5_144, 'a0ffd2d4ce92418e020d53cf36f2b6c154c4f59344098a5e8d3c6e588109f0a0'],
    },
  ),
];

/** Entry of a set. @throws RangeError that lists the names */
export function registryEntry(name: string): DataSetEntry {
  const entry = registry.find((candidate) => candidate.name === name);
  if (!entry) throw new RangeError(`data set '${name}' is not known: choose one of ${registry.map((known) => `'${known.name}'`).join(', ')}`);
  return entry;
}
