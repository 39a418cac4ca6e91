/** The splits of EMNIST: files, digests, classes. */
import type { DataFile, DataPart, DataSetEntry, PartName } from './registry-entry.js';

export const emnistSplits = ['balanced', 'letters', 'digits', 'mnist'] as const;
export type EmnistSplit = (typeof emnistSplits)[number];

const digits = [...'0123456789'];
const capitals = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];

type FileFacts = readonly [gz: string, bytes: number, raw?: string];

// digest of the archive: tensorflow/datasets url_checksums/emnist.txt; of its members: Git LFS pointers of
// github.com/aurelienduarte/emnist
function emnist(
  split: EmnistSplit,
  title: string,
  classNames: readonly string[],
  firstLabel: number,
  train: { count: number; images: FileFacts; labels: FileFacts },
  test: { count: number; images: FileFacts; labels: FileFacts },
): DataSetEntry {
  const file = (part: PartName, kind: string, [gz, bytes, raw]: FileFacts): DataFile => ({
    name: `emnist-${split}-${part}-${kind}-ubyte.gz`,
    gz,
    bytes,
    raw,
  });
  const half = (part: PartName, facts: typeof train): DataPart => ({
    count: facts.count,
    images: file(part, 'images-idx3', facts.images),
    labels: file(part, 'labels-idx1', facts.labels),
  });
  return {
    rows: 28,
    columns: 28,
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

export const emnistEntries: readonly DataSetEntry[] = [
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
      images: [
        'b25640fa9e356c618132f5df347c95ef5bae6d9c2596be1de40f7e0ae1c3eac6',
        2_484_884,
        '0a5442aeabc1ec6cf0a8335d81debf853b46a7570f5d93805a4d6ef8b7281063',
      ],
      labels: [
        'bcc5385d38f083dba046f5f756e99b32f5ea7fad122c6243c71c2239873065ca',
        5_144,
        'a0ffd2d4ce92418e020d53cf36f2b6c154c4f59344098a5e8d3c6e588109f0a0',
      ],
    },
  ),
];
